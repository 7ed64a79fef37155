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

from copytrail.characters import CLASS, MARK, Kind
from copytrail.compiled import Bytes, Codes, compiled

_IDEOGRAPHIC: Final = np.uint32(0x2E80)  # Han and kana begin here
_THAI, _LAO_END, _BLOCK = np.uint32(0x0E00), np.uint32(0x0F00), np.uint32(0x7F)
_SOLO, _CLASS, _MARK = int(Kind.SOLO), np.uint8(CLASS), np.uint8(MARK)

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
def unit_end(points: Codes, kind: Bytes, i: int, bonds: Bonds) -> int:
    """Where the unit that starts with the character i of such a script ends (exclusive)."""
    if points[i] >= _IDEOGRAPHIC:
        end = i + 2 if _binds(points, i, bonds) else i + 1
    elif _THAI <= points[i] < _LAO_END:
        return _syllable_end(points, kind, i)
    else:
        end = i + 1
    while end < len(points) and kind[end] & _MARK:
        end += 1
    return end


@compiled
def _binds(points: Codes, i: int, bonds: Bonds) -> bool:
    """Whether characters i and i + 1 bind more strongly than either does to its other neighbour."""
    own = _strength(points, i, bonds)
    return own > 0 and own > _strength(points, i - 1, bonds) and own >= _strength(points, i + 1, bonds)


@compiled
def _strength(points: Codes, i: int, bonds: Bonds) -> int:
    if i < 0 or i + 1 >= len(points) or points[i] > 0xFFFF or points[i + 1] > 0xFFFF:
        return 0
    pair = np.uint32((points[i] << np.uint32(16)) | points[i + 1])
    place = np.searchsorted(bonds.pair, pair)
    return int(bonds.strength[place]) if place < len(bonds.pair) and bonds.pair[place] == pair else 0


@compiled
def _syllable_end(points: Codes, kind: Bytes, i: int) -> int:
    """A syllable of Thai or Lao: it begins at a leading vowel or at a consonant with a vowel or mark of its own."""
    j = i + 1
    while j < len(points) and _THAI <= points[j] < _LAO_END:
        if not kind[j] & _MARK:
            place = int(points[j] & _BLOCK)
            led = _is_leading(int(points[j - 1] & _BLOCK))
            if kind[j] & _CLASS != _SOLO or _is_leading(place):
                break
            if not led and not _is_trailing(place) and _carries_vowel(points, kind, j):
                break
        j += 1
    return j


@compiled
def _is_leading(place: int) -> bool:
    return bool(_LEADING_VOWELS[0] <= place <= _LEADING_VOWELS[1])


@compiled
def _is_trailing(place: int) -> bool:
    """The vowels written after their consonant, and the sign that repeats a word."""
    return bool(place in (0x30, 0x32, 0x45, 0x46))


@compiled
def _carries_vowel(points: Codes, kind: Bytes, i: int) -> bool:
    """Whether a vowel or mark follows consonant i; a mark that silences it does not count."""
    if i + 1 >= len(points):
        return False
    place = int(points[i + 1] & _BLOCK)
    if not _THAI <= points[i + 1] < _LAO_END or place == _SILENT:
        return False
    if place == _O_ANG:
        return not _has_sign(points, kind, i + 1)
    return _has_sign(points, kind, i)


@compiled
def _has_sign(points: Codes, kind: Bytes, i: int) -> bool:
    """Whether a mark or a vowel that follows its consonant stands after character i."""
    return i + 1 < len(points) and bool(
        (kind[i + 1] & _MARK) != 0 or _is_trailing(int(points[i + 1] & _BLOCK))
    )
