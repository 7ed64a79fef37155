"""Who shares buckets with whom, of a whole set of articles at once: the index as a sort.

A bucket answers as a stored one does, with the last `CROWD` of its articles; here these are the ones with the highest
numbers, so what is found depends on the articles alone when numbers follow their ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np

from copytrail.candidates import CROWD, LIMIT, Hits, rank, second_look
from copytrail.compiled import Hashes, Longs, Numbers

_SORTED: Final = 1 << 24  # entries sorted at once, half a gigabyte of memory


class Shared(NamedTuple):
    """The buckets with more than one article; articles go by numbers from 0 to n - 1.

    `bucket` (uint64[g]): their keys; `first` (int64[g + 1]): where in `member` (int32) the articles of each begin.
    `rows` (int64[n + 1]): where in `within` (int32) the buckets of each article begin, by their place in `bucket`.
    """

    bucket: Hashes
    first: Longs
    member: Numbers
    rows: Longs
    within: Numbers

    def save(self, folder: Path) -> None:
        """Write it into a folder, for other processes."""
        for name, array in self._asdict().items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What was saved, as it lies there."""
        return cls(*(np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r+")) for name in cls._fields))

    def candidates(self, article: int, closely: bool = False) -> tuple[int, ...]:
        """The numbers of the articles worth comparing with one, or of those that a second, closer look adds."""
        hits = self._hits(article)
        looked_at = rank(hits, article)
        return second_look(hits, article, LIMIT, looked_at) if closely else looked_at.numbers

    def _hits(self, article: int) -> Hits:
        groups = self.within[self.rows[article] : self.rows[article + 1]]
        high = self.first[groups + 1]
        low = np.maximum(self.first[groups], high - CROWD)
        sizes = high - low
        places = np.arange(sizes.sum()) + np.repeat(low - (np.cumsum(sizes) - sizes), sizes)
        return Hits(np.repeat(self.bucket[groups], sizes), self.member[places].astype(np.int64))


def join(keys: Hashes, owners: Numbers, articles: int) -> Shared:
    """The shared buckets, where article `owners[i]` sits in bucket `keys[i]`; each pair of them stands there once."""
    parts = list(_parts(keys, owners))
    bucket, sizes, member = (np.concatenate(column) for column in zip(*parts, strict=True))
    first = np.concatenate([[0], np.cumsum(sizes)])
    order = np.argsort(member, kind="stable")
    within = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
    rows = np.searchsorted(member[order], np.arange(articles + 1))
    return Shared(bucket, first, member, rows, within)


def _parts(keys: Hashes, owners: Numbers) -> Iterator[tuple[Hashes, Longs, Numbers]]:
    """The keys of shared buckets, how many articles sit in each, and these, for one part of all buckets at a time."""
    parts = 1 << max(0, (len(keys) // _SORTED).bit_length())
    for part in range(parts):
        chosen = (keys & np.uint64(parts - 1)) == part if parts > 1 else slice(None)
        some, theirs = keys[chosen], owners[chosen]
        order = np.argsort(some)
        some, theirs = some[order], theirs[order]
        edges = np.flatnonzero(np.concatenate([[True], some[1:] != some[:-1], [True]])[: len(some) + 1])
        sizes = np.diff(edges)
        for low, high in edges[np.flatnonzero(sizes > CROWD)[:, None] + [0, 1]].tolist():
            theirs[low:high].sort()
        shared = sizes > 1
        yield some[edges[:-1][shared]], sizes[shared], theirs[np.repeat(shared, sizes)]
