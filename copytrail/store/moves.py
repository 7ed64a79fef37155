"""Articles into the index and out of it, shard by shard.

The worker reads the pages that a change touches, composes the new ones, and writes them on the condition that nobody
has changed the shard in between; who is too late does that shard again. All workers go through the shards in the same
order, a few at a time, and write some while they read the next: so they follow each other rather than meet, and of
two articles that share buckets the later one sees the earlier in all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from copytrail.compiled import Hashes, Longs
from copytrail.errors import StoreUnavailable
from copytrail.store import keys, pages, whereabouts
from copytrail.store.connection import Command, Connection, call
from copytrail.store.pages import FIRST, LOAD, Pages

_AT_ONCE: Final = 4  # shards read together
_SPLITS: Final = 2000  # of pages in one change of a shard

Found = tuple[Longs, Longs]


class Coming(NamedTuple):
    """Articles `numbers[i]` come into `buckets[i]`."""

    buckets: Hashes
    numbers: Longs


class Leaving(NamedTuple):
    """Articles `numbers[i]` leave the bucket of which `buckets[i]` is noted."""

    buckets: Hashes
    numbers: Longs


class _Shape(NamedTuple):
    """How a shard's part of the index stands; every change gives it another stamp."""

    stamp: int
    pages: int
    entries: int


class _Work(NamedTuple):
    """What is to be done in one shard. `at` are the places of the coming buckets among all that come."""

    shard: int
    leaving: Leaving
    coming: Coming
    at: Longs


class _Draft(NamedTuple):
    """A change of a shard, composed and not yet written."""

    work: _Work
    command: Command
    found: Found


class _Mover:
    """One move under way."""

    def __init__(self, link: Connection, worker: str, generation: int, works: Sequence[_Work]) -> None:
        self._link = link
        self._worker = worker
        self._generation = generation
        self._todo = deque(works)
        self._shapes: dict[int, _Shape] = {}

    def run(self) -> Iterator[_Draft]:
        """Do it all; what was written, shard by shard."""
        drafts: list[_Draft] = []
        while self._todo or drafts:
            group = [self._todo.popleft() for _ in range(min(_AT_ONCE, len(self._todo)))]
            plans = [(work, shape, _touched(work, shape)) for work, shape in self._shaped(group)]
            ahead = [work.shard for work, _ in zip(self._todo, range(_AT_ONCE), strict=False)]
            written, read, shapes = self._step(drafts, plans, ahead)
            self._shapes = dict(zip(ahead, shapes, strict=True))
            late = [draft.work for draft, done in zip(drafts, written, strict=True) if not done]
            yield from (draft for draft, done in zip(drafts, written, strict=True) if done)
            drafts = []
            for (work, shape, ids), (now, values) in zip(plans, read, strict=True):
                if now.pages == shape.pages:
                    drafts.append(self._composed(work, now, pages.read_pages(ids, values)))
                else:
                    late.append(work)
            self._todo.extendleft(reversed(late))

    def _shaped(self, group: Sequence[_Work]) -> list[tuple[_Work, _Shape]]:
        """The shards with their shapes, asked for where they are not known from the step before."""
        missing = [work.shard for work in group if work.shard not in self._shapes]
        found = map(_shape, self._link.run([self._shape_of(shard) for shard in missing]))
        known = self._shapes | dict(zip(missing, found, strict=True))
        return [(work, known[work.shard]) for work in group]

    def _step(
        self, drafts: Sequence[_Draft], plans: Sequence[tuple[_Work, _Shape, Longs]], ahead: Sequence[int]
    ) -> tuple[list[bool], list[tuple[_Shape, list[bytes | None]]], list[_Shape]]:
        """One round trip: write what is composed, read what comes next, look at what comes then."""
        reading = [command for work, _, ids in plans for command in self._reading(work.shard, ids)]
        answers = self._link.run(
            [*(draft.command for draft in drafts), *reading, *(self._shape_of(shard) for shard in ahead)]
        )
        written, rest = answers[: len(drafts)], answers[len(drafts) :]
        read, shapes = rest[: len(reading)], rest[len(reading) :]
        return (
            [bool(done) for done in written],
            [(_shape(shape), values) for shape, values in zip(read[::2], read[1::2], strict=True)],
            [_shape(shape) for shape in shapes],
        )

    def _of(self, name: str) -> str:
        return keys.of(name, self._generation)

    def _shape_of(self, shard: int) -> Command:
        return ("HMGET", keys.key(shard, "shard"), *map(self._of, ("stamp", "pages", "entries")))

    def _reading(self, shard: int, ids: Longs) -> tuple[Command, Command]:
        """The stamp comes before the pages: if it is still good when they are changed, so were they."""
        pages_at = keys.key(shard, self._of("pages"))
        return self._shape_of(shard), ("HMGET", pages_at, *pages.fields_of(ids))

    def _composed(self, work: _Work, shape: _Shape, old: Pages) -> _Draft:
        tags = pages.tags_of(work.coming.buckets)
        at = np.searchsorted(old.ids, pages.pages_of(tags, shape.pages))
        ids, leaves = _left(work.leaving, shape.pages)
        gone = np.searchsorted(old.ids, ids)
        new, dropped = pages.changed(
            old, _sorted(gone, leaves), _sorted(at, pages.entries_for(tags, work.coming.numbers))
        )
        wanted = _wanted(work, shape)
        after = pages.split(new, shape.pages, wanted)
        command = call(
            "ct_index",
            [keys.key(work.shard, "shard"), keys.key(work.shard, self._of("pages"))],
            self._worker,
            self._generation,
            shape.stamp,
            wanted,
            shape.entries + len(new.entries) - len(old.entries),
            dropped,
            *pages.packed(after),
        )
        place, number = pages.matched(new, at, tags)
        return _Draft(work, command, (work.at[place], number))


