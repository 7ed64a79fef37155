"""The edges of a stretch: from which word to which a text draws on a stretch of another.

Inside a stretch that was taken from the other, more of the words are found there than elsewhere. How many more is
estimated from the pair itself, so that a copy, a loose rewrite and a summary are each cut where they end: every word
is worth the logarithm of how much likelier it is inside than outside, and the best stretch has the largest sum.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Bools, Numbers, compiled
from copytrail.sides import WALL, Side, mark_terms

REACH: Final = 60  # words beyond a first guess that an edge may move in one step
ROUNDS: Final = 5
# What is believed before a word is seen: shares of weight found in the other text, and how much weight they count for.
INSIDE, INSIDE_WEIGHT = 0.5, 40.0
OUTSIDE, OUTSIDE_WEIGHT = 0.1, 60.0
MOST_INSIDE: Final = 0.9
LEAST_CONTRAST: Final = 0.15  # between inside and outside


@compiled
def worth_of(side: Side, low: int, high: int, found: Bools) -> tuple[float, float]:
    """What a word is worth, by unit of weight, when it is found in the other text, and when not."""
    inside, hits_inside, outside, hits_outside = 0.0, 0.0, 0.0, 0.0
    first, last = side.before[low], side.before[high]
    for i in range(len(side.term)):
        hit = side.weight[i] if side.term[i] >= 0 and found[side.term[i]] else 0.0
        if first <= i < last:
            inside, hits_inside = inside + side.weight[i], hits_inside + hit
        else:
            outside, hits_outside = outside + side.weight[i], hits_outside + hit
    elsewhere = min(0.8, (hits_outside + OUTSIDE * OUTSIDE_WEIGHT) / (outside + OUTSIDE_WEIGHT))
    here = (hits_inside + INSIDE * INSIDE_WEIGHT) / (inside + INSIDE_WEIGHT)
    here = max(min(MOST_INSIDE, here), elsewhere + LEAST_CONTRAST)
    return np.log(here / elsewhere), np.log((1 - here) / (1 - elsewhere))


@compiled
def best_stretch(
    side: Side, low: int, high: int, found: Bools, hit: float, miss: float
) -> tuple[int, int, float]:
    """The stretch within words low to high with the largest sum of worths: from, to, and the sum (0: none)."""
    best, start, stop, total, since = 0.0, low, low, 0.0, low
    for i in range(side.before[low], side.before[high]):
        term = side.term[i]
        if total <= 0 or term == WALL:
            total, since = 0.0, side.place[i] + (term == WALL)
        if term != WALL:
            total += side.weight[i] * (hit if term >= 0 and found[term] else miss)
        if total > best:
            best, start, stop = total, since, side.place[i] + 1
    return start, stop, best


@compiled
def _moved(
    side: Side, low: int, high: int, other: Side, start: int, stop: int, found: Bools
) -> tuple[int, int, float]:
    """Words low to high of a side with edges moved to where it draws on words start to stop of the other."""
    mark_terms(other, start, stop, found)
    hit, miss = worth_of(side, low, high, found)
    return best_stretch(side, max(0, low - REACH), min(len(side.before) - 1, high + REACH), found, hit, miss)


@compiled
def fitted(a: Side, b: Side, shared: int, guess: Numbers) -> Numbers:
    """A pair of stretches (from and to in a, in b) with edges moved until they fit each other; zeros for none."""
    low, high, start, stop = guess[0], guess[1], guess[2], guess[3]
    found = np.zeros(shared, np.bool_)
    for _ in range(ROUNDS):
        before = (low, high, start, stop)
        low, high, of_a = _moved(a, low, high, b, start, stop, found)
        start, stop, of_b = _moved(b, start, stop, a, low, high, found)
        if of_a <= 0 or of_b <= 0:
            return np.zeros(4, np.int32)
        if before == (low, high, start, stop):
            break
    return np.array([low, high, start, stop], np.int32)


@compiled
def drawn(side: Side, shared: int) -> tuple[int, int]:
    """The stretch of a text that draws most on the other as a whole."""
    found = np.ones(shared, np.bool_)
    low, high = 0, 0
    for _ in range(ROUNDS):
        before = (low, high)
        hit, miss = worth_of(side, low, high, found)
        low, high, _ = best_stretch(side, 0, len(side.before) - 1, found, hit, miss)
        if before == (low, high):
            break
    return low, high
