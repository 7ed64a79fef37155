"""Train the two tree models on labelled pairs, calibrate them on corpora they did not see, write model.json.

Every corpus weighs the same however many pairs it has, and so do the two classes. Calibration and the threshold come
from leave-one-corpus-out predictions: each pair is scored by trees that saw nothing of its corpus.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import lightgbm
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bench.train.samples import Samples, measure
from copytrail.features import SIGNALS
from copytrail.model import FORMAT

OUTPUT: Final = Path(__file__).parents[2] / "copytrail" / "data" / "model.json"
FALSE_ALARMS: Final = 0.01  # of independent reports that the threshold lets through
LENGTHS: Final = (0, 80, 150, 200, 300, 10_000)  # words of the shorter text: classes with a threshold each
WEAK: Final = {"fnc1": 0.1}  # corpora whose independent reports were not checked and often are rewrites
DRIFTED: Final = 0.03  # rewrites by construction that score less than this have nothing of their source left
REUSE_TREES: Final = {"n_estimators": 350, "num_leaves": 8, "learning_rate": 0.04}
EVENT_TREES: Final = {"n_estimators": 80, "num_leaves": 4, "learning_rate": 0.1}

Vector = npt.NDArray[np.float64]


def trees(samples: Samples, truth: npt.NDArray[np.bool_], shape: dict[str, float]) -> lightgbm.LGBMClassifier:
    """Boosted trees for a yes-or-no label of the samples."""
    classifier = lightgbm.LGBMClassifier(
        **shape, min_child_samples=40, subsample=0.8, subsample_freq=1, colsample_bytree=0.5, reg_lambda=5.0,
        random_state=1, deterministic=True, n_jobs=2, verbose=-1,
    )  # fmt: skip
    return classifier.fit(samples.values, truth, sample_weight=weights(samples, truth))


def weights(samples: Samples, truth: npt.NDArray[np.bool_]) -> Vector:
    """Sample weights: each corpus and label alike, both classes alike."""
    out = np.ones(len(truth))
    groups = np.char.add(samples.corpus, samples.label)
    for group in np.unique(groups):
        chosen = groups == group
        corpus = samples.corpus[chosen][0]
        out[chosen] = WEAK.get(corpus, 1.0) / chosen.sum()
    out[truth] *= out[~truth].sum() / out[truth].sum()
    return out * len(truth) / out.sum()


def unseen(samples: Samples, truth: npt.NDArray[np.bool_], shape: dict[str, float]) -> Vector:
    """The sum of leaves for each sample, by trees that saw nothing of its corpus."""
    margins = np.zeros(len(truth))
    for corpus in np.unique(samples.corpus):
        held_out = samples.corpus == corpus
        classifier = trees(samples.only(~held_out), truth[~held_out], shape)
        margins[held_out] = classifier.predict(samples.values[held_out], raw_score=True)
    return margins


def calibration(margins: Vector, truth: npt.NDArray[np.bool_], weight: Vector) -> tuple[float, float]:
    """Slope and shift of the logistic curve (Platt 1999) that turns margins into probabilities."""
    curve = LogisticRegression(C=1e6).fit(margins[:, None], truth, sample_weight=weight)
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def flatten(classifier: lightgbm.LGBMClassifier) -> dict[str, list[float]]:
    """All nodes of all trees as flat lists; see `copytrail.model.Trees`."""
    out: dict[str, list[float]] = {"root": [], "signal": [], "limit": [], "below": [], "above": []}

    def add(node: dict[str, object]) -> int:
        index = len(out["signal"])
        leaf = "leaf_value" in node
        out["signal"].append(-1 if leaf else int(node["split_feature"]))  # type: ignore[call-overload]
        out["limit"].append(float(f"{node['leaf_value' if leaf else 'threshold']:.6g}"))
        out["below"].append(-1)
        out["above"].append(-1)
        if not leaf:
            out["below"][index] = add(node["left_child"])  # type: ignore[arg-type]
            out["above"][index] = add(node["right_child"])  # type: ignore[arg-type]
        return index

    for tree in classifier.booster_.dump_model()["tree_info"]:
        out["root"].append(add(tree["tree_structure"]))
    return out


def thresholds(samples: Samples, scores: Vector) -> list[tuple[int, float]]:
    """For texts of some lengths in words: the score that `FALSE_ALARMS` of the independent reports reach.

    Short texts about one event are alike by necessity, so more is asked of them. The mean over corpora is taken, and
    longer texts never need more than shorter ones.
    """
    words = np.exp(samples.values[:, SIGNALS.index("log_words_min")])
    independent = (samples.label == "independent") & ~np.isin(samples.corpus, list(WEAK))
    bars: list[tuple[int, float]] = []
    for low, high in pairwise(LENGTHS):
        sized = independent & (words >= low) & (words < high)
        counts = {c: int((sized & (samples.corpus == c)).sum()) for c in np.unique(samples.corpus[sized])}
        bounds = [
            np.quantile(scores[sized & (samples.corpus == corpus)], 1 - FALSE_ALARMS)
            for corpus, count in counts.items()
            if count >= 100
        ]
        bar = round(min(float(np.mean(bounds)), *(bar for _, bar in bars), 1.0), 4)
        bars.append((round(float(np.median(words[sized]))), bar))
    return bars


def reuse_model(samples: Samples) -> dict[str, object]:
    """Rewrites and copies against independent reports and unrelated texts."""
    samples = samples.only(
        np.isin(samples.label, ["rewrite", "near_copy", "identical", "independent", "unrelated"])
    )
    truth = np.isin(samples.label, ["rewrite", "near_copy", "identical"])
    first = 1 / (1 + np.exp(-unseen(samples, truth, REUSE_TREES)))
    samples = samples.only(~((samples.label == "rewrite") & (first < DRIFTED)))
    truth = np.isin(samples.label, ["rewrite", "near_copy", "identical"])
    margins = unseen(samples, truth, REUSE_TREES)
    slope, shift = calibration(margins, truth, weights(samples, truth))
    scores = 1 / (1 + np.exp(-(slope * margins + shift)))
    bars = thresholds(samples, scores)
    words = np.exp(samples.values[:, SIGNALS.index("log_words_min")])
    found = scores >= np.interp(words, *zip(*bars, strict=True))
    rewrites, recall = samples.label == "rewrite", {}
    for corpus in np.unique(samples.corpus[rewrites]):
        recall[str(corpus)] = round(float(found[rewrites & (samples.corpus == corpus)].mean()), 4)
    print(f"thresholds {bars}, recall on unseen corpora {recall}", file=sys.stderr)
    return {
        "trees": flatten(trees(samples, truth, REUSE_TREES)), "slope": slope, "shift": shift,
        "thresholds": bars, "recall_of_unseen_corpora": recall,
    }  # fmt: skip


def event_model(samples: Samples) -> dict[str, object]:
    """Independent reports of one event against unrelated texts."""
    samples = samples.only(np.isin(samples.label, ["independent", "unrelated"]))
    truth = samples.label == "independent"
    margins = unseen(samples, truth, EVENT_TREES)
    slope, shift = calibration(margins, truth, weights(samples, truth))
    right = (margins * slope + shift > 0) == truth
    print(
        "event accuracy",
        {c: right[samples.corpus == c].mean() for c in np.unique(samples.corpus)},
        file=sys.stderr,
    )
    return {"trees": flatten(trees(samples, truth, EVENT_TREES)), "slope": slope, "shift": shift}


def main(folder: Path) -> None:
    """Train on the corpora of `folder` and write the model file."""
    samples = measure(folder)
    fields = {
        "format": FORMAT,
        "sources": {str(c): int((samples.corpus == c).sum()) for c in np.unique(samples.corpus)},
        "signals": list(SIGNALS),
        "reuse": reuse_model(samples),
        "event": event_model(samples),
    }
    OUTPUT.write_text(json.dumps(fields, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
