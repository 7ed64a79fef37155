"""Summaries: a short stretch of one text that draws on all of another."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Bools, Numbers, compiled
from copytrail.sides import Side, mark_terms
from copytrail.stretches import best_stretch, drawn, fitted, worth_of

LEAST_TERMS: Final = 30  # distinct shared stems
MOST_WORDS: Final = 160
LEAST_RATIO: Final = 2.5  # words of what was summed up for one word of its summary
ONE_PLACE: Final = (
    0.7  # of the shared stems: when one place of the other text has more, that place was rewritten
)
KEPT: Final = 0.08  # share of what was summed up, by weight, that is found in its summary
ELSEWHERE: Final = 0.2  # share of the rest of the text that is found in the other: more is a common subject
CONTRAST: Final = 0.45  # by which the share within the summary is higher
UNEXPLAINED: Final = (
    0.45  # share of what no single place of the other text explains that is found in it all the same
)
_LEAST_AROUND: Final = 60.0  # weight of the rest of a text, at least
_PRIOR: Final = 20.0  # weight for which half is believed to be found, before any is seen


@compiled
def place_and_summary(a: Side, b: Side, shared: int) -> tuple[Numbers, Numbers]:
    """The stretch of a that draws most on b, with the one place of b that it draws on most, and with all of b.

    Each is from and to in a, in b; zeros when there is none, the second also when one place explains the stretch.
    """
    low, high = drawn(a, shared)
    found, in_place = np.zeros(shared, np.bool_), np.zeros(shared, np.bool_)
    mark_terms(a, low, high, found)
    hit, miss = worth_of(b, 0, 0, found)
    start, stop, _ = best_stretch(b, 0, len(b.before) - 1, found, hit, miss)
    place = fitted(a, b, shared, np.array([low, high, start, stop], np.int32))
    mark_terms(b, place[2], place[3], in_place)
    first, last = _hull(b, found)
    terms = found.sum()
    if (
        terms >= LEAST_TERMS
        and high - low <= MOST_WORDS
        and last - first >= LEAST_RATIO * (high - low)
        and (in_place & found).sum() < ONE_PLACE * terms
    ):
        return place, np.array([low, high, first, last], np.int32)
    return place, np.zeros(4, np.int32)


@compiled
def _hull(side: Side, found: Bools) -> tuple[int, int]:
    """From the first to the last word whose stem is marked."""
    first, last = len(side.before) - 1, 0
    for i in range(len(side.term)):
        if side.term[i] >= 0 and found[side.term[i]]:
            first, last = min(first, side.place[i]), side.place[i] + 1
    return first, last


@compiled
def is_summary(short: Side, long: Side, stretch: Numbers, shared: int, kept: float, places: Numbers) -> bool:
    """Whether a stretch (from and to in the short one's text, in the long one's) draws on the other all along.

    Unlike the text around it, that is. `kept` is the share of what was summed up that its summary has. `places`: rows
    (from, to) of the text that one place of the other explains; what is left of the stretch must draw on it too.
    """
    if kept < KEPT:
        return False
    found, explained = np.zeros(shared, np.bool_), np.zeros(len(short.term), np.bool_)
    mark_terms(long, stretch[2], stretch[3], found)
    for p in range(len(places)):
        explained[short.before[places[p, 0]] : short.before[places[p, 1]]] = True
    weight, hits = np.zeros(3), np.zeros(3)  # elsewhere; within, explained; within, unexplained
    first, last = short.before[stretch[0]], short.before[stretch[1]]
    for i in range(len(short.term)):
        at = 0 if i < first or i >= last else (1 if explained[i] else 2)
        weight[at] += short.weight[i]
        if short.term[i] >= 0 and found[short.term[i]]:
            hits[at] += short.weight[i]
    share = (hits[1] + hits[2]) / max(1.0, weight[1] + weight[2])
    elsewhere = hits[0] / max(_LEAST_AROUND, weight[0])
    rest = (hits[2] + _PRIOR / 2) / (weight[2] + _PRIOR)
    return bool(elsewhere <= ELSEWHERE and share - elsewhere >= CONTRAST and rest >= UNEXPLAINED)
