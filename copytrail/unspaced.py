"""Units of scripts that are written without spaces, found from a few neighbouring characters.

A unit depends on nothing but the characters around it, so a copied passage splits alike in every text. Han
characters and hiragana go in pairs where the two bind (a shipped table says how strongly two characters belong
together), and one by one elsewhere; Thai and Lao go by syllables; Khmer and Burmese letters with their marks.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

from copytrail.characters import CLASS, KIND_SHIFT, MARK, POINT, Kind
from copytrail.compiled import Bytes, Codes, compiled

_IDEOGRAPHIC: Final = np.uint32(0x2E80)  # Han and kana begin here
_THAI, _LAO_END, _BLOCK = np.uint32(0x0E00), np.uint32(0x0F00), np.uint32(0x7F)
_POINT, _CLASS, _MARK = np.uint32(POINT), np.uint32(CLASS << KIND_SHIFT), np.uint32(MARK << KIND_SHIFT)
_SOLO: Final = np.uint32(Kind.SOLO << KIND_SHIFT)

# Places in the Thai block, which Lao repeats 128 code points further on.
_O_ANG: Final = 0x2D  # a consonant that is also a vowel sign
_SILENT: Final = 0x4C
_LEADING_VOWELS: Final = (0x40, 0x44)  # written before the consonant that they follow in speech


class Bonds(NamedTuple):
    """`pair` (sorted uint32): two characters, the first in the upper half; `strength` (uint8): 1 weak to 255."""

    pair: Codes
    strength: Bytes


@cache
def bonds() -> Bonds:
    """The shipped table."""
    with (files("copytrail") / "data" / "bonds.npz").open("rb") as file:
        table = np.load(file)
        return Bonds(table["pair"].astype(np.uint32), table["strength"].astype(np.uint8))


@compiled
def unit_end(signs: Codes, i: int, pair: Codes, strength: Bytes) -> int:
    """Where the unit that starts with the sign i of such a script ends (exclusive); the table is that of `Bonds`."""
    point = signs[i] & _POINT
    if point >= _IDEOGRAPHIC:
        end = i + 2 if _binds(signs, i, pair, strength) else i + 1
    elif _THAI <= point < _LAO_END:
        return _syllable_end(signs, i)
    else:
        end = i + 1
    while end < len(signs) and signs[end] & _MARK:
        end += 1
    return end


@compiled
def _binds(signs: Codes, i: int, pair: Codes, strength: Bytes) -> bool:
    """Whether characters i and i + 1 bind more strongly than either does to its other neighbour."""
    own = _strength(signs, i, pair, strength)
    return (
        own > 0
        and own > _strength(signs, i - 1, pair, strength)
        and own >= _strength(signs, i + 1, pair, strength)
    )


@compiled
def _strength(signs: Codes, i: int, pair: Codes, strength: Bytes) -> int:
    if i < 0 or i + 1 >= len(signs):
        return 0
    one, two = signs[i] & _POINT, signs[i + 1] & _POINT
    if one > 0xFFFF or two > 0xFFFF:
        return 0
    both = np.uint32((one << np.uint32(16)) | two)
    place = np.searchsorted(pair, both)
    return int(strength[place]) if place < len(pair) and pair[place] == both else 0


@compiled
def _syllable_end(signs: Codes, i: int) -> int:
    """A syllable of Thai or Lao: it begins at a leading vowel or at a consonant with a vowel or mark of its own."""
    j = i + 1
    while j < len(signs) and (_is_thai(signs[j]) or signs[j] & _MARK):
        if not signs[j] & _MARK:
            place = _place(signs[j])
            led = _is_leading(_place(signs[j - 1]))
            if signs[j] & _CLASS != _SOLO or _is_leading(place):
                break
            if not led and not _is_trailing(place) and _carries_vowel(signs, j):
                break
        j += 1
    return j


@compiled
def _is_thai(sign: np.uint32) -> bool:
    return bool(_THAI <= sign & _POINT < _LAO_END)


@compiled
def _place(sign: np.uint32) -> int:
    return int(sign & _BLOCK)


@compiled
def _is_leading(place: int) -> bool:
    return bool(_LEADING_VOWELS[0] <= place <= _LEADING_VOWELS[1])


@compiled
def _is_trailing(place: int) -> bool:
    """The vowels written after their consonant, and the sign that repeats a word."""
    return bool(place in (0x30, 0x32, 0x45, 0x46))


@compiled
def _carries_vowel(signs: Codes, i: int) -> bool:
    """Whether a vowel or mark follows consonant i; a mark that silences it does not count."""
    if i + 1 >= len(signs):
        return False
    place = _place(signs[i + 1])
    if not _is_thai(signs[i + 1]) or place == _SILENT:
        return False
    if place == _O_ANG:
        return not _has_sign(signs, i + 1)
    return _has_sign(signs, i)


@compiled
def _has_sign(signs: Codes, i: int) -> bool:
    """Whether a mark or a vowel that follows its consonant stands after character i."""
    return i + 1 < len(signs) and bool((signs[i + 1] & _MARK) != 0 or _is_trailing(_place(signs[i + 1])))
