"""Who took from whom, told by the texts alone: all times and publishers are taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from bench.corpus import Pair
from bench.eval.labels import Bools
from bench.eval.resampling import Vector, resample, stories
from bench.printing import Cell, Figure, Table, progress
from bench.train.direction import Directed, fit
from bench.train.originals import originals, siblings
from copytrail.cluster import Edge
from copytrail.compare import compare
from copytrail.direction import DirectionModel, Marks
from copytrail.document import Document
from copytrail.member import Member
from copytrail.parents import UNDECIDED
from copytrail.provenance import trace
from copytrail.report import Relation

_SEEN: Final = datetime(2025, 1, 1, tzinfo=UTC)
_ANSWER: Final = np.log(UNDECIDED / (1 - UNDECIDED))  # log odds from which direction is told


def direction(pairs: Sequence[Pair], documents: Mapping[str, Document]) -> Iterator[Table]:
    """By corpus: how often the engine names an original, and how often that is the right one."""
    told = [p for p in originals(pairs) if documents[p.a].sufficient and documents[p.b].sufficient]
    marks = {name: Marks.of(documents[name]) for pair in told for name in (pair.a, pair.b)}
    corpus = np.array([pair.corpus for pair in told])
    unseen = _unseen_odds(told, corpus, marks)
    shipped = _shipped(told, documents)
    fuller = np.array([len(documents[p.a]) - len(documents[p.b]) for p in told], np.float64)
    rows = [
        _row(name, [p for p, own in zip(told, corpus == name, strict=True) if own], *answers)
        for name in np.unique(corpus).tolist()
        for answers in [[each[corpus == name] for each in (unseen, shipped, fuller)]]
    ]
    yield Table(
        "direction",
        "Original or rewrite, without times: answered, and right where answered",
        [
            "corpus",
            "pairs",
            "answered, unseen",
            "right, unseen",
            "answered, shipped",
            "right, shipped",
            "fuller",
        ],
        [*rows, _mean(rows)],
        "Unseen: by signs weighed without the corpus. Shipped: by the whole engine, credit lines included. Fuller: how "
        "often the longer text is the original.",
    )
    yield _of_siblings(siblings(pairs), documents)


def _unseen_odds(pairs: Sequence[Pair], corpus: np.ndarray, marks: Mapping[str, Marks]) -> Vector:
    """Log odds for the right direction, 0 where none is told, by models that saw nothing of the pair's corpus."""
    samples, odds = Directed.of(pairs, marks), np.zeros(len(pairs))
    for name in np.unique(corpus):
        own = corpus == name
        model: DirectionModel = fit(samples.only(~own))
        odds[own] = [model.odds(marks[p.a], marks[p.b]) for p, o in zip(pairs, own, strict=True) if o]
    return np.where(np.abs(odds) >= _ANSWER, odds, 0.0)


def _shipped(pairs: Sequence[Pair], documents: Mapping[str, Document]) -> Vector:
    """1 where the engine names the right original, -1 where the other one, 0 where none."""
    return np.array(
        [_answer(documents[pair.a], documents[pair.b]) for pair in progress(pairs, "tracing pairs")]
    )


def _answer(a: Document, b: Document) -> float:
    """1 when the engine calls a the original, -1 when b, 0 when it leaves that open."""
    report = compare(a, b)
    members = [
        Member(number, name, text.text, _SEEN)
        for number, (name, text) in enumerate(zip("ab", (a, b), strict=True))
    ]
    found = trace(members, [Edge(0, 1, report)]).original
    if found is None or report.relation is Relation.IDENTICAL:
        return 0.0
    return 1.0 if found.article == "a" else -1.0


def _row(corpus: str, pairs: Sequence[Pair], unseen: Vector, shipped: Vector, fuller: Vector) -> list[Cell]:
    weight = resample(stories((pair.a, pair.b) for pair in pairs))
    shares = [share for answers in (unseen, shipped) for share in _shares(answers, weight)]
    return [corpus, len(pairs), *shares, float((fuller > 0).mean())]


def _shares(answers: Vector, weight: np.ndarray) -> tuple[Figure, Figure]:
    """The share that is answered, and of these the share that is right."""
    told = np.asarray(weight @ (answers != 0))
    right = np.asarray(weight @ (answers > 0))
    return Figure.of(told / weight.sum(axis=1)), Figure.of(right / np.maximum(told, 1e-9))


def _mean(rows: Sequence[Sequence[Cell]]) -> list[Cell]:
    figures = [[cell.value if isinstance(cell, Figure) else cell for cell in row[1:]] for row in rows]
    counts, *shares = np.array(figures, np.float64).T
    return ["mean", int(counts.sum()), *(float(share.mean()) for share in shares)]


def _of_siblings(pairs: Sequence[Pair], documents: Mapping[str, Document]) -> Table:
    answers = _shipped(pairs, documents)
    weight = resample(stories((pair.a, pair.b) for pair in pairs))
    told: Bools = answers != 0
    return Table(
        "direction_of_siblings",
        "Two rewrites of an original that was never posted: one is called the original of the other",
        ["pairs", "answered"],
        [[len(pairs), Figure.of(np.asarray(weight @ told / weight.sum(axis=1)))]],
        "Every answer is wrong here: how much a direction without times is worth where the source may be missing.",
    )
