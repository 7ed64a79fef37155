"""The measures of the PAN competitions for text alignment (Potthast, Stein, Barrón-Cedeño and Rosso 2010).

A passage is a rectangle: a span of the suspicious text by a span of the source. A detection counts for a case when it
overlaps it on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np


class Span(NamedTuple):
    """One passage: start and end offsets (end exclusive) in the suspicious text and in the source."""

    start: int
    stop: int
    source_start: int
    source_stop: int

    def overlaps(self, other: Span) -> bool:
        """Whether both sides share at least one character."""
        return (
            self.start < other.stop
            and other.start < self.stop
            and self.source_start < other.source_stop
            and other.source_start < self.source_stop
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """One pair of texts: how its cases were found, and how right its detections are.

    `found`: of each case the share of its characters that detections cover. `right`: of each detection the share of
    its characters that lie in cases. `cuts`: how many detections each case met.
    """

    found: Sequence[float]
    right: Sequence[float]
    cuts: Sequence[int]

    @classmethod
    def of(cls, cases: Sequence[Span], detections: Sequence[Span]) -> Self:
        """Measure what was found (`detections`) against what was taken (`cases`)."""
        return cls(
            [_share_covered(case, detections) for case in cases],
            [_share_covered(detection, cases) for detection in detections],
            [sum(case.overlaps(detection) for detection in detections) for case in cases],
        )


@dataclass(frozen=True, slots=True)
class Plagdet:
    """`precision` and `recall` are means over detections and over cases of the share of their characters, 0 to 1.

    `granularity` (1 or more) is how many detections a detected case was cut into; `score` is their combination.
    """

    precision: float
    recall: float
    granularity: float

    @property
    def score(self) -> float:
        """The F1 of precision and recall over the binary logarithm of 1 + granularity."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both / math.log2(1 + self.granularity) if both else 0.0

    @classmethod
    def of(cls, pairs: Sequence[Marked]) -> Self:
        """Measure a set of pairs, macro-averaged."""
        return cls(
            precision=_mean([share for pair in pairs for share in pair.right], 0.0),
            recall=_mean([share for pair in pairs for share in pair.found], 0.0),
            granularity=_mean([cut for pair in pairs for cut in pair.cuts if cut], 1.0),
        )


def _mean(values: Sequence[float], of_none: float) -> float:
    return sum(values) / len(values) if values else of_none


def _share_covered(span: Span, others: Sequence[Span]) -> float:
    """The share of the span's characters, of both sides, in those of the others that overlap it."""
    overlapping = [other for other in others if span.overlaps(other)]
    inside = _covered(span.start, span.stop, [(o.start, o.stop) for o in overlapping])
    in_source = _covered(
        span.source_start, span.source_stop, [(o.source_start, o.source_stop) for o in overlapping]
    )
    return (inside + in_source) / (span.stop - span.start + span.source_stop - span.source_start)


def _covered(start: int, stop: int, others: Sequence[tuple[int, int]]) -> int:
    """How many of the characters from start to stop lie in the others."""
    mask = np.zeros(stop - start, np.bool_)
    for low, high in others:
        mask[max(0, low - start) : max(0, high - start)] = True
    return int(mask.sum())
