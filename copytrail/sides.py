"""Two texts as each sees the other: which of its words the other has too, and how much each of them says."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Bools, Codes, Floats, Numbers, compiled
from copytrail.traits import FILLER, Traits

FOREIGN: Final = -1  # a content word that the other text does not have
WALL: Final = -3  # a word that no stretch may cross, because it belongs to a passage already found


class Side(NamedTuple):
    """The words of one text that count in a comparison with another, k of its n words: those that say something.

    `term` (int32[k]): number of the stem among the stems that both texts have, else `FOREIGN` or `WALL`. `weight`
    (float32[k]): how much the word says. A shared stem says the less the more often the two texts use it: what a whole
    text is about is no evidence for any place in it. `place` (int32[k]): which word of the text it is; `before`
    (int32[n + 1]): how many that count stand before each word of the text.
    """

    term: Numbers
    weight: Floats
    place: Numbers
    before: Numbers


@compiled
def two_sides(a: Traits, b: Traits, taken_a: Bools, taken_b: Bools) -> tuple[Side, Side, int]:
    """Both texts as sides, and how many stems they share; words that are `taken` become walls."""
    in_a, in_b, shared = _common(a.all.stems, b.all.stems)
    one, other = _side(a.term, a.weight, taken_a, in_a), _side(b.term, b.weight, taken_b, in_b)
    uses = np.zeros(shared, np.int32)
    for side in (one, other):
        for term in side.term:
            if term >= 0:
                uses[term] += 1
    for side in (one, other):
        for i in range(len(side.term)):
            if side.term[i] >= 0:
                side.weight[i] = side.weight[i] / np.sqrt(max(1.0, 0.5 * uses[side.term[i]]))
    return one, other, shared


@compiled
def _common(a: Codes, b: Codes) -> tuple[Numbers, Numbers, int]:
    """For each of two sorted lists of stems their numbers among the stems of both, else `FOREIGN`; and how many."""
    in_a, in_b = np.full(len(a), FOREIGN, np.int32), np.full(len(b), FOREIGN, np.int32)
    count, i, j = 0, 0, 0
    while i < len(a) and j < len(b):
        left, right = a[i], b[j]
        if left == right:
            in_a[i], in_b[j] = count, count
            count += 1
        i += left <= right
        j += right <= left
    return in_a, in_b, count


@compiled
def _side(terms: Numbers, weights: Floats, taken: Bools, numbers: Numbers) -> Side:
    count = len(terms)
    term, weight, place = np.empty(count, np.int32), np.empty(count, np.float32), np.empty(count, np.int32)
    before = np.empty(count + 1, np.int32)
    kept = 0
    for i in range(count):
        before[i] = kept
        if taken[i] or terms[i] != FILLER:
            term[kept] = WALL if taken[i] else numbers[terms[i]]
            weight[kept] = 0.0 if taken[i] else weights[i]
            place[kept] = i
            kept += 1
    before[count] = kept
    return Side(term[:kept], weight[:kept], place[:kept], before)


@compiled
def mark_terms(side: Side, low: int, high: int, marked: Bools) -> None:
    """Set `marked` (by number of stem) to the stems that words low to high use."""
    marked[:] = False
    for i in range(side.before[low], side.before[high]):
        if side.term[i] >= 0:
            marked[side.term[i]] = True
