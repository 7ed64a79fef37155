"""Which language a text is in, its stems, and how rare each stem is.

Stems come from the Snowball stemmers, weights from a shipped table of word frequencies. Words repeat within and
between articles, so a table from a word's hash to its stem and weight answers nearly always; only a word that was not
seen before reaches the stemmer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import Stemmer
import xxhash

from copytrail import korean
from copytrail.characters import POINT
from copytrail.compiled import Bytes, Codes, Floats, Hashes, Longs, Numbers, compiled
from copytrail.hashing import slot_of
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

_COLUMNS: Final = 32  # of the votes: the languages, and some to spare so that loops over them are of one size
_VOTE_SLOTS: Final = 1 << 14
_USE: Final = 1 << 20  # one use of a word, above the sum of its votes

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
    if language not in STEMMERS:
        return str
    # Without a cache of its own: `Terms` asks once for each word.
    stem: Callable[[str], str] = Stemmer.Stemmer(STEMMERS[language], 0).stemWord
    return stem


@cache
def _shipped() -> dict[str, npt.NDArray[np.generic]]:
    with (files("copytrail") / "data" / "terms.npz").open("rb") as file:
        return dict(np.load(file))


class _Votes(NamedTuple):
    """What the commonest words of all languages say.

    `keys` (uint64) is an open-addressing table of their hashes, `row` (uint32) where in `votes` (uint32) each has its
    votes: for each language (column) `_USE` and the logarithm of how much commoner the word is in it than a word
    outside its list, in units of `WEIGHT_UNIT`; 0 for a word that is not on its list.
    """

    keys: Hashes
    row: Codes
    votes: Codes


@cache
def _votes() -> _Votes:
    lists = [_shipped()[f"{language}_commonest"].astype(np.uint64) for language in VOTED]
    words = np.unique(np.concatenate(lists))
    votes = np.zeros((len(words), _COLUMNS), np.uint32)
    for column, (language, listed) in enumerate(zip(VOTED, lists, strict=True)):
        given = _shipped()[f"{language}_votes"].astype(np.uint32)
        votes[np.searchsorted(words, listed), column] = given + np.uint32(_USE) * (given > 0)
    keys, row = np.zeros(_VOTE_SLOTS, np.uint64), np.zeros(_VOTE_SLOTS, np.uint32)
    for number, word in enumerate(words):
        slot = slot_of(keys, word)
        keys[slot], row[slot] = word, number
    return _Votes(keys, row, votes)


def detect(words: Words) -> str:
    """The language (ISO 639-1) that a text is in by its script or its commonest words, or `UNDETERMINED`."""
    told = _tell(*_votes(), _BLOCKS, words.hash, words.signs, words.low)
    return UNDETERMINED if told < 0 else LANGUAGES[told]


@compiled
def _tell(
    keys: Hashes, row: Codes, votes: Codes, blocks: Codes, hashes: Hashes, signs: Codes, low: Numbers
) -> int:
    """The place in `LANGUAGES` of a text's language, or -1."""
    count = min(len(hashes), _DETECTION_WORDS)
    total = np.zeros(_COLUMNS, np.uint32)
    scripts = np.zeros(len(blocks), np.int64)
    for w in range(count):
        slot = slot_of(keys, hashes[w])
        if keys[slot] != 0:
            own = np.uint64(row[slot])
            for k in range(_COLUMNS):
                total[k] += votes[own, k]
        letter = signs[low[w]] & np.uint32(POINT)
        if letter >= blocks[0, 0]:
            for b in range(len(blocks)):
                scripts[b] += blocks[b, 0] <= letter <= blocks[b, 1]
    if np.sum(scripts) > _SCRIPT_SHARE * count:
        return len(VOTED) + _by_script(scripts)
    best = np.argmax(total & np.uint32(_USE - 1))
    return int(best) if total[best] // np.uint32(_USE) > _DETECTION_SHARE * count else -1


@compiled
def _by_script(counts: Longs) -> int:
    """The place in `SCRIPTS`."""
    ideographic = counts[_KANA] + counts[_HAN]
    if max(counts[_THAI], counts[_HANGUL]) > ideographic:
        return 3 if counts[_THAI] > counts[_HANGUL] else 2
    return 1 if counts[_KANA] > _KANA_SHARE * ideographic else 0


