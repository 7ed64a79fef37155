"""All that is measured of two texts at once, in one compiled call, before anything is decided on."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Floats, Numbers, compiled
from copytrail.document import Document
from copytrail.features import measured, overlap
from copytrail.fragments import guessed
from copytrail.runs import join_runs, shared_runs
from copytrail.shingles import count_common
from copytrail.traits import Packed, Traits, opened

STRANGE: Final = (
    0.15  # of the smaller text's content: sharing less, without a shingle, two texts have nothing in common
)


class Measures(NamedTuple):
    """What two texts have in common.

    `strange`: next to nothing, and the rest is empty. `jaccard`: of their shingles of five words. `copies`: rows of
    `join_runs`. `values`: the signals. `guesses`: stretches, rows and shares of `guessed`.
    """

    strange: bool
    jaccard: float
    copies: Numbers
    values: Floats
    guesses: tuple[Numbers, Floats]


def measures(a: Document, b: Document) -> Measures:
    """Measure two texts, the shorter first."""
    return Measures(*_measures(a.traits, b.traits))


@compiled
def _measures(one: Packed, other: Packed) -> tuple[bool, float, Numbers, Floats, tuple[Numbers, Floats]]:
    a, b = opened(one), opened(other)
    shingles = count_common(a.fives, b.fives)
    if strangers(a, b, shingles):
        nothing = (np.zeros((0, 6), np.int32), np.zeros((0, 2), np.float32))
        return True, 0.0, nothing[0], np.zeros(0, np.float32), nothing
    guesses = guessed(a, b, np.zeros(len(a.words), np.bool_), np.zeros(len(b.words), np.bool_))
    jaccard = shingles / (len(a.fives) + len(b.fives) - shingles)
    return False, jaccard, copied_runs(a, b), measured(a, b), guesses


@compiled
def strangers(a: Traits, b: Traits, shingles: int) -> bool:
    """Whether two texts that share so many shingles of five words have next to nothing in common."""
    return bool(shingles == 0 and overlap(a.all, b.all) < STRANGE)


@compiled
def copied_runs(a: Traits, b: Traits) -> Numbers:
    """The passages that both texts have word for word: rows of `join_runs`."""
    return join_runs(shared_runs(a.words, b.words, a.runs, b.runs))
