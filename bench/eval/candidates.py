"""Candidates: whether the index brings up what was copied or rewritten, among thousands of other articles.

The index is a join in memory with the rules of the stored one: a bucket answers with its newest `CROWD` articles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.eval.labels import Labels
from bench.eval.resampling import Vector, resample, share
from bench.printing import Cell, Figure, Table, progress
from copytrail.candidates import CROWD, ENOUGH, FIRST, Hits, rank
from copytrail.document import Document, analyse
from copytrail.sketch import sketch

Buckets = npt.NDArray[np.uint64]

LIMITS: Final = (10, 30)  # candidates that are compared
LABELS: Final = ("identical", "near_copy", "partial_copy", "rewrite")
BOUNDS: Final = (
    (1, 40.0),
    (2, 20.0),
    (3, 20.0),
    (FIRST, ENOUGH),
    (4, 12.0),
    (6, 20.0),
    (10, 10.0),
    (30, 0.0),
)
SEARCHED: Final = 500  # background articles that are searched for in the background
EXCERPTS: Final = (40, 60, 100)  # words lifted
TRIALS: Final = 300
COSTS: Final = ("articles met", "postings read")


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The buckets of a set of articles: `keys` (sorted) and the article that sits in each."""

    size: int
    keys: Buckets
    owners: npt.NDArray[np.int64]

    @classmethod
    def of(cls, sketches: Sequence[Buckets]) -> Self:
        """Index articles, whose numbers are their places."""
        keys = np.concatenate(sketches)
        owners = np.repeat(np.arange(len(sketches)), [len(buckets) for buckets in sketches])
        order = np.argsort(keys, kind="stable")
        return cls(len(sketches), keys[order], owners[order])

    def find(self, buckets: Buckets, guest: Buckets | None = None) -> Hits:
        """Who sits in the buckets; `guest` is the sketch of one article more, whose number is `size`."""
        high = np.searchsorted(self.keys, buckets, "right")
        low = np.maximum(np.searchsorted(self.keys, buckets, "left"), high - CROWD)
        places = np.concatenate([*map(np.arange, low, high), np.empty(0, np.int64)])
        hit, owners = np.repeat(buckets, high - low), self.owners[places]
        if guest is not None:
            common = np.intersect1d(buckets, guest)
            hit = np.concatenate([hit, common])
            owners = np.concatenate([owners, np.full(len(common), self.size)])
        return Hits(hit, owners, bool((high - low >= CROWD).any()))


@dataclass(frozen=True, slots=True)
class Search:
    """One search: place of the wanted article among the candidates (-1: not there), and what the search cost."""

    place: int
    postings: int
    articles: int

    @classmethod
    def of(cls, hits: Hits, wanted: int) -> Self:
        """Rank the hits and look for an article."""
        best = rank(hits).numbers
        place = best.index(wanted) if wanted in best else -1
        return cls(place, len(hits.numbers), len(np.unique(hits.numbers)))


def candidates(
    labels: Labels, documents: Mapping[str, Document], background: Sequence[Document]
) -> Iterator[Table]:
    """Three tables: labelled pairs, bounds of what is compared, and excerpts of one background article in another."""
    if not background:
        return
    index = Index.of([sketch(document) for document in progress(background, "sketching the background")])
    named = dict.fromkeys(name for pair in labels.pairs if pair.label in LABELS for name in (pair.a, pair.b))
    sketches = {name: sketch(documents[name]) for name in progress(list(named), "sketching the pairs")}
    yield _labelled(labels, index, sketches)
    yield _bounded(labels, index, sketches)
    yield _excerpts(index, background)


def _labelled(labels: Labels, index: Index, sketches: Mapping[str, Buckets]) -> Table:
    rows: list[list[Cell]] = []
    for label in LABELS:
        corpora = labels.corpora(label)
        shares: list[list[Vector]] = []
        for corpus in progress(corpora, f"searching by {label}"):
            chosen = labels.where(corpus, label)
            pairs = [(sketches[pair.a], sketches[pair.b]) for pair in labels.chosen(chosen)]
            searches = [Search.of(index.find(a, guest=b), index.size) for a, b in pairs]
            shares.append([share(_within(searches, limit), labels.weight(chosen)) for limit in LIMITS])
            rows.append([label, corpus, len(pairs), *map(Figure.of, shares[-1]), *_costs(searches)])
        if len(corpora) > 1:
            means = [Figure.of(np.mean([found[k] for found in shares], axis=0)) for k in range(len(LIMITS))]
            rows.append([label, "mean", None, *means, None, None])
    return Table(
        "candidates",
        f"Candidates: the other text of a pair, brought up among {index.size:,} background articles",
        ["label", "corpus", "pairs", *(f"among {limit}" for limit in LIMITS), *COSTS],
        rows,
        "The share of pairs whose other text is among the first 10 (30) candidates. Articles met: how many share a"
        f" bucket, mean. An article sits in {len(index.keys) / index.size:.0f}"
        " buckets.",
    )


