"""Whether `score` is the probability that it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.eval.judged import Judged
from bench.eval.labels import Bools, Labels
from bench.eval.resampling import Vector
from bench.printing import Cell, Figure, Table
from bench.train.boosting import WEAK
from bench.train.reuse import NO_REUSE, REUSE

BINS: Final = 10


def calibration(judged: Judged) -> Iterator[Table]:
    """The expected calibration error, and what stands behind it, bin by bin."""
    labels = judged.labels
    strong = ~(np.isin(labels.corpus, list(WEAK)) & (labels.label == "independent"))
    hard = strong & np.isin(labels.label, ["rewrite", "independent"])
    every = strong & np.isin(labels.label, REUSE + NO_REUSE)
    rows: list[list[Cell]] = []
    for name, score in (("corpus unseen", judged.unseen_score), ("as shipped", judged.score)):
        rows.append([name, _error(labels, score, hard), _error(labels, score, every)])
    yield Table(
        "calibration",
        "Expected calibration error of score, ten bins",
        ["model", "rewrites and independent reports", "all but partial copies"],
        rows,
        "The mean distance between a bin's mean score and its share of reuse. Each corpus counts alike, and reuse as"
        " much as the rest.",
    )
    yield _bins(labels, judged.unseen_score, hard)


def _error(labels: Labels, score: Vector, chosen: Bools) -> Figure:
    """The expected calibration error over the chosen pairs."""
    weight = labels.weight(chosen) * _balance(labels, chosen)
    excess, place = (score - np.isin(labels.label, REUSE))[chosen], _place(score[chosen])
    gaps = [np.abs(weight[:, place == k] @ excess[place == k]) for k in range(BINS)]
    return Figure.of(np.sum(gaps, axis=0) / weight.sum(axis=1))


def _balance(labels: Labels, chosen: Bools) -> Vector:
    """Weights by which each corpus of a label counts alike, each label of reuse, and reuse as much as the rest."""
    label, corpus = labels.label[chosen], labels.corpus[chosen]
    reuse = np.isin(label, REUSE)
    weight = np.ones(len(label))
    for level in (np.char.add(label, corpus), label, reuse):
        place = np.unique(level, return_inverse=True)[1]
        weight /= np.bincount(place, weights=weight)[place]
    return weight


def _place(score: Vector) -> npt.NDArray[np.int64]:
    return np.asarray(np.minimum((score * BINS).astype(np.int64), BINS - 1))


def _bins(labels: Labels, score: Vector, chosen: Bools) -> Table:
    weight, truth, place = (
        _balance(labels, chosen),
        np.isin(labels.label, REUSE)[chosen],
        _place(score[chosen]),
    )
    rows: list[list[Cell]] = []
    for k in range(BINS):
        inside = place == k
        means: list[Cell] = [None, None, None]
        if inside.any():
            of_score, of_truth = (
                np.average(x[inside], weights=weight[inside]) for x in (score[chosen], truth)
            )
            means = [float(of_score), float(of_truth), float(weight[inside].sum() / weight.sum())]
        rows.append([f"{k / BINS:.1f} to {(k + 1) / BINS:.1f}", int(inside.sum()), *means])
    return Table(
        "calibration_bins",
        "Rewrites and independent reports on unseen corpora, bin by bin",
        ["score", "pairs", "mean score", "share of reuse", "weight"],
        rows,
        "A calibrated score has equal third and fourth columns.",
    )
