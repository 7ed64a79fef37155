"""Confidence intervals by bootstrap over stories: pairs that share articles are drawn together.

All functions work on `rounds` + 1 resamples at once, given as sample weights (float64[rounds + 1, n]); the first row is
the sample itself, all ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

ROUNDS: Final = 200

Vector = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float64]


def stories(pairs: Iterable[tuple[str, str]]) -> npt.NDArray[np.int64]:
    """The number of the story that each pair is from: pairs of articles that are linked by pairs are one story."""
    parent: dict[str, str] = {}

    def root(article: str) -> str:
        while parent.setdefault(article, article) != article:
            parent[article] = article = parent[parent[article]]
        return article

    pairs = list(pairs)
    for a, b in pairs:
        parent[root(a)] = root(b)
    return np.unique([root(a) for a, _ in pairs], return_inverse=True)[1].astype(np.int64)


def resample(story: npt.NDArray[np.int64], seed: int = 1) -> Grid:
    """Weights of n samples, whose stories are drawn with replacement."""
    names, place = np.unique(story, return_inverse=True)
    draws = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), ROUNDS)
    return np.concatenate([np.ones((1, len(story))), draws[:, place].astype(np.float64)])


def share(found: npt.NDArray[np.bool_], weight: Grid) -> Vector:
    """The share of samples that are true, by resample."""
    return np.asarray((weight @ found) / _total(weight))


def recall(good: Vector, bad: Vector, good_weight: Grid, bad_weight: Grid, rate: float) -> Vector:
    """The share of `good` above the score that at most `rate` of `bad` exceed, by resample."""
    order = np.argsort(-bad, kind="stable")
    passed = np.cumsum(bad_weight[:, order], axis=1) / _total(bad_weight)[:, None]
    bar = bad[order][np.minimum((passed <= rate).sum(axis=1), len(bad) - 1)]
    ranked = np.argsort(good, kind="stable")
    below = np.searchsorted(good[ranked], bar, side="right")
    missed = _cumulated(good_weight[:, ranked])[np.arange(len(bar)), below]
    return np.asarray(1 - missed / _total(good_weight))


def auc(good: Vector, bad: Vector, good_weight: Grid, bad_weight: Grid) -> Vector:
    """The chance that a good sample scores above a bad one, ties counting half, by resample."""
    ranked = np.argsort(good, kind="stable")
    below = _cumulated(good_weight[:, ranked])
    left = below[:, np.searchsorted(good[ranked], bad, side="left")]
    right = below[:, np.searchsorted(good[ranked], bad, side="right")]
    above = _total(good_weight)[:, None] - (left + right) / 2
    return np.asarray((bad_weight * above).sum(axis=1) / (_total(good_weight) * _total(bad_weight)))


def _cumulated(weight: Grid) -> Grid:
    return np.concatenate([np.zeros((len(weight), 1)), np.cumsum(weight, axis=1)], axis=1)


def _total(weight: Grid) -> Vector:
    return np.asarray(np.maximum(weight.sum(axis=1), 1e-9))
