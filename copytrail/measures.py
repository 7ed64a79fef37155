"""All that is measured of two texts, in one compiled call, before anything is decided on.

Most candidates are reports of the same event that share nothing worth showing. What is cheap is asked first, and where
every bound says that the pair reaches none of the bars, nothing more is measured: it is only left out what the full
report would not have kept.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.alignment import shared_terms
from copytrail.compiled import Floats, Numbers, compiled
from copytrail.document import Document
from copytrail.features import measured, overlap
from copytrail.fragments import guessed_between
from copytrail.islands import could_tell, least_told, most_telling
from copytrail.model import Trees, model, probability, stays_below
from copytrail.runs import join_runs, shared_runs
from copytrail.shingles import count_common
from copytrail.sides import two_sides
from copytrail.traits import Packed, opened

STRANGE: Final = (
    0.15  # of the smaller text's content: sharing less, without a shingle, two texts have nothing in common
)


class Bars(NamedTuple):
    """What a pair must reach to be evidence, one of them at least: `copied` words; a `rewrite` probability; the
    probability that a `stretch` was rewritten.
    """

    copied: float
    rewrite: float
    stretch: float


ANYTHING: Final = Bars(0.0, 0.0, 0.0)  # bars that all pairs reach but strangers


class Measures(NamedTuple):
    """What two texts have in common.

    `silent`: next to nothing, or nothing that could reach the bars; the rest is empty then. `jaccard`: of their
    shingles of five words. `copies`: rows of `join_runs`. `values`: the signals. `guesses`: stretches, rows and shares
    of `guessed_between`.
    """

    silent: bool
    jaccard: float
    copies: Numbers
    values: Floats
    guesses: tuple[Numbers, Floats]


def measures(a: Document, b: Document, bars: Bars = ANYTHING) -> Measures:
    """Measure two texts, the shorter first; those that cannot reach the bars are `silent`."""
    return Measures(*_measures(a.traits, b.traits, model().reuse, model().event, bars))


def measure_nothing() -> Measures:
    """Measure texts without a word, made without reading any: whoever compiles that can compare, but not read."""
    nothing = Packed(np.zeros(0, np.uint64), np.zeros(64, np.int32), np.zeros(64, np.float32))
    return Measures(*_measures(nothing, nothing, model().reuse, model().event, ANYTHING))


@compiled
def _measures(
    one: Packed, other: Packed, reuse: Trees, event: Trees, bars: Bars
) -> tuple[bool, float, Numbers, Floats, tuple[Numbers, Floats]]:
    a, b = opened(one), opened(other)
    copies, values = np.zeros((0, 6), np.int32), np.zeros(0, np.float32)
    rows, shares = np.zeros((0, 6), np.int32), np.zeros((0, 2), np.float32)
    nothing = (True, 0.0, copies, values, (rows, shares))
    shingles = count_common(a.fives, b.fives)
    terms = shared_terms(a.all, b.all)
    if shingles == 0 and overlap(a.all, b.all, terms) < STRANGE:
        return nothing
    if shingles:
        copies = join_runs(shared_runs(a.words, b.words, a.runs, b.runs))
    values = measured(a, b, terms)
    loud = _words_of(copies) >= bars.copied or not stays_below(reuse, values, bars.rewrite)
    told = -np.inf if loud else least_told(bars.stretch, probability(event, values))
    side_a, side_b, shared = two_sides(a, b, np.zeros(len(a.term), np.bool_), np.zeros(len(b.term), np.bool_))
    if not loud and not could_tell(side_a, side_b, shared, told):
        return nothing
    rows, shares = guessed_between(side_a, side_b, shared, a.units, b.units)
    if not loud and most_telling(rows, shares, len(a.term), len(b.term)) < told:
        return nothing
    jaccard = shingles / (len(a.fives) + len(b.fives) - shingles)
    return False, jaccard, copies, values, (rows, shares)


@compiled
def _words_of(copies: Numbers) -> int:
    words = 0
    for row in range(len(copies)):
        words += copies[row, 1] - copies[row, 0]
    return words