def move(link: Connection, worker: str, generation: int, leaving: Leaving, coming: Coming) -> Found:
    """Take articles out of the index of this number and put others in. May be repeated.

    Answers who sits in the coming buckets at the moment of the change: places in `coming`, ascending, and numbers.
    """
    found = [draft.found for draft in _Mover(link, worker, generation, _by_shard(leaving, coming)).run()]
    place = np.concatenate([np.empty(0, np.int64), *(places for places, _ in found)])
    number = np.concatenate([np.empty(0, np.int64), *(numbers for _, numbers in found)])
    order = np.lexsort((number, place))
    return place[order], number[order]


def _by_shard(leaving: Leaving, coming: Coming) -> list[_Work]:
    """The work of each shard that has any, in the order of all workers."""
    out, into = keys.shards_of_buckets(leaving.buckets), keys.shards_of_buckets(coming.buckets)
    works = []
    for shard in np.union1d(out, into).tolist():
        gone, at = np.flatnonzero(out == shard), np.flatnonzero(into == shard)
        works.append(
            _Work(
                shard,
                Leaving(leaving.buckets[gone], leaving.numbers[gone]),
                Coming(coming.buckets[at], coming.numbers[at]),
                at,
            )
        )
    return works


def page_count(answer: bytes | None) -> int:
    """How many pages a shard has, from the field that says it; 0 stands there once the index is no more.

    Raises StoreUnavailable then: by now another one is live.
    """
    count = int(answer or FIRST)
    if not count:
        raise StoreUnavailable("The index was replaced while it was read: try again.")
    return count


def _shape(answer: Sequence[bytes | None]) -> _Shape:
    stamp, count, entries = answer
    return _Shape(int(stamp or 0), page_count(count), int(entries or 0))


def _wanted(work: _Work, shape: _Shape) -> int:
    """How many pages there are to be after the change; there are never fewer than before."""
    enough = -(-(shape.entries + len(work.coming.buckets)) // LOAD)
    most = min(2 << (shape.pages.bit_length() - 1), shape.pages + _SPLITS)
    return max(shape.pages, min(enough, most))


def _touched(work: _Work, shape: _Shape) -> Longs:
    """The pages that the change reads: of the coming and the leaving buckets, and those that are split."""
    half = 1 << (shape.pages.bit_length() - 1)
    parting = np.arange(shape.pages - half, _wanted(work, shape) - half)
    ids, _ = _left(work.leaving, shape.pages)
    return np.unique(
        np.concatenate((pages.pages_of(pages.tags_of(work.coming.buckets), shape.pages), ids, parting))
    )


def _left(leaving: Leaving, count: int) -> Found:
    """The pages that the noted buckets can be in, and the article that leaves each."""
    noted_tags = pages.tags_of(whereabouts.parts_of(leaving.buckets))
    step = 1 << whereabouts.TAG_BITS
    later = np.arange(0, max(count, step), step, dtype=np.uint64)
    tags = (noted_tags[:, None] + later).ravel()
    return pages.pages_of(tags, count), np.repeat(leaving.numbers, len(later))


def _sorted(places: Longs, values: Any) -> tuple[Longs, Any]:  # noqa: ANN401 - an array of any kind
    order = np.argsort(places, kind="stable")
    return places[order], values[order]
