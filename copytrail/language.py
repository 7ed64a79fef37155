"""Which language a text is in, its stems, and how rare each stem is.

Stems come from the Snowball stemmers, weights from a shipped table of word frequencies. Words repeat within and
between articles, so a table from a word's hash to its stem and weight answers nearly always; only a word that was not
seen before reaches the stemmer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import Stemmer
import xxhash

from copytrail import korean
from copytrail.compiled import Bytes, Codes, Floats, Grid, Hashes, Longs, Numbers, compiled
from copytrail.words import CAPITAL, NUMBER, Words

STEMMERS: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "nl": "dutch",
    "ru": "russian",
    "ar": "arabic",
    "tr": "turkish",
    "sv": "swedish",
    "da": "danish",
    "fi": "finnish",
    "nb": "norwegian",
    "ro": "romanian",
    "hu": "hungarian",
    "el": "greek",
    "ca": "catalan",
    "id": "indonesian",
    "hi": "hindi",
}
UNSTEMMED: Final = ("pl", "cs", "uk", "bg", "fa", "he", "vi")  # weighed as they are written
VOTED: Final = (*STEMMERS, *UNSTEMMED)  # told apart by their commonest words
SCRIPTS: Final = ("zh", "ja", "ko", "th")  # told by their script
LANGUAGES: Final = (*VOTED, *SCRIPTS)
IDEOGRAPHIC: Final = frozenset({"zh", "ja"})
UNDETERMINED: Final = "und"
WEIGHT_UNIT: Final = 1 / 16  # of the shipped weights, which are natural logarithms
UNKNOWN_WEIGHT: Final = 12.0  # of a stem that is not in the table: rarer than all that are
SYLLABLE_WEIGHT: Final = 5.0  # of a Thai syllable that is not in the table: syllables are commoner than words
LETTER_WEIGHT: Final = (
    1.5  # for each letter of a word, where no frequencies are known: common words are short
)
NUMBER_WEIGHT: Final = 6.0  # of a number with two digits or more; half of it for one digit
NAME_WEIGHT: Final = (
    6.5  # of a stem taken for a name where capitals do not tell: as many as English has names
)

_NAMES_BY_RARITY: Final = frozenset(
    {"de", "ar", "fa", "he", "hi", *SCRIPTS}
)  # nouns have capitals, or nothing has
_DETECTION_WORDS: Final = 400  # of the text, from its start
_DETECTION_SHARE: Final = 0.12  # of them that must be among the language's commonest words
_TABLE_SIZE: Final = 1 << 19  # slots for words; emptied when half full, so memory stays bounded

# Scripts that tell the language: first and last letter. Japanese is told from Chinese by its kana.
_BLOCKS: Final = np.array(
    [(0x0E00, 0x0E7F), (0xAC00, 0xD7A3), (0x3041, 0x30FF), (0x4E00, 0x9FFF)], dtype=np.uint32
)
_THAI, _HANGUL, _KANA, _HAN = range(4)
_SCRIPT_SHARE: Final = 0.4  # of the words of a text in such a script: names and figures are in others
_KANA_SHARE: Final = 0.1  # of the words of a Japanese text at least


def stem_code(language: str, stem: str) -> int:
    """The 32-bit code of a stem of a language (xxHash's XXH32)."""
    return xxhash.xxh32_intdigest(f"{language}:{stem}".encode())


def stemmer_of(language: str) -> Callable[[str], str]:
    """What turns a word, as it is compared, into its stem; a word of a language without stemmer is its own."""
    if language == "ko":
        return korean.stem
    stem: Callable[[str], str] = Stemmer.Stemmer(STEMMERS[language]).stemWord if language in STEMMERS else str
    return stem


@cache
def _shipped() -> dict[str, npt.NDArray[np.generic]]:
    with (files("copytrail") / "data" / "terms.npz").open("rb") as file:
        return dict(np.load(file))


@cache
def _votes() -> tuple[Hashes, Grid]:
    """The commonest words of all languages, sorted, and what each (row) says for each language (column).

    A vote is the logarithm of how much commoner the word is in the language than a word outside its list; 0 for a word
    that is not on its list.
    """
    lists = [_shipped()[f"{language}_commonest"].astype(np.uint64) for language in VOTED]
    words = np.unique(np.concatenate(lists))
    votes = np.zeros((len(words), len(VOTED)), np.float32)
    for column, (language, listed) in enumerate(zip(VOTED, lists, strict=True)):
        votes[np.searchsorted(words, listed), column] = (
            _shipped()[f"{language}_votes"].astype(np.float32) * WEIGHT_UNIT
        )
    return words, votes


def detect(words: Words) -> str:
    """The language (ISO 639-1) that a text is in by its script or its commonest words, or `UNDETERMINED`."""
    count = min(len(words), _DETECTION_WORDS)
    votes, uses, scripts = _count(*_votes(), _BLOCKS, words.hash[:count], words.letters, words.low)
    if scripts.sum() > _SCRIPT_SHARE * count:
        return _by_script(scripts)
    best = int(votes.argmax())
    return VOTED[best] if uses[best] > _DETECTION_SHARE * count else UNDETERMINED


def _by_script(counts: Longs) -> str:
    ideographic = counts[_KANA] + counts[_HAN]
    if max(counts[_THAI], counts[_HANGUL]) > ideographic:
        return "th" if counts[_THAI] > counts[_HANGUL] else "ko"
    return "ja" if counts[_KANA] > _KANA_SHARE * ideographic else "zh"


@compiled
def _count(
    common: Hashes, votes: Grid, blocks: Codes, hashes: Hashes, letters: Codes, low: Numbers
) -> tuple[Floats, Longs, Longs]:
    """Sums of votes and numbers of listed words by language, and numbers of words by script."""
    total = np.zeros(votes.shape[1], np.float32)
    uses, scripts = np.zeros(votes.shape[1], np.int64), np.zeros(len(blocks), np.int64)
    for w in range(len(hashes)):
        at = np.searchsorted(common, hashes[w])
        if at < len(common) and common[at] == hashes[w]:
            for k in range(len(total)):
                total[k] += votes[at, k]
                uses[k] += votes[at, k] > 0
        for b in range(len(blocks)):
            scripts[b] += blocks[b, 0] <= letters[low[w]] <= blocks[b, 1]
    return total, uses, scripts


def mark_names(language: str, flags: Bytes, weight: Floats) -> Bytes:
    """The flags of words with CAPITAL for what is likely a name, in languages whose capital letters do not tell.

    German gives every noun a capital, Arabic and Chinese have none: there rarity tells.
    """
    if language not in _NAMES_BY_RARITY:
        return flags
    rare = (weight >= NAME_WEIGHT) & ((flags & np.uint8(CAPITAL) != 0) | (language != "de"))
    return np.where(rare, flags | np.uint8(CAPITAL), flags & ~np.uint8(CAPITAL)).astype(np.uint8)


class Terms:
    """The stems of one language and their weights, with a table of the words seen so far."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stem = stemmer_of(language)
        codes = _shipped().get(f"{language}_codes", np.empty(0, np.uint32))
        weights = _shipped().get(f"{language}_weights", np.empty(0, np.uint8)).astype(np.float64)
        self._weights = dict(zip(codes.tolist(), (weights * WEIGHT_UNIT).tolist(), strict=True))
        self._clear()

    def _clear(self) -> None:
        self._used = 0
        self._keys = np.zeros(_TABLE_SIZE, np.uint64)
        self._codes = np.zeros(_TABLE_SIZE, np.uint32)
        self._rarity = np.zeros(_TABLE_SIZE, np.float32)

    def look_up(self, words: Words) -> tuple[Codes, Floats]:
        """Stem code and weight (0 for the commonest to `UNKNOWN_WEIGHT`) of each word."""
        slots = _slots(self._keys, words.hash)
        unknown = np.flatnonzero(self._keys[slots] != words.hash)
        if len(unknown):
            self._learn(words, unknown)
            slots = _slots(self._keys, words.hash)
        return self._codes[slots], self._rarity[slots]

    def _learn(self, words: Words, unknown: Longs) -> None:
        _, firsts = np.unique(words.hash[unknown], return_index=True)
        if self._used + len(firsts) > _TABLE_SIZE // 2:
            self._clear()
            _, firsts = np.unique(words.hash, return_index=True)
            unknown = np.arange(len(words))
        for index in unknown[firsts].tolist():
            slot = _slots(self._keys, words.hash[index : index + 1])[0]
            code, weight = self._resolve(words.spelt(index), bool(words.flags[index] & NUMBER))
            self._keys[slot], self._codes[slot], self._rarity[slot] = words.hash[index], code, weight
        self._used += len(firsts)

    def _resolve(self, word: str, number: bool) -> tuple[int, float]:
        code = stem_code(self.language, self._stem(word))
        if number:
            return code, NUMBER_WEIGHT if len(word) > 1 else NUMBER_WEIGHT / 2
        known = self._weights.get(code)
        return code, self._unlisted(word) if known is None else known

    def _unlisted(self, word: str) -> float:
        """The weight of a word that is not in the table; two characters that met by chance weigh what each does."""
        if self.language == UNDETERMINED:
            return min(UNKNOWN_WEIGHT, LETTER_WEIGHT * len(word))
        if self.language in IDEOGRAPHIC and len(word) > 1:
            return min(UNKNOWN_WEIGHT, sum(self._resolve(character, number=False)[1] for character in word))
        return SYLLABLE_WEIGHT if self.language == "th" else UNKNOWN_WEIGHT


@cache
def terms_of(language: str) -> Terms:
    """The one table of a language in this process."""
    return Terms(language)


@compiled
def _slots(keys: Hashes, hashes: Hashes) -> Longs:
    """Where each hash is, or would be put, in an open-addressing table whose size is a power of two."""
    mask = np.uint64(len(keys) - 1)
    slots = np.empty(len(hashes), np.int64)
    for i in range(len(hashes)):
        slot = hashes[i] & mask
        while keys[slot] != 0 and keys[slot] != hashes[i]:
            slot = (slot + np.uint64(1)) & mask
        slots[i] = slot
    return slots
