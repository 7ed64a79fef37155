"""What the sites of a whole set of articles repeat, by the rules of `copytrail.repeats`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from copytrail.candidates import CROWD
from copytrail.compiled import Hashes, Longs, Numbers
from copytrail.repeats import BLOCK_WORDS, DIFFERENT_ARTICLES, Block, Page, testified


class Lines(NamedTuple):
    """The lines of articles by number: article i, of `words[i]` words, has those from `rows[i]` to `rows[i + 1]`.

    `bucket` (uint64): what each line is; `size` (int32): how many words it has.
    """

    rows: Longs
    bucket: Hashes
    size: Numbers
    words: Numbers

    def page(self, article: int) -> Page:
        """The lines of an article; where they stand is not said."""
        row = slice(*self.rows[article : article + 2])
        lines = zip(self.size[row].tolist(), self.bucket[row].tolist(), strict=True)
        return Page(tuple(Block(0, 0, size, bucket) for size, bucket in lines), int(self.words[article]))


def furniture(lines: Lines) -> dict[int, frozenset[int]]:
    """The buckets of the lines that are furniture, by the number of each article that has some.

    A line is furniture as soon as one article testifies against it, so most need not be asked.
    """
    owners = np.repeat(np.arange(len(lines.words)), np.diff(lines.rows))
    carriers, recurring = _carriers(lines, owners)
    known: set[int] = set()
    for article in np.unique(owners[recurring]).tolist():
        row = slice(*lines.rows[article : article + 2])
        if not known.issuperset(lines.bucket[row][recurring[row]].tolist()):
            known |= testified(lines.page(article), article, carriers)
    found = np.flatnonzero(np.isin(lines.bucket, np.array(sorted(known), np.uint64)))
    by_article: dict[int, set[int]] = {}
    for article, bucket in zip(owners[found].tolist(), lines.bucket[found].tolist(), strict=True):
        by_article.setdefault(article, set()).add(bucket)
    return {article: frozenset(buckets) for article, buckets in by_article.items()}


def _carriers(lines: Lines, owners: Longs) -> tuple[Mapping[int, frozenset[int]], np.ndarray]:
    """Who carries each line that several articles do, the last `CROWD` of them; which lines may be furniture (bool)."""
    order = np.argsort(lines.bucket, kind="stable")
    buckets, first, counts = np.unique(lines.bucket[order], return_index=True, return_counts=True)
    several = np.flatnonzero(counts > 1)
    ends = (first + counts)[several]
    starts = np.maximum(first[several], ends - CROWD)
    carriers = {
        bucket: frozenset(owners[order[low:high]].tolist())
        for bucket, low, high in zip(buckets[several].tolist(), starts.tolist(), ends.tolist(), strict=True)
    }
    many = np.empty(len(owners), np.bool_)
    many[order] = np.repeat(counts >= DIFFERENT_ARTICLES, counts)
    return carriers, many & (lines.size <= BLOCK_WORDS)
