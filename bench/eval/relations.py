"""What `relation` decides: how much of each kind is found, and how often an honest report is called reuse."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from bench.eval.judged import Judged
from bench.eval.labels import Bools
from bench.eval.resampling import share
from bench.printing import Cell, Figure, Table
from bench.train.boosting import WEAK
from copytrail.compare import compare
from copytrail.document import Document
from copytrail.report import Relation

RANDOM_PAIRS: Final = 3000  # of background articles, nearly all unrelated
KINDS: Final = {
    "identical": "identical called reuse",
    "near_copy": "near copies called reuse",
    "partial_copy": "partial copies called reuse",
    "rewrite": "rewrites called reuse",
    "independent": "reports of the same event called reuse",
    "unrelated": "unrelated texts called reuse",
}


def relations(judged: Judged, background: Sequence[Document]) -> Iterator[Table]:
    """Two tables: what is called reuse over all corpora, and every relation by corpus and label."""
    strangers = _random_relations(background)
    yield _summary(judged, strangers)
    yield _by_corpus(judged, strangers)


def _random_relations(background: Sequence[Document]) -> list[Relation]:
    chance = random.Random(1)
    pairs = [chance.sample(background, 2) for _ in range(RANDOM_PAIRS if background else 0)]
    return [compare(a, b).relation for a, b in pairs]


def _summary(judged: Judged, strangers: Sequence[Relation]) -> Table:
    rows: list[list[Cell]] = []
    for label, meaning in KINDS.items():
        unseen, shipped = (_mean(judged, label, reuse) for reuse in (judged.unseen_reuse, judged.reuse))
        rows.append([meaning, unseen, shipped])
    reuse = sum(relation.is_reuse for relation in strangers)
    if strangers:
        rows.append([f"{len(strangers):,} random pairs of background articles called reuse", None, reuse])
    return Table(
        "relations",
        "Decided by relation: mean over corpora",
        ["what", "corpus unseen", "as shipped"],
        rows,
        f"Shares; random pairs are counted. {', '.join(WEAK)}'s independent reports are left out: many are rewrites."
        " Unseen: decided by a model trained without the corpus.",
    )


def _mean(judged: Judged, label: str, reuse: Bools) -> Figure:
    chosen = [judged.labels.where(corpus, label) for corpus in judged.labels.corpora(label)]
    return Figure.of(np.mean([share(reuse[each], judged.labels.weight(each)) for each in chosen], axis=0))


def _by_corpus(judged: Judged, strangers: Sequence[Relation]) -> Table:
    rows: list[list[Cell]] = []
    for label in KINDS:
        for corpus in judged.labels.corpora(label, weak=True):
            chosen = judged.labels.where(corpus, label)
            name = f"{label} (weak)" if label == "independent" and corpus in WEAK else label
            rows.append([name, corpus, int(chosen.sum()), *_shares(judged.relation[chosen].tolist())])
            rows[-1].append(float(judged.unseen_reuse[chosen].mean()))
    if strangers:
        rows.append(["random", "background", len(strangers), *_shares(strangers), None])
    return Table(
        "relations_by_corpus",
        "Every relation, as shipped, by label and corpus",
        ["label", "corpus", "pairs", *(relation.value for relation in Relation), "reuse, unseen"],
        rows,
        "Shares of the pairs. The last column: called reuse by a model trained without the corpus.",
    )


def _shares(relations: Sequence[str]) -> list[float]:
    return [sum(given == relation for given in relations) / len(relations) for relation in Relation]
