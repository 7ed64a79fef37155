"""A text as it is compared: normalised code points, each with the place it came from.

Normalisation undoes what hides a copy without changing what a reader sees: Unicode compatibility forms (NFKC), case,
zero-width and control characters, piles of combining marks. What looks like a disguise is reported as a flag.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import regex

from copytrail.characters import (
    CLASS,
    COMPLEX,
    DROPPED,
    FOLD,
    KIND,
    KIND_SHIFT,
    MARK,
    POINT,
    SIGN_COMPLEX,
    SIGN_DROPPED,
    SIGNS,
    SIZE,
    SUSPECT,
    UPPER,
    WORDY,
    Kind,
    signs_of,
)
from copytrail.compiled import Bytes, Codes, Numbers, compiled

# NFKC takes quadratic time for a run of combining marks on older Pythons; no script needs more on one letter.
MAX_MARKS: Final = 4
# One U+FDFA becomes 18 characters: what a stretch of text may grow to, as a multiple of its length, plus 32.
# The whole text may at most double, which takes a text made of nothing but such characters.
MAX_GROWTH: Final = 4
_SHORT: Final = 4  # characters of a stretch that is worth remembering: a text repeats them

_MARK_RUNS: Final = regex.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")
_STRAY_MARKS: Final = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}])\p{Mn}+")
_IGNORABLE: Final = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cn}]")
_DISGUISES: Final = {
    "zero_width": regex.compile(r"(?<=\p{Latin})[\u200b-\u200d\u2060-\u2064\ufeff\u034f](?=\p{Latin})"),
    "soft_hyphens": regex.compile(r"(?<=\p{Latin})\u00ad(?=\p{Latin})"),
    "bidi_marks": regex.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069](?=\p{Latin})"),
    "compatibility_forms": regex.compile(r"[\uff21-\uff5a\U0001d400-\U0001d7ff\u24b6-\u24e9\u1d2c-\u1d6a]"),
    "combining_marks": regex.compile(r"\p{Latin}\p{M}{2}|\p{Latin}[\u0334-\u0338\u20d0-\u20f0]"),
}
_NONE: Final[frozenset[str]] = frozenset()
_DROPPED, _LAST = np.uint32(SIGN_DROPPED), np.uint32(SIZE - 1)
_CLASS, _SOLO = np.uint32(CLASS << KIND_SHIFT), np.uint32(Kind.SOLO << KIND_SHIFT)
_MARK, _WORDY = np.uint32(MARK << KIND_SHIFT), np.uint32(WORDY)


class NormalText(NamedTuple):
    """`signs[i]` is a normalised character that came from `text[first[i] : last[i] + 1]`.

    A sign (see `copytrail.characters`) keeps of the original character whether it was upper case. `flags` names the
    disguises undone; `solos` is how many signs are letters of scripts written without spaces.
    """

    signs: Codes
    first: Numbers
    last: Numbers
    flags: frozenset[str]
    solos: int

    @property
    def points(self) -> Codes:
        """The code points alone."""
        return self.signs & np.uint32(POINT)


def points_of(text: str) -> Codes:
    """The code points of a text; half of a surrogate pair counts as one."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def normalise(text: str) -> NormalText:
    """Normalise a text of any length in linear time."""
    given = points_of(text)
    signs = np.empty(len(given), np.uint32)
    seen = _look_up(given, SIGNS, signs)
    flags = _disguises(text) if seen & (SUSPECT << KIND_SHIFT) else _NONE
    if seen & SIGN_COMPLEX:
        return _normalise_stretches(text, given, flags)
    place = np.arange(len(given), dtype=np.int32)
    if seen & SIGN_DROPPED:
        place = place[signs & _DROPPED == 0]
        signs = signs[place]
    return NormalText(signs, place, place, flags, _attach_marks(signs))


def without_dots(text: str, normal: NormalText) -> NormalText:
    """The normalised text with ı for the capital I, as Turkish has it."""
    dotless = SIGNS[ord("ı")] | np.uint32(UPPER << KIND_SHIFT)
    capital = (normal.points == ord("i")) & (points_of(text)[normal.first] == ord("I"))
    return normal._replace(signs=np.where(capital, dotless, normal.signs))


