"""The audit: everything that is kept about an article must have its article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any, Final

import numpy as np

from copytrail.compiled import Hashes, Longs
from copytrail.store import keys, queue, whereabouts
from copytrail.store.connection import Command
from copytrail.store.pages import read_pages, tags_in
from copytrail.store.part import Part
from copytrail.store.shards import read_articles

_AT_ONCE: Final = 1000  # keys or fields of one look


class Audit(Part):
    """Counting what should not be there."""

    def audit(self) -> dict[str, int]:
        """See `Store.audit`. What is being handled meanwhile may be counted: look again before worrying."""
        found = {kind: self._numbers_of_keys(kind) for kind in ("a", "e")}
        living = self._living(found["a"])
        return {
            **self._index(living),
            "edges": self._dangling_edges(found["e"], living),
            "memberships": sum(number not in living for number in self._fields(keys.MEMBER)),
            "arrivals": self._strange_arrivals(living),
            "names": sum(number not in found["a"] for number in self._named()),
            "unqueued": self._unqueued(found["a"]),
        }

    def _numbers_of_keys(self, kind: str) -> set[int]:
        """The numbers of all articles that have a key of this kind."""
        return {
            int(key.rsplit(b":", 1)[1])
            for server in self._link.primaries()
            for key in server.scan_iter(f"{keys.EVERY_SHARD}{kind}:*", count=_AT_ONCE)
        }

    def _living(self, numbers: set[int]) -> set[int]:
        """Those not deleted."""
        found = self._read(numbers, "ct_fields", "status")
        return {number for number, (status,) in found if status != b"deleted"}

    def _dangling_edges(self, numbers: set[int], living: set[int]) -> int:
        """Pairs kept with an article that is gone, or naming one."""
        commands = [
            ("HKEYS", f"{keys.prefix(keys.shard_of(number))}e:{number}") for number in sorted(numbers)
        ]
        pairs = (
            (n, int(other))
            for n, others in zip(sorted(numbers), self._run(commands), strict=True)
            for other in others
        )
        return sum(number not in living or other not in living for number, other in pairs)

    def _index(self, living: set[int]) -> dict[str, int]:
        """Entries that their article does not know of, and by how much the shards' own counts are wrong."""
        strays, wrong = self._forgotten(), abs(self._counted("articles") - len(living))
        for generation, shard in product(self._generations(), range(keys.SHARDS)):
            tags, numbers = self._entries(shard, generation)
            strays += self._strays(tags << np.uint64(4) | np.uint64(shard), numbers, generation)
            wrong += abs(self._counted(keys.of("entries", generation), shard) - len(numbers))
        return {"index_entries": strays, "counters": wrong}

    def _generations(self) -> list[int]:
        """The live index, and the next one while it is being made."""
        following = self._link.one(("HGET", keys.REINDEX, "generation"))
        return sorted({self.generation, int(following or self.generation)})

    def _forgotten(self) -> int:
        """Pages of an index that is neither the live nor the next one."""
        known = {keys.key(s, keys.of("pages", g)) for g in self._generations() for s in range(keys.SHARDS)}
        return sum(
            server.hlen(key)
            for server in self._link.primaries()
            for key in server.scan_iter(f"{keys.EVERY_SHARD}pages*", count=_AT_ONCE)
            if key.decode() not in known
        )

    def _counted(self, name: str, *shards: int) -> int:
        """What the shards say that they have."""
        commands = [("HGET", keys.key(shard, "shard"), name) for shard in shards or range(keys.SHARDS)]
        return sum(int(count or 0) for count in self._link.run(commands))

    def _entries(self, shard: int, generation: int) -> tuple[Hashes, Longs]:
        """The tag and the article of each entry of a shard."""
        found = dict(self._pairs(keys.key(shard, keys.of("pages", generation))))
        ids = np.frombuffer(b"".join(found), "<u4").astype(np.int64)
        return tags_in(read_pages(ids, list(found.values())))

    def _strays(self, buckets: Hashes, numbers: Longs, generation: int) -> int:
        """Entries that are not noted with their article."""
        order = np.argsort(numbers, kind="stable")
        distinct, first = np.unique(numbers[order], return_index=True)
        noted = keys.of("buckets", generation)
        commands = [("HGET", keys.article(number), noted) for number in distinct.tolist()]
        groups = zip(np.split(buckets[order], first[1:]), self._run(commands), strict=True)
        return sum(
            int(
                (
                    ~np.isin(
                        whereabouts.parts_of(group), whereabouts.parts_of(whereabouts.read(known or b""))
                    )
                ).sum()
            )
            for group, known in (groups if len(distinct) else ())
        )

    def _strange_arrivals(self, living: set[int]) -> int:
        """Articles that retention would have to find and does not, or that it finds although they are gone."""
        everywhere = {
            int(n) for shard in range(keys.SHARDS) for n in self._arrived(keys.key(shard, "arrived"))
        }
        of_sources = [
            int(number)
            for server in self._link.primaries()
            for key in server.scan_iter(f"{keys.EVERY_SHARD}arrived:*", count=_AT_ONCE)
            for number in self._arrived(key.decode())
        ]
        return len(everywhere ^ living) + sum(number not in living for number in of_sources)

    def _arrived(self, key: str) -> Iterator[bytes]:
        """The numbers in a sorted set, without holding up the store."""
        first = 0
        while found := self._link.one(("ZRANGE", key, first, first + _AT_ONCE - 1)):
            yield from found
            first += _AT_ONCE

    def _unqueued(self, numbers: set[int]) -> int:
        """Articles that wait, or are to be removed, without a place among those that wait."""
        found = self._read(numbers, "ct_fields", "status removed")
        waiting = [n for n, (status, gone) in found if status in (b"queued", b"deleted") and not gone]
        return len(set(waiting) - queue.waiting(self._link, waiting))

    def _named(self) -> Iterator[int]:
        """The number that each id and URL stands for."""
        for shard in range(keys.SHARDS):
            for kind in ("ids", "urls"):
                yield from (int(number) for _, number in self._pairs(keys.key(shard, kind)))

    def _fields(self, key: str) -> Iterator[int]:
        return (int(field) for field, _ in self._pairs(key))

    def _pairs(self, key: str) -> Iterator[tuple[bytes, bytes]]:
        """The fields and values of a large hash, without holding up the store."""
        cursor = 0
        while True:
            cursor, found = self._link.one(("HSCAN", key, cursor, "COUNT", _AT_ONCE))
            yield from found.items()
            if not cursor:
                return

    def _read(self, numbers: set[int], name: str, *first: str) -> Iterator[tuple[int, Any]]:
        for some in _in_turn(sorted(numbers)):
            yield from read_articles(self._link, name, some, *first).items()

    def _run(self, commands: Sequence[Command]) -> Iterator[Any]:
        for some in _in_turn(commands):
            yield from self._link.run(some)


def _in_turn(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    turns = iter(items)
    while some := list(islice(turns, _AT_ONCE)):
        yield some