def mark_names(language: str, flags: Bytes, weight: Floats) -> Bytes:
    """The flags of words with CAPITAL for what is likely a name, in languages whose capital letters do not tell.

    German gives every noun a capital, Arabic and Chinese have none: there rarity tells.
    """
    if language not in _NAMES_BY_RARITY:
        return flags
    rare = (weight >= NAME_WEIGHT) & ((flags & np.uint8(CAPITAL) != 0) | (language != "de"))
    return np.where(rare, flags | np.uint8(CAPITAL), flags & ~np.uint8(CAPITAL)).astype(np.uint8)


class Terms:
    """The stems of one language and their weights, with a table of the words seen so far.

    The table (uint64[slots, 2]) has of each word its hash and, in one number, the code of its stem and its weight in
    units of `WEIGHT_UNIT`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._stem = stemmer_of(language)
        codes = _shipped().get(f"{language}_codes", np.empty(0, np.uint32))
        weights = _shipped().get(f"{language}_weights", np.empty(0, np.uint8)).astype(np.float64)
        self._weights = dict(zip(codes.tolist(), (weights * WEIGHT_UNIT).tolist(), strict=True))
        self._clear(0)

    def _clear(self, most: int) -> None:
        """An empty table for that many words and more."""
        self._used = 0
        self._table = np.zeros((max(_TABLE_SIZE, 4 << most.bit_length()), 2), np.uint64)

    def look_up(self, words: Words) -> tuple[Codes, Floats]:
        """Stem code and weight (0 for the commonest to `UNKNOWN_WEIGHT`) of each word."""
        stem, weight = np.empty(len(words.hash), np.uint32), np.empty(len(words.hash), np.float32)
        while _look_up(self._table, words.hash, stem, weight):
            self._learn(words)
        return stem, weight

    def _learn(self, words: Words) -> None:
        """Put the words into the table that are not in it; it is emptied first where it would be half full."""
        places = _missing(self._table, words.hash)
        keys, first = np.unique(words.hash[places], return_index=True)
        if self._used + len(keys) > len(self._table) // 2:
            return self._clear(len(words.hash))
        places = places[first]
        numbers = (words.flags[places] & np.uint8(NUMBER)).tolist()
        resolved = map(self._resolve, words.spelt(places), numbers)
        values = [code << 32 | round(weight / WEIGHT_UNIT) for code, weight in resolved]
        _put(self._table, keys, np.array(values, np.uint64))
        self._used += len(keys)
        return None

    def _resolve(self, word: str, number: int) -> tuple[int, float]:
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
            return min(UNKNOWN_WEIGHT, sum(self._resolve(character, 0)[1] for character in word))
        return SYLLABLE_WEIGHT if self.language == "th" else UNKNOWN_WEIGHT


@cache
def terms_of(language: str) -> Terms:
    """The one table of a language in this process."""
    return Terms(language)


@compiled
def _look_up(table: Hashes, hashes: Hashes, stem: Codes, weight: Floats) -> int:
    """Fill in stem codes and weights of words; returns how many are not in the table."""
    keys, unknown = table[:, 0], 0
    for w in range(len(hashes)):
        slot = slot_of(keys, hashes[w])
        unknown += keys[slot] == 0
        stem[w] = table[slot, 1] >> np.uint64(32)
        weight[w] = np.float32(np.uint32(table[slot, 1])) * np.float32(WEIGHT_UNIT)
    return unknown


@compiled
def _missing(table: Hashes, hashes: Hashes) -> Longs:
    """The places of words that are not in the table."""
    keys = table[:, 0]
    return np.array([w for w in range(len(hashes)) if keys[slot_of(keys, hashes[w])] == 0], np.int64)


@compiled
def _put(table: Hashes, keys: Hashes, values: Hashes) -> None:
    for i in range(len(keys)):
        slot = slot_of(table[:, 0], keys[i])
        table[slot, 0], table[slot, 1] = keys[i], values[i]
