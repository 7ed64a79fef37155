"""The model of one event: independent reports of it against unrelated texts."""

from __future__ import annotations

import sys
from typing import Final

import numpy as np

from bench.train.boosting import calibration, flatten, trees, unseen, weights
from bench.train.samples import Samples

SHAPE: Final = {"n_estimators": 80, "num_leaves": 4, "learning_rate": 0.1}


def event_model(samples: Samples) -> dict[str, object]:
    """The part of the model file that says whether texts that are no rewrites report the same event."""
    samples = samples.only(np.isin(samples.label, ["independent", "unrelated"]))
    truth = samples.label == "independent"
    raw = unseen(samples, truth, SHAPE)
    slope, shift = calibration(raw, truth, weights(samples, truth))
    right = (raw * slope + shift > 0) == truth
    accuracy = {str(c): round(float(right[samples.corpus == c].mean()), 3) for c in np.unique(samples.corpus)}
    print(f"same event or not, right on unseen corpora: {accuracy}", file=sys.stderr)
    return {"trees": flatten(trees(samples, truth, SHAPE)), "slope": slope, "shift": shift}