def _disguises(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _DISGUISES.items() if pattern.search(text))


@compiled
def _look_up(given: Codes, table: Codes, signs: Codes) -> int:
    """Fill in the sign of each character; returns the bits of all of them."""
    seen = np.uint32(0)
    for i in range(len(given)):
        signs[i] = table[min(given[i], _LAST)]
        seen |= signs[i]
    return int(seen)


@compiled
def _attach_marks(signs: Codes) -> int:
    """Make marks after a letter of a script without spaces a part of it, no letters; returns how many such letters."""
    solos = 0
    for i in range(len(signs)):
        solos += signs[i] & _CLASS == _SOLO
    after = False
    for i in range(len(signs) if solos else 0):
        after = signs[i] & _CLASS == _SOLO or (after and signs[i] & _MARK != 0)
        if after:
            signs[i] &= ~_WORDY
    return solos


def _normalise_stretches(text: str, given: Codes, flags: frozenset[str]) -> NormalText:
    """Characters that depend on their neighbours go through Python's NFKC, stretch by stretch.

    Nearly every stretch becomes one character, which takes the place of its first; what else some become is inserted.
    """
    inside = np.minimum(given, SIZE - 1)
    fold, kind = np.where(given < SIZE, FOLD[inside], given), KIND[inside]
    last = np.arange(len(fold), dtype=np.int32)
    lows, highs = _taken_out(fold, kind)
    heads: list[int] = []
    places: list[int] = []
    more: list[int] = []
    for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
        folded = (_fold_again if high - low <= _SHORT else _fold)(text[low:high])
        heads.append(folded[0] if folded else DROPPED)
        if len(folded) > 1 and len(more) < len(text):
            more += folded[1:]
            places += [low + 1] * (len(folded) - 1)
    kept = np.array(heads, np.uint32)
    fold[lows], last[lows] = kept, highs - 1
    kind[lows] = KIND[np.minimum(kept, SIZE - 1)] | (kind[lows] & np.uint8(UPPER))
    first = np.insert(np.arange(len(fold), dtype=np.int32), places, np.array(places, np.int32) - 1)
    added = np.array(more, np.uint32)
    points, kinds = np.insert(fold, places, added), np.insert(kind, places, KIND[np.minimum(added, SIZE - 1)])
    keep = np.flatnonzero(points != DROPPED)
    first = first[keep]
    signs = signs_of(points[keep], kinds[keep])
    return NormalText(signs, first, last[first], flags, _attach_marks(signs))


@compiled
def _taken_out(fold: Codes, kind: Bytes) -> tuple[Numbers, Numbers]:
    """Drop each complex character with the letter before its marks and all marks after it: from where, and to."""
    most = (fold == COMPLEX).sum()
    lows, highs = np.empty(most, np.int32), np.empty(most, np.int32)
    count, done = 0, 0
    for index in range(len(fold)):
        if fold[index] != COMPLEX:
            continue
        low = max(done, index - 1) if kind[index] & MARK else index
        done = index + 1
        while done < len(fold) and kind[done] & MARK:
            done += 1
        fold[low:done] = DROPPED
        lows[count], highs[count] = low, done
        count += 1
    return lows[:count], highs[:count]


def _fold(stretch: str) -> list[int]:
    """NFKC and casefold of a short stretch, without ignorable characters and marks that no letter composes with.

    Composed letters are given as the variant that they are compared as, where the table of characters has one.
    """
    capped = _MARK_RUNS.sub(r"\1", stretch)
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", capped).casefold())
    plain = _STRAY_MARKS.sub("", _IGNORABLE.sub("", composed))
    points = map(ord, plain[: MAX_GROWTH * len(stretch) + 32])
    return [int(FOLD[p]) if p < SIZE and FOLD[p] not in (COMPLEX, DROPPED) else p for p in points]


_fold_again: Final = lru_cache(maxsize=4096)(_fold)
