"""All that is measured of two texts at once, in one compiled call, before anything is decided on."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Floats, Numbers, compiled
from copytrail.document import Document
from copytrail.features import measured, overlap
from copytrail.fragments import guessed
from copytrail.islands import most_telling
from copytrail.runs import join_runs, shared_runs
from copytrail.shingles import count_common
from copytrail.traits import Traits

STRANGE: Final = (
    0.15  # of the smaller text's content: sharing less, without a shingle, two texts have nothing in common
)


class Measures(NamedTuple):
    """What two texts have in common.

    `strange`: next to nothing, and the rest is empty. `shingles`: how many shingles of five words both have. `copies`:
    rows of `join_runs`. `values`: the signals. `guesses`: stretches, rows and shares of `guessed`. `told`: the
    most that one of them can tell, see `most_telling`.
    """

    strange: bool
    shingles: int
    copies: Numbers
    values: Floats
    guesses: tuple[Numbers, Floats]
    told: float


def measures(a: Document, b: Document) -> Measures:
    """Measure two texts, the shorter first."""
    return Measures(*_measures(a.traits, b.traits))


@compiled
def _measures(a: Traits, b: Traits) -> tuple[bool, int, Numbers, Floats, tuple[Numbers, Floats], float]:
    shingles = count_common(a.fives, b.fives)
    if shingles == 0 and overlap(a.all, b.all) < STRANGE:
        nothing = (np.zeros((0, 6), np.int32), np.zeros((0, 2), np.float32))
        return True, 0, np.zeros((0, 6), np.int32), np.zeros(0, np.float32), nothing, -np.inf
    copies = join_runs(shared_runs(a.words, b.words, a.runs, b.runs))
    guesses = guessed(a, b, np.zeros(len(a.words), np.bool_), np.zeros(len(b.words), np.bool_))
    told = most_telling(guesses[0], guesses[1], len(a.term), len(b.term))
    return False, shingles, copies, measured(a, b), guesses, told
