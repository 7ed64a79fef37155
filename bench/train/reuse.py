"""The model of reuse: rewrites and copies against independent reports and unrelated texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import lightgbm
import numpy as np

from bench.train.boosting import (
    WEAK,
    Bools,
    Vector,
    calibration,
    flatten,
    logistic,
    margins,
    trees,
    unseen,
    weights,
)
from bench.train.samples import Samples

FALSE_ALARMS: Final = 0.01  # of independent reports that the threshold lets through
LENGTHS: Final = (0, 80, 150, 200, 300, 10_000)  # words of the shorter text: classes with a threshold each
ENOUGH: Final = 100  # independent reports of one length from which a corpus has a say in its threshold
DRIFTED: Final = 0.03  # rewrites by construction that score less than this have nothing of their source left
SHAPE: Final = {"n_estimators": 350, "num_leaves": 8, "learning_rate": 0.04}
REUSE: Final = ("rewrite", "near_copy", "identical")
NO_REUSE: Final = ("independent", "unrelated")


@dataclass(frozen=True, slots=True, eq=False)
class ReuseModel:
    """Trained trees, the logistic curve over their margins, and the thresholds by length.

    `bars` are (words of the shorter text, score) points; `recall` is the share of each corpus's rewrites that trees
    without that corpus put above them.
    """

    classifier: lightgbm.LGBMClassifier
    slope: float
    shift: float
    bars: tuple[tuple[int, float], ...]
    recall: Mapping[str, float]

    @classmethod
    def fit(cls, samples: Samples) -> Self:
        """Train on all samples; calibrate and set thresholds on scores by trees that did not see their corpus."""
        samples = _without_drifted(samples.only(np.isin(samples.label, REUSE + NO_REUSE)))
        truth = np.isin(samples.label, REUSE)
        raw = unseen(samples, truth, SHAPE)
        slope, shift = calibration(raw, truth, weights(samples, truth))
        scores = logistic(slope * raw + shift)
        bars = _bars(samples, scores)
        return cls(
            trees(samples, truth, SHAPE), slope, shift, bars, _recall(samples, scores >= bar(bars, samples))
        )

    def scores(self, samples: Samples) -> Vector:
        """The probability of reuse of each sample."""
        return logistic(self.slope * margins(self.classifier, samples) + self.shift)

    def to_json(self) -> dict[str, object]:
        """The part of the model file that `copytrail.model` reads, and what was reached."""
        return {
            "trees": flatten(self.classifier), "slope": self.slope, "shift": self.shift,
            "thresholds": self.bars, "recall_of_unseen_corpora": self.recall,
        }  # fmt: skip


def bar(bars: tuple[tuple[int, float], ...], samples: Samples) -> Vector:
    """The score that each sample has to reach, by the length of its shorter text."""
    words, scores = np.array(bars, np.float64).T
    return np.asarray(np.interp(samples.shorter_words, words, scores))


def _without_drifted(samples: Samples) -> Samples:
    truth, rewrite = np.isin(samples.label, REUSE), samples.label == "rewrite"
    scores = logistic(unseen(samples, truth, SHAPE, within=rewrite))
    return samples.only(~(rewrite & (scores < DRIFTED)))


def _bars(samples: Samples, scores: Vector) -> tuple[tuple[int, float], ...]:
    """For texts of some lengths in words: the score that `FALSE_ALARMS` of the independent reports reach.

    Short texts about one event are alike by necessity, so more is asked of them. The mean over corpora is taken, and
    longer texts never need more than shorter ones.
    """
    words = samples.shorter_words
    independent = (samples.label == "independent") & ~np.isin(samples.corpus, list(WEAK))
    bars: list[tuple[int, float]] = []
    for low, high in pairwise(LENGTHS):
        sized = independent & (words >= low) & (words < high)
        bounds = [
            np.quantile(scores[sized & (samples.corpus == corpus)], 1 - FALSE_ALARMS)
            for corpus, count in zip(*np.unique(samples.corpus[sized], return_counts=True), strict=True)
            if count >= ENOUGH
        ]
        if bounds:
            score = round(min(float(np.mean(bounds)), *(known for _, known in bars), 1.0), 4)
            bars.append((round(float(np.median(words[sized]))), score))
    return tuple(bars)


def _recall(samples: Samples, found: Bools) -> dict[str, float]:
    rewrite = samples.label == "rewrite"
    return {
        str(corpus): round(float(found[rewrite & (samples.corpus == corpus)].mean()), 4)
        for corpus in np.unique(samples.corpus[rewrite])
    }
