"""Pairs that can be no evidence, told at a glance.

Most candidates are reports of the same event that share nothing worth showing. What is cheap is asked first, and every
answer is a bound that the full report keeps: nothing is decided here, only left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from copytrail.compiled import compiled
from copytrail.features import measured
from copytrail.fragments import guessed_between
from copytrail.islands import could_tell, least_told, most_telling
from copytrail.measures import copied_runs, strangers
from copytrail.model import Trees, model, probability, stays_below
from copytrail.shingles import count_common
from copytrail.sides import two_sides
from copytrail.traits import Packed, opened


class Bars(NamedTuple):
    """What a pair must reach to be evidence, one of them at least: `copied` words; a `rewrite` probability; the
    probability that a `stretch` was rewritten.
    """

    copied: float
    rewrite: float
    stretch: float


def is_silent(a: Packed, b: Packed, bars: Bars) -> bool:
    """Whether two texts, by their traits and the shorter first, reach none of the bars: only where that is certain."""
    return _is_silent(a, b, model().reuse, model().event, bars)


@compiled
def _is_silent(one: Packed, other: Packed, reuse: Trees, event: Trees, bars: Bars) -> bool:
    a, b = opened(one), opened(other)
    shingles = count_common(a.fives, b.fives)
    if strangers(a, b, shingles):
        return True
    if shingles:
        copies = copied_runs(a, b)
        if (copies[:, 1] - copies[:, 0]).sum() >= bars.copied:
            return False
    values = measured(a, b)
    if not stays_below(reuse, values, bars.rewrite):
        return False
    told = least_told(bars.stretch, probability(event, values))
    side_a, side_b, shared = two_sides(a, b, np.zeros(len(a.term), np.bool_), np.zeros(len(b.term), np.bool_))
    if not could_tell(side_a, side_b, shared, told):
        return True
    rows, shares = guessed_between(side_a, side_b, shared, a.units, b.units)
    return most_telling(rows, shares, len(a.term), len(b.term)) < told
