"""Rewrites against independent reports of the same event: how many are found where few of the others pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from bench.eval import peers
from bench.eval.judged import Judged
from bench.eval.resampling import Grid, Vector, auc, recall
from bench.printing import Cell, Figure, Table
from bench.train.boosting import WEAK

RATES: Final = (0.01, 0.02)  # of independent reports that pass
OURS: Final = "unseen"
METHODS: Final = {
    OURS: "Copytrail, corpus unseen",
    "shipped": "Copytrail as shipped",
    "Jaccard": "Jaccard of word 5-shingles",
    "MinHash": "datasketch MinHash of words",
    "TF-IDF": "TF-IDF cosine, scikit-learn",
    "SimHash": "SimHash of words, 64 bits",
}


@dataclass(frozen=True, slots=True, eq=False)
class Separated:
    """What one method reaches on one rewrite corpus against one corpus of independent reports, by resample."""

    recalls: tuple[Vector, ...]
    area: Vector


def separation(judged: Judged, texts: Mapping[str, str]) -> Iterator[Table]:
    """Two tables: each method over all corpora, and each rewrite corpus against each corpus of independent reports."""
    scores = _scores(judged, texts)
    rewrites, independents = judged.labels.corpora("rewrite"), judged.labels.corpora("independent", weak=True)
    weights = {
        (corpus, label): judged.labels.weight(judged.labels.where(corpus, label))
        for label, corpora in (("rewrite", rewrites), ("independent", independents))
        for corpus in corpora
    }
    cells = {
        (method, good, bad): _separated(judged, score, good, bad, weights)
        for (method, score), good, bad in product(scores.items(), rewrites, independents)
    }
    yield _by_method(cells)
    yield _by_corpus(cells)


def _scores(judged: Judged, texts: Mapping[str, str]) -> dict[str, Vector]:
    """What each method says of the pairs that matter here; 0 for all others."""
    chosen = np.isin(judged.labels.label, ["rewrite", "independent"])
    pairs = judged.labels.chosen(chosen)
    out = {OURS: judged.unseen_score, "shipped": judged.score, "Jaccard": judged.jaccard}
    for name, peer in (("MinHash", peers.minhash), ("TF-IDF", peers.tfidf), ("SimHash", peers.simhash)):
        out[name] = np.zeros(len(chosen))
        out[name][chosen] = peer(pairs, texts)
    return out


def _separated(
    judged: Judged, score: Vector, good: str, bad: str, weights: Mapping[tuple[str, str], Grid]
) -> Separated:
    rewrites, others = (
        score[judged.labels.where(good, "rewrite")],
        score[judged.labels.where(bad, "independent")],
    )
    weighed = weights[good, "rewrite"], weights[bad, "independent"]
    return Separated(
        tuple(recall(rewrites, others, *weighed, rate) for rate in RATES), auc(rewrites, others, *weighed)
    )


def _by_method(cells: Mapping[tuple[str, str, str], Separated]) -> Table:
    rows: list[list[Cell]] = []
    for method, meaning in METHODS.items():
        strong = [cell for (name, _, bad), cell in cells.items() if name == method and bad not in WEAK]
        recalls = [np.mean([cell.recalls[k] for cell in strong], axis=0) for k in range(len(RATES))]
        area = np.mean([cell.area for cell in strong], axis=0)
        rows.append([meaning, *map(Figure.of, recalls), Figure.of(area)])
    return Table(
        "separation",
        "Rewrites against independent reports of one event: mean over corpora",
        ["method", *(f"recall at {rate:.0%}" for rate in RATES), "AUC"],
        rows,
        "Recall: the share of rewrites above the score that 1% (2%) of independent reports exceed. 'Corpus unseen' is"
        " the figure that counts: each corpus is scored by a model trained without it. "
        f"Means leave out {', '.join(WEAK)}, whose labels are weak.",
    )


def _by_corpus(cells: Mapping[tuple[str, str, str], Separated]) -> Table:
    others = [method for method in METHODS if method != OURS]
    rows: list[list[Cell]] = []
    for good, bad in dict.fromkeys((good, bad) for _, good, bad in cells):
        own = cells[OURS, good, bad]
        beside = [float(cells[method, good, bad].recalls[0][0]) for method in others]
        name = f"{bad} (weak)" if bad in WEAK else bad
        rows.append([good, name, *map(Figure.of, own.recalls), Figure.of(own.area), *beside])
    columns = [f"recall at {rate:.0%}" for rate in RATES]
    return Table(
        "separation_by_corpus",
        "Rewrites against independent reports, by corpus",
        ["rewrites", "independent", *columns, "AUC", *(f"{method} at {RATES[0]:.0%}" for method in others)],
        rows,
        "Recalls and AUC: scored by a model trained without the corpus. Last columns: recall as shipped, and of peers.",
    )
