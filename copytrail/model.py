"""The trained verdict: boosted trees over the signals of `copytrail.features`, calibrated to probabilities.

The trees are a small file of numbers (`data/model.json`), which also says what it was trained on and what it reached;
`make train DATA=dir` writes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Self

import numpy as np

from copytrail.compiled import Floats, Numbers, compiled
from copytrail.features import SIGNALS

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Boosted trees as flat arrays over all nodes, roots first of each tree.

    A node with `signal[n]` >= 0 sends values up to `limit[n]` to node `below[n]`, others to `above[n]`; a leaf
    (`signal[n]` < 0) is worth `limit[n]`. The sum over trees goes through a logistic curve, which `slope` and `shift`
    calibrate.
    """

    root: Numbers
    signal: Numbers
    limit: Floats
    below: Numbers
    above: Numbers
    slope: float
    shift: float

    @classmethod
    def parse(cls, fields: dict[str, list[float]], slope: float, shift: float) -> Self:
        """Read the lists of a model file."""
        whole = {name: np.array(fields[name], np.int32) for name in ("root", "signal", "below", "above")}
        return cls(**whole, limit=np.array(fields["limit"], np.float32), slope=slope, shift=shift)

    def probability(self, values: Floats) -> float:
        """The calibrated probability for one pair's signals, 0 to 1."""
        total = _sum_of_leaves(self.root, self.signal, self.limit, self.below, self.above, values)
        return float(1 / (1 + np.exp(-(self.slope * total + self.shift))))


@dataclass(frozen=True, slots=True)
class Model:
    """`reuse`: whether one text was rewritten from the other (or both from a third). `event`: whether texts that are
    no rewrites report the same event. `bars`: (words, score) points of the line that `threshold` reads.
    """

    reuse: Trees
    event: Trees
    bars: tuple[tuple[int, float], ...]

    def threshold(self, words: int) -> float:
        """The reuse probability from which a pair whose shorter text has that many words is called a rewrite."""
        points, scores = zip(*self.bars, strict=True)
        return float(np.interp(words, np.array(points), np.array(scores)))


@cache
def model() -> Model:
    """The shipped model; raises ValueError when it was trained for other signals than this code measures."""
    fields = json.loads((files("copytrail") / "data" / "model.json").read_text())
    if fields["format"] != FORMAT or tuple(fields["signals"]) != SIGNALS:
        raise ValueError(
            f"model.json has format {fields['format']} and {len(fields['signals'])} signals, this code has format "
            f"{FORMAT} and {len(SIGNALS)}: run `make train DATA=dir` to train a model for it"
        )
    reuse, event = (
        Trees.parse(fields[name]["trees"], fields[name]["slope"], fields[name]["shift"])
        for name in ("reuse", "event")
    )
    return Model(reuse, event, tuple((words, score) for words, score in fields["reuse"]["thresholds"]))


@compiled
def _sum_of_leaves(
    root: Numbers, signal: Numbers, limit: Floats, below: Numbers, above: Numbers, values: Floats
) -> float:
    total = 0.0
    for node in root:
        while signal[node] >= 0:
            node = below[node] if values[signal[node]] <= limit[node] else above[node]
        total += limit[node]
    return total
