"""The labelled pairs with the verdicts on them: by the shipped model, and by models that never saw their corpus."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.eval.labels import Bools, Labels
from bench.eval.resampling import Vector
from bench.printing import progress
from bench.train.reuse import ReuseModel, bar
from bench.train.samples import Samples, measure
from copytrail.compare import EXCERPT_WORDS, compare
from copytrail.document import Document
from copytrail.report import Relation, Report

LEARNT: Final = ("rewrite", "independent", "unrelated")  # labels that the trained model decides


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """n labelled pairs. `relation` (str[n]), `score`, `jaccard` (float64[n]): the reports with the shipped model.

    `unseen_score` (float64[n]) and `unseen_reuse` (bool[n]): score and decision with the model that the same training
    gives without the pair's corpus.
    """

    labels: Labels
    relation: npt.NDArray[np.str_]
    score: Vector
    jaccard: Vector
    unseen_score: Vector
    unseen_reuse: Bools

    @property
    def reuse(self) -> Bools:
        """Which pairs the shipped model calls reuse."""
        return np.array([Relation(relation).is_reuse for relation in self.relation])


def judge(labels: Labels, documents: Mapping[str, Document]) -> Judged:
    """Compare every pair, and train a model without each corpus to score that corpus with."""
    pairs = labels.pairs
    samples = measure(pairs, documents)
    reports = [compare(documents[pair.a], documents[pair.b]) for pair in progress(pairs, "comparing pairs")]
    score, passed = _unseen(samples, len(pairs))
    return Judged(
        labels=labels,
        relation=np.array([report.relation.value for report in reports]),
        score=np.array([report.score for report in reports]),
        jaccard=np.array([report.jaccard for report in reports]),
        unseen_score=np.maximum(score, [_score_of_copies(report) for report in reports]),
        unseen_reuse=passed | np.array([_is_copy(report) for report in reports]),
    )


def _score_of_copies(report: Report) -> float:
    """The score where copied words gave it, else 0: no training has a part in it."""
    return report.score if report.score > report.evidence.get("rewrite_probability", 0.0) else 0.0


def _is_copy(report: Report) -> bool:
    """Whether copied words alone decide that the pair is reuse."""
    whole = report.relation in (Relation.IDENTICAL, Relation.NEAR_COPY)
    return whole or report.evidence.get("copied_own_words", 0.0) >= EXCERPT_WORDS


def _unseen(samples: Samples, count: int) -> tuple[Vector, Bools]:
    """Score and whether it passes the threshold, of each labelled pair by the model without its corpus."""
    score, passed = np.zeros(count), np.zeros(count, np.bool_)
    corpora = np.unique(samples.corpus[np.isin(samples.label, LEARNT) & (samples.pair >= 0)]).tolist()
    with ProcessPoolExecutor() as pool:
        models = pool.map(ReuseModel.fit, [samples.only(samples.corpus != corpus) for corpus in corpora])
        for corpus, model in zip(progress(corpora, "training without each corpus"), models, strict=True):
            own = samples.only((samples.corpus == corpus) & (samples.pair >= 0))
            score[own.pair] = model.scores(own)
            passed[own.pair] = score[own.pair] >= bar(model.bars, own)
    return score, passed
