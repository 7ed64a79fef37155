"""The trained verdict: boosted trees over the signals of `copytrail.features`, calibrated to probabilities.

The trees are a small file of numbers (`data/model.json`), which also says what it was trained on and what it reached;
`make train DATA=dir` writes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple, Self

import numpy as np

from copytrail.compiled import Doubles, Floats, Numbers, compiled
from copytrail.features import SIGNALS

FORMAT: Final = 1
ROUNDING: Final = 1e-6  # of a sum of leaves, at the most


class Trees(NamedTuple):
    """Boosted trees as flat arrays over all nodes; `root` (int32): where each tree begins.

    Node n with a signal `node[n, 0]` >= 0 sends values up to `limit[n]` to node `node[n, 1]`, others to `node[n, 2]`; a
    leaf (`node[n, 0]` < 0) is worth `limit[n]`. The sum over trees goes through a logistic curve, which `slope` and
    `shift` calibrate. `most[t]` (float64): what trees from the t-th on can add at the most.
    """

    root: Numbers
    node: Numbers
    limit: Floats
    most: Doubles
    slope: float
    shift: float

    @classmethod
    def parse(cls, fields: dict[str, list[float]], slope: float, shift: float) -> Self:
        """Read the lists of a model file."""
        node = np.array([fields[name] for name in ("signal", "below", "above")], np.int32).T.copy()
        root, limit = np.array(fields["root"], np.int32), np.array(fields["limit"], np.float32)
        leaves = np.where(node[:, 0] < 0, limit, -np.inf).astype(np.float64)
        most = np.append(np.cumsum(np.maximum.reduceat(leaves, root)[::-1])[::-1], 0.0)
        return cls(root, node, limit, most, slope, shift)

    def probability(self, values: Floats) -> float:
        """The calibrated probability for one pair's signals, 0 to 1."""
        return probability(self, values)


@dataclass(frozen=True, slots=True)
class Model:
    """`reuse`: whether one text was rewritten from the other (or both from a third). `event`: whether texts that are
    no rewrites report the same event. `bars`: numbers of words, and the score at each, of the line that
    `threshold` reads.
    """

    reuse: Trees
    event: Trees
    bars: tuple[Doubles, Doubles]

    def threshold(self, words: int) -> float:
        """The reuse probability from which a pair whose shorter text has that many words is called a rewrite."""
        return float(np.interp(words, *self.bars))


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
    words, scores = np.array(fields["reuse"]["thresholds"], np.float64).T.copy()
    return Model(reuse, event, (words, scores))


@compiled
def probability(trees: Trees, values: Floats) -> float:
    """The calibrated probability for one pair's signals, 0 to 1."""
    total = 0.0
    for root in trees.root:
        total += trees.limit[_leaf(trees, root, values)]
    return float(1 / (1 + np.exp(-(trees.slope * total + trees.shift))))


@compiled
def stays_below(trees: Trees, values: Floats, bar: float) -> bool:
    """Whether the probability is less than `bar` (0 to 1), told as soon as the trees still to come cannot change it."""
    least = (np.log(bar / (1 - bar)) - trees.shift) / trees.slope - ROUNDING
    total = 0.0
    for t in range(len(trees.root)):
        if total + trees.most[t] < least:
            return True
        total += trees.limit[_leaf(trees, trees.root[t], values)]
    return bool(total < least)


@compiled
def _leaf(trees: Trees, node: int, values: Floats) -> int:
    while trees.node[node, 0] >= 0:
        node = trees.node[node, 1 if values[trees.node[node, 0]] <= trees.limit[node] else 2]
    return node