def _bounded(labels: Labels, index: Index, sketches: Mapping[str, Buckets]) -> Table:
    """What the bounds of `rank` find, and how many comparisons they cost in a stream of real news."""
    own = range(min(SEARCHED, index.size))
    crowd = [
        index.find(index.keys[index.owners == number]) for number in progress(own, "searching the crowd")
    ]
    found = {label: _found(labels, index, sketches, label) for label in ("partial_copy", "rewrite")}
    rows: list[list[Cell]] = []
    for first, enough in progress(BOUNDS, "ranking by other bounds"):
        compared = [
            len(rank(hits, n, first=first, enough=enough).numbers) for n, hits in zip(own, crowd, strict=True)
        ]
        shares = [
            float(np.mean([_share(each, index.size, first, enough) for each in corpora]))
            for corpora in found.values()
        ]
        used = "used" if (first, enough) == (FIRST, ENOUGH) else ""
        rows.append([first, enough, float(np.mean(compared)), *shares, used])
    return Table(
        "bounds",
        "Candidates: what is compared, and what is found by it",
        ["first", "enough", "compared", *found, ""],
        rows,
        "Compared: the first articles, all that share copied words, and all whose shared pairs are worth enough; mean"
        f" over {len(own)} background articles among all of them. Found: the share of labelled pairs whose other text"
        " is compared, mean over corpora.",
    )


def _found(labels: Labels, index: Index, sketches: Mapping[str, Buckets], label: str) -> list[list[Hits]]:
    """The hits of each pair of a label, by corpus."""
    pairs = (labels.chosen(labels.where(corpus, label)) for corpus in labels.corpora(label))
    return [[index.find(sketches[pair.a], guest=sketches[pair.b]) for pair in each] for each in pairs]


def _share(hits: Sequence[Hits], wanted: int, first: int, enough: float) -> float:
    return float(np.mean([wanted in rank(each, first=first, enough=enough).numbers for each in hits]))


def _within(searches: Sequence[Search], limit: int) -> npt.NDArray[np.bool_]:
    return np.array([0 <= search.place < limit for search in searches])


def _costs(searches: Sequence[Search]) -> list[Cell]:
    return [
        float(np.mean([search.articles for search in searches])),
        float(np.mean([search.postings for search in searches])),
    ]


def _excerpts(index: Index, background: Sequence[Document]) -> Table:
    chance = random.Random(1)
    rows: list[list[Cell]] = []
    for words in EXCERPTS:
        long_enough = [number for number, document in enumerate(background) if len(document) >= words]
        searches = []
        for _ in progress(range(TRIALS), f"lifting {words} words"):
            source, host = chance.sample(long_enough, 2)
            text = _host(background[host], _run(background[source], words, chance), chance)
            searches.append(Search.of(index.find(sketch(analyse(text))), source))
        found = [share(_within(searches, limit), resample(np.arange(TRIALS))) for limit in LIMITS]
        rows.append([words, TRIALS, *map(Figure.of, found), *_costs(searches)])
    return Table(
        "excerpts",
        "Excerpts: a verbatim run of one background article, put into another",
        ["words", "trials", *(f"among {limit}" for limit in LIMITS), *COSTS],
        rows,
        "The share of trials whose source is among the candidates; the host itself is one of them.",
    )


def _run(document: Document, words: int, chance: random.Random) -> str:
    first = chance.randrange(len(document) - words + 1)
    return document.text[document.start[first] : document.stop[first + words - 1]]


def _host(document: Document, run: str, chance: random.Random) -> str:
    at = int(document.start[chance.randrange(len(document))])
    return f"{document.text[:at]} {run} {document.text[at:]}"
