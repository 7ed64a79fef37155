"""A text as it is compared: normalised code points, each with the place it came from.

Normalisation undoes what hides a copy without changing what a reader sees: Unicode compatibility forms (NFKC), case,
zero-width and control characters, piles of combining marks. What looks like a disguise is reported as a flag.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import regex

from copytrail.characters import COMPLEX, DROPPED, FOLD, KIND, MARK, SIZE, SUSPECT, UPPER
from copytrail.compiled import Bytes, Codes, Numbers

# NFKC takes quadratic time for a run of combining marks on older Pythons; no script needs more on one letter.
MAX_MARKS: Final = 4
# One U+FDFA becomes 18 characters: what a stretch of text may grow to, as a multiple of its length, plus 32.
MAX_GROWTH: Final = 4

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


@dataclass(frozen=True, slots=True)
class NormalText:
    """`points[i]` is a normalised code point that came from `text[start[i]:stop[i]]`; `kind[i]` its class.

    `kind` carries the flags of the original character (upper case), `flags` the names of disguises undone.
    """

    points: Codes
    kind: Bytes
    start: Numbers
    stop: Numbers
    flags: frozenset[str]


def normalise(text: str) -> NormalText:
    """Normalise a text of any length in linear time."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    inside = np.minimum(points, SIZE - 1)
    fold = np.where(points < SIZE, FOLD[inside], points)
    kind = KIND[inside]
    suspect = bool((kind & np.uint8(SUSPECT)).any())
    flags = frozenset(name for name, pattern in _DISGUISES.items() if suspect and pattern.search(text))
    if (fold == COMPLEX).any():
        return _normalise_stretches(text, fold, kind, flags)
    keep = np.flatnonzero(fold != DROPPED).astype(np.int32)
    return NormalText(fold[keep], kind[keep], keep, keep + np.int32(1), flags)


def without_dots(text: str, normal: NormalText) -> NormalText:
    """The normalised text with ı for the capital I, as Turkish has it."""
    given = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    capital = (normal.points == ord("i")) & (given[normal.start] == ord("I"))
    return replace(normal, points=np.where(capital, np.uint32(ord("ı")), normal.points))


def _normalise_stretches(text: str, fold: Codes, kind: Bytes, flags: frozenset[str]) -> NormalText:
    """Characters that depend on their neighbours go through Python's NFKC, stretch by stretch.

    Nearly every stretch becomes one character, which takes the place of its first; what else some become is inserted.
    """
    fold, kind, stop = fold.copy(), kind.copy(), np.arange(1, len(fold) + 1, dtype=np.int32)
    places: list[int] = []
    more: list[int] = []
    for low, high in _stretches(fold, kind):
        folded = _fold(text[low:high])
        fold[low:high] = DROPPED
        fold[low : low + 1] = folded[:1]
        stop[low] = high
        if len(folded) > 1:
            more += folded[1:]
            places += [low + 1] * (len(folded) - 1)
        if folded:
            kind[low] = KIND[min(folded[0], SIZE - 1)] | (kind[low] & UPPER)
    start = np.insert(np.arange(len(fold), dtype=np.int32), places, np.array(places, np.int32) - 1)
    added = np.array(more, np.uint32)
    points, kinds = np.insert(fold, places, added), np.insert(kind, places, KIND[np.minimum(added, SIZE - 1)])
    keep = np.flatnonzero(points != DROPPED)
    return NormalText(points[keep], kinds[keep], start[keep], stop[start[keep]], flags)


def _stretches(fold: Codes, kind: Bytes) -> Iterator[tuple[int, int]]:
    """Bounds of each complex character with the letter before its marks and all marks after it."""
    marks = (kind & MARK) != 0
    done = 0
    for index in np.flatnonzero(fold == COMPLEX).tolist():
        if index < done:
            continue
        low = max(done, index - 1) if marks[index] else index
        done = index + 1
        while done < len(fold) and marks[done]:
            done += 1
        yield low, done


def _fold(stretch: str) -> list[int]:
    """NFKC and casefold of a short stretch, without ignorable characters and marks that no letter composes with.

    Composed letters are given as the variant that they are compared as, where the table of characters has one.
    """
    capped = _MARK_RUNS.sub(r"\1", stretch)
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", capped).casefold())
    plain = _STRAY_MARKS.sub("", _IGNORABLE.sub("", composed))
    points = map(ord, plain[: MAX_GROWTH * len(stretch) + 32])
    return [int(FOLD[p]) if p < SIZE and FOLD[p] not in (COMPLEX, DROPPED) else p for p in points]
