"""Which language a text is in, its stems, and how rare each stem is.

Stems come from the Snowball stemmers, weights from a shipped table of word frequencies. Words repeat within and
between articles, so a table from a word's hash to its stem and weight answers nearly always; only a word that was not
seen before reaches the stemmer.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import Stemmer
import xxhash

from copytrail.compiled import Bools, Codes, Floats, Hashes, Longs, compiled
from copytrail.words import NUMBER, Words

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
}
LANGUAGES: Final = tuple(STEMMERS)
UNDETERMINED: Final = "und"
WEIGHT_UNIT: Final = 1 / 16  # of the shipped weights, which are natural logarithms
UNKNOWN_WEIGHT: Final = 12.0  # of a stem that is not in the table: rarer than all that are
NUMBER_WEIGHT: Final = 6.0  # of a number with two digits or more; half of it for one digit

_DETECTION_WORDS: Final = 400  # of the text, from its start
_DETECTION_SHARE: Final = 0.12  # of them that must be among the language's commonest words
_TABLE_SIZE: Final = 1 << 19  # slots for words; emptied when half full, so memory stays bounded


def stem_code(language: str, stem: str) -> int:
    """The 32-bit code of a stem of a language (xxHash's XXH32)."""
    return xxhash.xxh32_intdigest(f"{language}:{stem}".encode())


@cache
def _shipped() -> dict[str, npt.NDArray[np.generic]]:
    with (files("copytrail") / "data" / "terms.npz").open("rb") as file:
        return dict(np.load(file))


@cache
def _commonest() -> tuple[Hashes, Bools]:
    """The commonest words of all languages, sorted, and for each (row) which languages (column) it belongs to."""
    lists = [_shipped()[f"{language}_commonest"].astype(np.uint64) for language in LANGUAGES]
    words = np.unique(np.concatenate(lists))
    return words, np.stack([np.isin(words, listed) for listed in lists], axis=1)


def detect(words: Words) -> str:
    """The language (ISO 639-1) whose commonest words the text uses most, or `UNDETERMINED`."""
    common, spoken_in = _commonest()
    hashes = words.hash[:_DETECTION_WORDS]
    places = np.minimum(np.searchsorted(common, hashes), len(common) - 1)
    uses = spoken_in[places[common[places] == hashes]].sum(axis=0)
    best = int(uses.argmax())
    return LANGUAGES[best] if uses[best] > _DETECTION_SHARE * len(hashes) else UNDETERMINED


class Terms:
    """The stems of one language and their weights, with a table of the words seen so far."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stem = Stemmer.Stemmer(STEMMERS[language]).stemWord if language in STEMMERS else str
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
        return code, self._weights.get(code, UNKNOWN_WEIGHT)


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
