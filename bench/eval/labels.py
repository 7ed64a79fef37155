"""The labelled pairs as columns, with what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from bench.corpus import Pair
from bench.eval.resampling import Grid, resample, stories
from bench.train.boosting import WEAK

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """n labelled pairs: `label` and `corpus` (str[n])."""

    pairs: Sequence[Pair]
    label: npt.NDArray[np.str_]
    corpus: npt.NDArray[np.str_]

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> Self:
        """The labels of the pairs, in their order."""
        return cls(pairs, np.array([pair.label for pair in pairs]), np.array([pair.corpus for pair in pairs]))

    def corpora(self, label: str, *, weak: bool = False) -> list[str]:
        """The corpora that have pairs of a label; weakly labelled ones only when asked for."""
        names = np.unique(self.corpus[self.label == label]).tolist()
        return [name for name in names if weak or label != "independent" or name not in WEAK]

    def where(self, corpus: str, label: str) -> Bools:
        """The pairs of a corpus that have a label."""
        return np.asarray((self.corpus == corpus) & (self.label == label))

    def chosen(self, chosen: Bools) -> list[Pair]:
        """The chosen pairs."""
        return [self.pairs[number] for number in np.flatnonzero(chosen).tolist()]

    def weight(self, chosen: Bools) -> Grid:
        """Bootstrap weights of the chosen pairs."""
        return resample(stories((pair.a, pair.b) for pair in self.chosen(chosen)))
