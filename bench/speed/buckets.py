"""How the buckets of rare pairs grow, simulated: what no machine at hand can be filled with.

Articles are drawn as news are: terms by Zipf's law (Mandelbrot 1953), a part of them from the article's topic and from
its event, of which there are few large ones and many small ones. Their pairs are chosen by the product's own code. Of
the buckets one in `SAMPLED` is counted in full, which is what makes ten million articles fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.printing import Cell, Table, progress
from copytrail.candidates import CROWD
from copytrail.compiled import Floats, Hashes, Longs, compiled
from copytrail.shingles import _term_pairs
from copytrail.sketch import RARE_PAIRS, bottom_pairs

SIZES: Final = (10_000, 100_000, 1_000_000)
LARGE_SIZES: Final = (*SIZES, 10_000_000)
SAMPLED: Final = 64
QUERIES: Final = 200  # articles of which it is counted how many others share their buckets
BLOCK: Final = 10_000  # articles drawn at once

STEMS: Final = 400_000
EXPONENT, SHIFT = 1.07, 2.7  # of the Zipf-Mandelbrot law of English words
CONTENT_WORDS: Final = 220  # of an article
SENTENCE_WORDS: Final = 14
TOPICS, TOPIC_STEMS, TOPIC_SHARE = 2_000, 300, 0.15
EVENT_STEMS, EVENT_SHARE = 25, 0.15
EVENT_ARTICLES: Final = 12  # of an event in the mean; a few have hundreds
_DRAWS: Final = 1 << 20  # size of the table that terms are drawn from


def buckets(sizes: Sequence[int] = SIZES) -> Iterator[Table]:
    """One table: at each size what a query reads, what full buckets lose, with how many articles it shares pairs."""
    chance = np.random.default_rng(7)
    draws, weights = _vocabulary(chance)
    topics = chance.integers(500, STEMS // 2, (TOPICS, TOPIC_STEMS)).astype(np.uint32)
    queries = _Queries()
    kept: list[Hashes] = []
    rows: list[list[Cell]] = []
    for first in progress(range(0, sizes[-1], BLOCK), "simulating articles"):
        keys = _kept_pairs(*_article_pairs(BLOCK, first, draws, weights, topics))
        flat = keys.ravel()
        kept.append(flat[(flat != 0) & (flat % np.uint64(SAMPLED) == 0)])
        queries.meet(keys)
        if first + BLOCK in sizes:
            rows.append(_row(first + BLOCK, np.concatenate(kept), queries))
    yield Table(
        "buckets",
        "Buckets of rare pairs as a corpus grows, simulated",
        [
            *("articles", "largest bucket", "entries lost to full buckets"),
            *("entries a query reads", "articles sharing 1", "2 or more", "3 or more"),
        ],
        rows,
        f"{STEMS:,} terms by Zipf's law, {TOPICS:,} topics, events of {EVENT_ARTICLES} articles in the mean; pairs"
        f" chosen by the product's code, one bucket in {SAMPLED} counted in full, and {QUERIES} articles as queries. A"
        f" bucket keeps its {CROWD} newest entries. Who shares one pair is mostly met by chance, and is not compared.",
    )


def _vocabulary(chance: np.random.Generator) -> tuple[npt.NDArray[np.uint32], Floats]:
    """A table from which a uniform index draws a term, and the weight of each term."""
    frequency = 1.0 / (np.arange(1, STEMS + 1) + SHIFT) ** EXPONENT
    frequency /= frequency.sum()
    draws = np.searchsorted(np.cumsum(frequency), chance.random(_DRAWS)).clip(max=STEMS - 1)
    in_article = 1 - (1 - frequency) ** CONTENT_WORDS
    return draws.astype(np.uint32), np.clip(-np.log(in_article), 0, 12).astype(np.float32)


class _Queries:
    """Some articles of the first block, and how many of all others share how many pairs with each."""

    def __init__(self) -> None:
        self._keys = np.empty(0, np.uint64)
        self._owner = np.empty(0, np.int64)
        self.shared = np.zeros(
            4, np.int64
        )  # pairs of a query and an article by shared pairs: 0, 1, 2, 3 and more

    def meet(self, keys: npt.NDArray[np.uint64]) -> None:
        """Count a block of articles: rows of pairs, 0 where there is none."""
        if not len(self._keys):
            chosen = keys[:: len(keys) // QUERIES][:QUERIES]
            order = np.argsort(chosen.ravel(), kind="stable")
            self._keys = chosen.ravel()[order]
            self._owner = np.repeat(np.arange(len(chosen)), chosen.shape[1])[order]
        _count_shared(keys, self._keys, self._owner, QUERIES, self.shared)


def _row(size: int, keys: Hashes, queries: _Queries) -> list[Cell]:
    _, counts = np.unique(keys, return_counts=True)
    held = np.minimum(counts, CROWD)
    read = RARE_PAIRS * float((counts * held).sum() / counts.sum())
    one, two, three = (float(queries.shared[k:].sum() - (QUERIES if k else 0)) / QUERIES for k in (1, 2, 3))
    return [size, int(counts.max()), 1 - float(held.sum() / counts.sum()), read, one - two, two, three]


def _kept_pairs(pairs: Hashes, says: Floats, sizes: Longs) -> Hashes:
    """The pairs that the index keeps, `RARE_PAIRS` a row, 0 where there are fewer."""
    keys = np.zeros((len(sizes), RARE_PAIRS), np.uint64)
    for article, size in enumerate(sizes):
        kept = bottom_pairs(pairs[article, :size], says[article, :size])
        keys[article, : len(kept)] = kept
    return keys


@compiled
def _article_pairs(
    count: int,
    first: int,
    draws: npt.NDArray[np.uint32],
    weights: Floats,
    topics: npt.NDArray[np.uint32],
) -> tuple[Hashes, Floats, Longs]:
    """All pairs of so many articles, one a row, what each says, and how many there are."""
    np.random.seed(first)
    sentences = np.arange(0, CONTENT_WORDS + SENTENCE_WORDS, SENTENCE_WORDS).astype(np.int32)
    sentences[-1] = CONTENT_WORDS
    most = len(sentences) * 21
    pairs, says = np.empty((count, most), np.uint64), np.empty((count, most), np.float32)
    sizes = np.empty(count, np.int64)
    stems, own = np.empty(CONTENT_WORDS, np.uint32), np.empty(CONTENT_WORDS, np.float32)
    event = np.empty(EVENT_STEMS, np.uint32)
    left, topic = 0, 0
    for article in range(count):
        if left == 0:  # a new event of a topic; articles of one event follow each other
            left = min(1 + int(np.random.pareto(1.2) * EVENT_ARTICLES / 5), 500)
            topic = np.random.randint(len(topics))
            for k in range(EVENT_STEMS):
                event[k] = draws[np.random.randint(len(draws))] // 2 + np.random.randint(STEMS // 2)
        left -= 1
        for w in range(CONTENT_WORDS):
            kind = np.random.random()
            if kind < EVENT_SHARE:
                stems[w] = event[np.random.randint(EVENT_STEMS)]
            elif kind < EVENT_SHARE + TOPIC_SHARE:
                stems[w] = topics[topic, np.random.randint(topics.shape[1])]
            else:
                stems[w] = draws[np.random.randint(len(draws))]
            own[w] = weights[stems[w]]
        sizes[article] = _term_pairs(stems, own, sentences, pairs[article], says[article])
    return pairs, says, sizes


@compiled
def _count_shared(
    keys: npt.NDArray[np.uint64], wanted: Hashes, owner: Longs, queries: int, shared: Longs
) -> None:
    """Add to `shared` for every article and query how many pairs they share, 3 at the most."""
    met = np.zeros(queries, np.int64)
    for article in range(len(keys)):
        met[:] = 0
        for key in keys[article]:
            if key == 0:
                continue
            at = np.searchsorted(wanted, key)
            while at < len(wanted) and wanted[at] == key:
                met[owner[at]] += 1
                at += 1
        for query in range(queries):
            shared[min(met[query], 3)] += 1
