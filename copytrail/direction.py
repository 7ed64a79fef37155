"""Which of two texts was made from the other, told by the texts alone.

A rewriter works on what is there: names, figures and rare words get lost and few are added, direct speech becomes
indirect, sentences come out shorter and more alike in length. Each sign is the difference of two texts, so it turns
round with them. A logistic regression weighs the signs (`data/direction.json`, made by `bench.train.direction`); each
may speak in one direction only, or it would learn the habits of one corpus. How long the texts are is no sign: once the
others are known, it adds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import copysign, log2
from typing import Final

import numpy as np

from copytrail.compiled import Bools
from copytrail.document import Document
from copytrail.language import UNKNOWN_WEIGHT
from copytrail.words import CAPITAL, NUMBER, OPENS_SENTENCE, QUOTED

FORMAT: Final = 1
LOST: Final = ("names", "figures", "rare_words", "direct_speech")
SMOOTHED: Final = ("sentence_length", "sentence_variety", "opening_length")
SIGNS: Final = (*LOST, *SMOOTHED)
EXTREME: Final = 2.0  # scales beyond which a sign says no more
COMMON_SOURCE: Final = 1.8
"""Log odds taken off, because two rewrites of a third text differ in the same ways: of such pairs the texts alone then
say nothing in more than half, and still tell more than half of the true ones (`make eval`, table direction)."""
MOST_ODDS: Final = 2.0
"""Log odds that the texts alone give at most: less than two believable times, 2.4, because a careful rewriter could
turn every sign round."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What of one text a rewriter would wear off. Sets hold codes of stems, lengths are in words.

    `opening_length` is the length of the first sentence, `sentence_variety` the standard deviation of all. A text that
    is not `sufficient` is too short to tell.
    """

    names: frozenset[int]
    figures: frozenset[int]
    rare_words: frozenset[int]
    direct_speech: frozenset[int]
    sentence_length: float
    sentence_variety: float
    opening_length: float
    sufficient: bool

    @classmethod
    def of(cls, document: Document) -> Marks:
        """Read the marks of a text."""
        number, lengths = _has(document, NUMBER), np.diff(document.sentence)
        return cls(
            names=_stems(document, _has(document, CAPITAL) & ~_has(document, OPENS_SENTENCE)),
            figures=_stems(document, number),
            rare_words=_stems(document, (document.weight >= UNKNOWN_WEIGHT) & ~number),
            direct_speech=_stems(document, _has(document, QUOTED)),
            sentence_length=float(lengths.mean()) if len(lengths) else 0.0,
            sentence_variety=float(lengths.std()) if len(lengths) else 0.0,
            opening_length=float(lengths[0]) if len(lengths) else 0.0,
            sufficient=document.sufficient,
        )

    def only_here(self, other: Marks, mark: str) -> int:
        """How many of its names, figures, rare words or words in direct speech the other text does not have so."""
        mine: frozenset[int] = getattr(self, mark)
        return len(mine - getattr(other, mark))


def _has(document: Document, flag: int) -> Bools:
    return np.asarray(document.flags & np.uint8(flag) != 0)


def _stems(document: Document, chosen: Bools) -> frozenset[int]:
    return frozenset(document.stem[chosen].tolist())


def signs(a: Marks, b: Marks) -> list[float]:
    """The values of `SIGNS`, in doublings: each above 0 speaks for b being made from a, below 0 for the reverse."""
    lost = [log2((1 + a.only_here(b, mark)) / (1 + b.only_here(a, mark))) for mark in LOST]
    smoothed = [log2((1 + getattr(a, mark)) / (1 + getattr(b, mark))) for mark in SMOOTHED]
    return lost + smoothed


@dataclass(frozen=True, slots=True)
class DirectionModel:
    """For each of `SIGNS`: its `scale` (root mean square in the corpora) and its `weight`, log odds a scale."""

    scale: tuple[float, ...]
    weight: tuple[float, ...]

    def contributions(self, a: Marks, b: Marks) -> list[float]:
        """Log odds, for each of `SIGNS`, that b was made from a; nothing when one is too short to tell."""
        if a is b or not (a.sufficient and b.sufficient):
            return [0.0] * len(SIGNS)
        return [
            weight * max(-EXTREME, min(EXTREME, sign / scale))
            for sign, scale, weight in zip(signs(a, b), self.scale, self.weight, strict=True)
        ]

    def odds(self, a: Marks, b: Marks) -> float:
        """Log odds that b was made from a rather than a from b; 0 while the texts do not tell, `MOST_ODDS` at most."""
        total = sum(self.contributions(a, b))
        return copysign(min(MOST_ODDS, max(0.0, abs(total) - COMMON_SOURCE)), total)


@cache
def direction_model() -> DirectionModel:
    """The shipped model; raises ValueError when it was trained for other signs than this code measures."""
    fields = json.loads((files("copytrail") / "data" / "direction.json").read_text())
    if fields["format"] != FORMAT or tuple(fields["signs"]) != SIGNS:
        raise ValueError(
            f"direction.json has format {fields['format']} and the signs {', '.join(fields['signs'])}, this code has "
            f"format {FORMAT} and {', '.join(SIGNS)}: run `make train DATA=dir` to train a model for it"
        )
    return DirectionModel(_numbers(fields["scale"]), _numbers(fields["weight"]))


def _numbers(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
