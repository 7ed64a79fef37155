"""The audit: everything that is kept about an article must have its article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from copytrail.store import keys, queue
from copytrail.store.connection import Command
from copytrail.store.index import Buckets, entries_of, tags_of
from copytrail.store.part import Part
from copytrail.store.shards import read_articles

_AT_ONCE: Final = 1000  # keys or fields of one look


class Audit(Part):
    """Counting what should not be there."""

    def audit(self) -> dict[str, int]:
        """See `Store.audit`. What is being handled meanwhile may be counted: look again before worrying."""
        found = {kind: self._numbers_of_keys(kind) for kind in ("a", "s", "e")}
        living = self._living(found["a"])
        return {
            "index_entries": sum(self._stray_entries(shard) for shard in range(keys.SHARDS)),
            "sketches": len(found["s"] - found["a"]),
            "edges": self._dangling_edges(found["e"], living),
            "memberships": sum(number not in living for number in self._fields(keys.MEMBER)),
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

    def _stray_entries(self, shard: int) -> int:
        """Entries of the index that their article's sketch does not have."""
        pages = [page for _, page in self._pairs(keys.key(shard, "pages"))]
        tags, numbers = entries_of(b"".join(pages))
        order = np.argsort(numbers, kind="stable")
        tags, numbers = tags[order], numbers[order]
        distinct, first = np.unique(numbers, return_index=True)
        commands = [
            ("GET", f"{keys.prefix(keys.shard_of(number))}s:{number}") for number in distinct.tolist()
        ]
        groups = zip(np.split(tags, first[1:]), self._run(commands), strict=True) if len(distinct) else ()
        return sum(int((~np.isin(group, _tags(sketch, shard))).sum()) for group, sketch in groups)

    def _unqueued(self, numbers: set[int]) -> int:
        """Articles that wait, or are to be removed, without a place among those that wait."""
        found = self._read(numbers, "ct_fields", "status")
        waiting = [number for number, (status,) in found if status in (b"queued", b"deleted")]
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


def _tags(sketch: bytes | None, shard: int) -> Buckets:
    """The tags that an article's sketch has in one shard of the index."""
    buckets = np.frombuffer(sketch or b"", "<u8").astype(np.uint64)
    return tags_of(buckets[keys.shards_of_buckets(buckets) == shard])
