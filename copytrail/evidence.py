"""Evidence over a cluster: several weak resemblances together.

A loose retelling may resemble each of five siblings too little to join any of them. That it resembles several of
them, where an independent report resembles none, is what gives it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from statistics import fmean
from typing import Final

from copytrail.report import Report

WITNESSES: Final = 3  # members whose support is averaged; with two in all, the mean of two
ENOUGH: Final = 0.5  # mean support from which a text belongs to the cluster
HEARD: Final = 0.25  # support from which a pair is heard at all


def support_of(score: float, threshold: float) -> float:
    """What a pair below its threshold (0 to 1) contributes: `ENOUGH` when its score is the threshold squared.

    Short texts have thresholds near 1, so for them several weak resemblances prove nothing: independent reports
    of one event in fifty words are alike, and alike to every sibling of a rewrite. For texts of 300 words and more
    the square lies where one in a hundred independent reports scores.
    """
    return min(1.0, ENOUGH * score / threshold**2)


def least_score(support: float, threshold: float) -> float:
    """The score from which a pair contributes so much `support` (more than 0, less than 1)."""
    return support * threshold**2 / ENOUGH


def binds(report: Report) -> bool:
    """Whether two texts hang together: they are in one cluster, or the one is heard about the place of the other."""
    return report.joins or report.support >= HEARD


def joint_support(reports: Sequence[Report]) -> float:
    """Mean support (0 to 1) of the strongest reports of one text against members of a group, 0 for fewer than two."""
    heard = nlargest(WITNESSES, (report.support for report in reports if report.support >= HEARD))
    return fmean(heard) if len(heard) > 1 else 0.0
