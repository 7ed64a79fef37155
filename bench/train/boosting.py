"""Boosted trees for a yes-or-no label of pairs, their scores on unseen corpora, and their calibration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import lightgbm
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bench.corpus import VERDICTS
from bench.train.samples import Samples
from copytrail.features import DIRECTIONS

WEAK: Final = {"fnc1": 0.1}  # corpora whose independent reports were not checked and often are rewrites

A_CORPUS: Final = 100  # verdicts of one label from which they weigh as much as a corpus

Vector = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def weights(samples: Samples, truth: Bools) -> Vector:
    """Sample weights: each corpus and label alike, both classes alike; a few verdicts of people weigh little."""
    out: Vector = np.ones(len(truth))
    groups = np.char.add(samples.corpus, samples.label)
    for group in np.unique(groups):
        chosen = groups == group
        corpus = samples.corpus[chosen][0]
        out[chosen] = WEAK.get(corpus, 1.0) / chosen.sum()
        if corpus == VERDICTS:
            out[chosen] *= min(1.0, chosen.sum() / A_CORPUS)
    out[truth] *= out[~truth].sum() / out[truth].sum()
    return np.asarray(out * len(truth) / out.sum())


def trees(samples: Samples, truth: Bools, shape: Mapping[str, float]) -> lightgbm.LGBMClassifier:
    """Boosted trees of that shape (LightGBM's names) that tell the true samples from the others."""
    classifier = lightgbm.LGBMClassifier(
        **shape, min_child_samples=40, subsample=0.8, subsample_freq=1, colsample_bytree=0.5, reg_lambda=5.0,
        monotone_constraints=list(DIRECTIONS), random_state=1, deterministic=True, n_jobs=1, verbose=-1,
    )  # fmt: skip
    return classifier.fit(samples.values, truth, sample_weight=weights(samples, truth))


def margins(classifier: lightgbm.LGBMClassifier, samples: Samples) -> Vector:
    """The sum of leaves for each sample, before calibration."""
    return np.asarray(classifier.predict(samples.values, raw_score=True), np.float64)


def unseen(samples: Samples, truth: Bools, shape: Mapping[str, float], within: Bools | None = None) -> Vector:
    """Margins by trees that saw nothing of a sample's corpus; NaN in corpora that have no sample `within`."""
    out = np.full(len(truth), np.nan)
    for corpus in np.unique(samples.corpus if within is None else samples.corpus[within]):
        held_out = samples.corpus == corpus
        classifier = trees(samples.only(~held_out), truth[~held_out], shape)
        out[held_out] = margins(classifier, samples.only(held_out))
    return out


def calibration(margins: Vector, truth: Bools, weight: Vector) -> tuple[float, float]:
    """Slope and shift of the logistic curve (Platt 1999) that turns margins into probabilities."""
    curve = LogisticRegression(C=1e6).fit(margins[:, None], truth, sample_weight=weight)
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def logistic(values: Vector) -> Vector:
    """The logistic curve: any number to 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-values)))


def flatten(classifier: lightgbm.LGBMClassifier) -> dict[str, list[float]]:
    """All nodes of all trees as flat lists; see `copytrail.model.Trees`."""
    out: dict[str, list[float]] = {"root": [], "signal": [], "limit": [], "below": [], "above": []}

    def add(node: Mapping[str, Any]) -> int:
        index = len(out["signal"])
        leaf = "leaf_value" in node
        out["signal"].append(-1 if leaf else int(node["split_feature"]))
        out["limit"].append(float(f"{node['leaf_value' if leaf else 'threshold']:.6g}"))
        out["below"].append(-1)
        out["above"].append(-1)
        if not leaf:
            out["below"][index] = add(node["left_child"])
            out["above"][index] = add(node["right_child"])
        return index

    for tree in classifier.booster_.dump_model()["tree_info"]:
        out["root"].append(add(tree["tree_structure"]))
    return out
