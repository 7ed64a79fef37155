"""The index: which articles sit in a bucket.

Of a bucket the index keeps 44 bits: the lowest 4 choose the shard, the next 40 are its tag (see `pages.py`). Two
buckets that agree in them are taken for one: at 10 million articles that happens to one query in 175, in one bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from copytrail.candidates import CROWD, Hits
from copytrail.compiled import Hashes, Longs
from copytrail.errors import StoreUnavailable
from copytrail.sketch import BLOCK_LANE, LANE
from copytrail.store import generations, keys, whereabouts
from copytrail.store.connection import Command, call
from copytrail.store.moves import Coming, Leaving, move, page_count
from copytrail.store.pages import fields_of, matched, pages_of, read_pages, tags_of
from copytrail.store.part import Part
from copytrail.store.shards import read_articles
from copytrail.store.work import Task

_NOBODY: Final = np.empty(0, np.uint64), np.empty(0, np.int64)
_NOBODY_COMES: Final = Coming(*_NOBODY)
_NOBODY_LEAVES: Final = Leaving(*_NOBODY)
_TRIES: Final = 20  # of a read while pages are being split by others


class Index(Part):
    """Finding and, for workers, changing what sits in the buckets."""

    def find(self, sketches: Sequence[Hashes]) -> list[Hits]:
        """See `Store.find`."""
        if not sketches:
            return []
        buckets = np.concatenate(sketches)
        return _split(sketches, buckets, *self._members(buckets))

    def buckets(self, numbers: Sequence[int]) -> list[Hashes]:
        """See `WorkerStore.buckets`."""
        noted = read_articles(self._link, "ct_fields", numbers, keys.of("buckets", self.generation))
        found = [whereabouts.read(noted[number][0] or b"") for number in numbers]
        return [buckets[(buckets & LANE) != BLOCK_LANE] for buckets in found]

    def index(
        self,
        worker: str,
        tasks: Sequence[Task],
        sketches: Sequence[Hashes],
        repeated: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> list[Hits]:
        """See `WorkerStore.index`.

        In three steps, each of which may be repeated: out of the old buckets, note the new ones, into the new
        ones. Whatever an interrupted attempt has put into the index, what is noted includes it.
        """
        generation = self.generation
        if any(task.generation != generation for task in tasks):
            raise StoreUnavailable(
                "The index was replaced while articles were in hand: they are taken up again."
            )
        noted = list(map(whereabouts.of, sketches))
        stale = [
            (task.number, task.indexed)
            for task, now in zip(tasks, noted, strict=True)
            if len(task.indexed) and whereabouts.of(task.indexed) != now
        ]
        move(self._link, worker, generation, Leaving(*_flat(stale)), _NOBODY_COMES)
        self._note(worker, generation, zip(tasks, noted, repeated or [()] * len(tasks), strict=True))
        coming = Coming(*_flat([(task.number, s) for task, s in zip(tasks, sketches, strict=True)]))
        place, number = move(self._link, worker, generation, _NOBODY_LEAVES, coming)
        of_text = (coming.buckets[place] & LANE) != BLOCK_LANE
        return _split(sketches, coming.buckets, place[of_text], number[of_text])

    def _note(
        self,
        worker: str,
        generation: int,
        placed: Iterable[tuple[Task, bytes, Sequence[tuple[int, int]]]],
    ) -> None:
        by_shard: dict[int, list[int | bytes]] = {}
        for task, noted, repeated in placed:
            by_shard.setdefault(keys.shard_of(task.number), []).extend(
                (task.number, noted, np.array(repeated, "<u4").tobytes())
            )
        self._link.run(
            [
                call("ct_sketch", [keys.key(shard, "shard")], worker, generation, *args)
                for shard, args in by_shard.items()
            ]
        )

    def _members(self, buckets: Hashes) -> tuple[Longs, Longs]:
        """Who sits in the buckets: places in `buckets`, ascending, and article numbers."""
        shards, tags = keys.shards_of_buckets(buckets), tags_of(buckets)
        left = {int(shard): np.flatnonzero(shards == shard) for shard in np.unique(shards)}
        generation, counts = self._page_counts(list(left))
        found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        for _ in range(_TRIES):
            if not left:
                place, number = (np.concatenate(part) for part in zip(*found, strict=True))
                order = np.lexsort((number, place))
                return place[order], number[order]
            asked = [_Asked.of(shard, at, tags[at], counts[shard], generation) for shard, at in left.items()]
            answers = self._link.run([command for part in asked for command in part.reading()])
            left = {}
            for part, read, count in zip(asked, answers[::2], answers[1::2], strict=True):
                counts[part.shard] = page_count(count)
                right = pages_of(part.tags, counts[part.shard]) == part.ids[part.page]
                place, number = matched(read_pages(part.ids, read), part.page[right], part.tags[right])
                found.append((part.at[right][place], number))
                if not right.all():
                    left[part.shard] = part.at[~right]
        raise StoreUnavailable("The index grows faster than it can be read: try again.")

    def _page_counts(self, shards: Sequence[int]) -> tuple[int, dict[int, int]]:
        """The number of the live index, and how many pages it has in these shards."""
        while True:
            generation = self.generation
            *counts, looked = self._link.run(
                [*(_count_of(shard, generation) for shard in shards), generations.LOOK]
            )
            if not self._follow(looked):
                return generation, {s: page_count(count) for s, count in zip(shards, counts, strict=True)}


class _Asked(NamedTuple):
    """What is looked for in one shard of an index: tags, their places among all; page `ids[page[i]]` is that of
    `tags[i]`.
    """

    shard: int
    at: Longs
    tags: Hashes
    ids: Longs
    page: Longs
    generation: int

    @classmethod
    def of(cls, shard: int, at: Longs, tags: Hashes, count: int, generation: int) -> _Asked:
        """With the pages that the tags have when there are so many."""
        ids, page = np.unique(pages_of(tags, count), return_inverse=True)
        return cls(shard, at, tags, ids, page, generation)

    def reading(self) -> tuple[Command, Command]:
        """Read the pages, then how many there are: tags that this sends elsewhere are to be looked for again."""
        name = keys.of("pages", self.generation)
        pages: Command = ("HMGET", keys.key(self.shard, name), *fields_of(self.ids))
        return pages, _count_of(self.shard, self.generation)


def _count_of(shard: int, generation: int) -> Command:
    return ("HGET", keys.key(shard, "shard"), keys.of("pages", generation))


def _flat(placed: Sequence[tuple[int, Hashes]]) -> tuple[Hashes, Longs]:
    """The buckets of articles one after the other, and the article of each."""
    if not placed:
        return _NOBODY
    numbers = [number for number, _ in placed]
    return np.concatenate([b for _, b in placed]), np.repeat(numbers, [len(b) for _, b in placed])


def _split(sketches: Sequence[Hashes], buckets: Hashes, place: Longs, numbers: Longs) -> list[Hits]:
    """The hits of each sketch; `place` counts through `buckets`, those of all."""
    full = np.bincount(place, minlength=len(buckets)) >= CROWD
    crowded = np.flatnonzero(full & ((buckets & LANE) != BLOCK_LANE))
    firsts = np.cumsum([0, *map(len, sketches)])
    of_crowded = np.diff(np.searchsorted(crowded, firsts)).tolist()
    bounds = np.searchsorted(place, firsts).tolist()
    hit = buckets[place]
    return [
        Hits(hit[low:high], numbers[low:high], truncated > 0)
        for low, high, truncated in zip(bounds[:-1], bounds[1:], of_crowded, strict=True)
    ]
