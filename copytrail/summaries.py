"""Summaries: a short stretch of one text that draws on all of another."""

from __future__ import annotations

from collections.abc import Sequence
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
_PRIOR: Final = 20.0  # weight for which half is believed to be found, before any is seen


@compiled
def place_and_summary(a: Side, b: Side, shared: int) -> tuple[Numbers, Numbers]:
    """The stretch of a that draws most on b, with the one place of b that it draws on most, and with all of b.

    Each is from and to in a, in b; zeros when there is none, the second also when one place explains the stretch.
    """
    low, high = drawn(a, shared)
    found, in_place = np.zeros(shared, np.bool_), np.zeros(shared, np.bool_)
    mark_terms(a.term, low, high, found)
    hit, miss = worth_of(b, 0, 0, found)
    start, stop, _ = best_stretch(b, 0, len(b.term), found, hit, miss)
    place = fitted(a, b, shared, np.array([low, high, start, stop], np.int32))
    mark_terms(b.term, place[2], place[3], in_place)
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
    first, last = len(side.term), 0
    for i in range(len(side.term)):
        if side.term[i] >= 0 and found[side.term[i]]:
            first, last = min(first, i), i + 1
    return first, last


def is_summary(
    short: Side,
    stretch: tuple[int, int],
    long: Side,
    summed_up: tuple[int, int],
    kept: float,
    places: Sequence[tuple[int, int]],
) -> bool:
    """Whether the stretch draws on the other all along, unlike the text around it.

    `kept` is the share of the longer stretch that the shorter one has. `places`: parts of the short text that one place
    of the other explains; what is left of the stretch must draw on the other too.
    """
    weight = np.where(np.isin(short.term, np.unique(long.term[slice(*summed_up)])), short.weight, 0)
    weight[short.term < 0] = 0
    inside = np.zeros(len(weight), np.bool_)
    inside[slice(*stretch)] = True
    share = weight[inside].sum() / max(1.0, short.weight[inside].sum())
    elsewhere = weight[~inside].sum() / max(60.0, short.weight[~inside].sum())
    for place in places:
        inside[slice(*place)] = False
    rest = (weight[inside].sum() + _PRIOR / 2) / (short.weight[inside].sum() + _PRIOR)
    return bool(
        kept >= KEPT and elsewhere <= ELSEWHERE and share - elsewhere >= CONTRAST and rest >= UNEXPLAINED
    )
