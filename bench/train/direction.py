"""Train the model of direction on rewrites whose original is known and write direction.json.

`python -m bench.train.direction DIR`. The regression has no intercept, so that turning a pair round turns the answer
round, and no weight below 0. Every corpus counts alike; the weights are then shrunk to what is calibrated on corpora
that were not trained on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from bench.corpus import Corpora, Pair, read_corpora
from bench.train.originals import originals
from copytrail.direction import EXTREME, FORMAT, SIGNS, DirectionModel, Marks, signs
from copytrail.document import analyse

OUTPUT: Final = Path(__file__).parents[2] / "copytrail" / "data" / "direction.json"
RIDGE: Final = 1.0  # penalty on squared weights, beside samples that weigh as much as
WEIGHT_OF_ALL: Final = 300.0

Vector = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Directed:
    """n pairs with a known original: `values` (float64[n, signs]) seen from the original, `corpus` (str[n])."""

    values: Grid
    corpus: npt.NDArray[np.str_]

    @classmethod
    def of(cls, pairs: Sequence[Pair], marks: Mapping[str, Marks]) -> Self:
        """Measure pairs whose `a` is the original; those with a text too short to tell are left out."""
        told = [pair for pair in pairs if marks[pair.a].sufficient and marks[pair.b].sufficient]
        values = [signs(marks[pair.a], marks[pair.b]) for pair in told]
        return cls(np.array(values), np.array([pair.corpus for pair in told]))

    def only(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """The pairs where `chosen` is true."""
        return type(self)(self.values[chosen], self.corpus[chosen])

    @property
    def weight(self) -> Vector:
        """Sample weights by which each corpus counts alike."""
        _, place, counts = np.unique(self.corpus, return_inverse=True, return_counts=True)
        return np.asarray(WEIGHT_OF_ALL / len(counts) / counts[place])


def fit(samples: Directed) -> DirectionModel:
    """The model of these pairs, shrunk to what is calibrated on the corpora left out one by one."""
    odds, corpora = np.zeros(len(samples.corpus)), np.unique(samples.corpus)
    for corpus in corpora:
        own = samples.corpus == corpus
        odds[own] = _margins(samples.values[own], *_regression(samples.only(~own)))
    scale, weight = _regression(samples)
    shrunk = weight * _calibration(odds, samples.weight)
    return DirectionModel(tuple(scale.round(4).tolist()), tuple(shrunk.round(4).tolist()))


def marks_of(corpora: Corpora, pairs: Sequence[Pair]) -> dict[str, Marks]:
    """The marks of all texts of the pairs, by id."""
    named = {name for pair in pairs for name in (pair.a, pair.b)}
    return {name: Marks.of(analyse(corpora.texts[name])) for name in sorted(named)}


def _regression(samples: Directed) -> tuple[Vector, Vector]:
    """Scale and weight of each sign: logistic regression with a ridge, weights of 0 and more."""
    scale = np.sqrt(np.average(samples.values**2, axis=0, weights=samples.weight))
    scaled, share = _scaled(samples.values, scale), samples.weight

    def loss(weight: Vector) -> tuple[float, Vector]:
        margin = scaled @ weight
        value = share @ np.logaddexp(0, -margin) + RIDGE * weight @ weight / 2
        return float(value), RIDGE * weight - (share / (1 + np.exp(margin))) @ scaled

    start = np.full(len(SIGNS), 0.1)
    found = minimize(loss, start, jac=True, bounds=[(0, None)] * len(SIGNS), method="L-BFGS-B")
    return scale, np.asarray(found.x)


def _scaled(values: Grid, scale: Vector) -> Grid:
    return np.asarray(np.clip(values / scale, -EXTREME, EXTREME))


def _margins(values: Grid, scale: Vector, weight: Vector) -> Vector:
    return np.asarray(_scaled(values, scale) @ weight)


def _calibration(odds: Vector, weight: Vector) -> float:
    """The factor by which log odds on unseen corpora become honest ones (temperature scaling); at most 1."""
    found = minimize_scalar(
        lambda factor: weight @ np.logaddexp(0, -factor * odds), bounds=(0.05, 1.0), method="bounded"
    )
    return float(found.x)


def main(folder: Path) -> None:
    """Train on the corpora of `folder` and write the model file."""
    corpora = read_corpora(folder)
    pairs = originals(corpora.pairs)
    samples = Directed.of(pairs, marks_of(corpora, pairs))
    model = fit(samples)
    fields = {
        "format": FORMAT,
        "sources": {str(c): int((samples.corpus == c).sum()) for c in np.unique(samples.corpus)},
        "signs": list(SIGNS),
        "scale": list(model.scale),
        "weight": list(model.weight),
    }
    OUTPUT.write_text(json.dumps(fields, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
