"""A second index beside the live one, made from the stored texts, and the switch to it.

The live index answers and is written by the workers all the while. Every article is listed for the next one, first all
that there are, then whoever is posted, changed, deleted, set aside or retried meanwhile; reindexers put what is listed
into the next index, each those of its own shards. All of it is in the store: whoever runs it again goes on.

The switch: once few are listed, nothing comes into the live index any more (it still answers, and posts are still
taken and queued), so the list ends. When it is empty, the next index has all that the live one has: one write makes it
the live one, workers go on with it or, when they are of another version, end, and the old one is dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from copytrail.errors import IndexVersionMismatch
from copytrail.settings import Settings
from copytrail.store import generations, keys
from copytrail.store.connection import Connection, call
from copytrail.store.part import Part
from copytrail.store.redis import RedisStore
from copytrail.store.shards import grouped
from copytrail.store.tasks import task_of
from copytrail.store.work import Task

_AT_ONCE: Final = 1000  # articles listed or let go of in one call
_SHARDS: Final = range(keys.SHARDS)


class NextIndex(RedisStore):
    """The store as a reindexer sees it: the index is the next one, the queue what is listed for it."""

    def __init__(self, link: Connection, settings: Settings, generation: int) -> None:
        """The next index is the one of this number. Raises nothing when the live one is of another version."""
        super().__init__(link, settings)
        self.generation = generation

    def _agree(self) -> None:
        """The live index may be of another version."""

    def _follow(self, looked: Sequence[bytes | None]) -> bool:
        """Stay with the next index."""
        return False

    def take(self, worker: str, shards: Collection[int], wanted: int) -> list[Task]:
        """About so many listed articles of these shards, which nobody else may take from; again what was not done."""
        each = -(-wanted // len(shards))
        found = self._link.run(
            [
                call("ct_reindex_take", [keys.key(shard, "shard")], worker, self.generation, each)
                for shard in shards
            ]
        )
        return [task_of(int(n), known, self.generation) for of_shard in found for n, known in of_shard]

    def done(self, worker: str, tasks: Sequence[Task]) -> None:
        """Articles are in the next index; what happened to them meanwhile leaves them on the list."""
        self._each("ct_reindex_done", {task.number: (task.number, task.version) for task in tasks}, worker)

    def look_again(self, numbers: Collection[int]) -> None:
        """See `WorkerStore.look_again`: they are listed once more, and not queued."""
        self._each("ct_reindex_again", {number: (number,) for number in sorted(numbers)})

    def _each(self, name: str, arguments: dict[int, Sequence[int]], *first: str) -> None:
        groups = grouped(arguments, keys.shard_of)
        self._link.run(
            [
                call(name, [keys.key(shard, "shard")], *first, *(v for n in numbers for v in arguments[n]))
                for shard, numbers in groups.items()
            ]
        )


class Reindex(Part):
    """The steps of a reindex, in their order; each may be repeated, also by a later run.

    `generation` is the number of the next index.
    """

    def __init__(self, link: Connection, settings: Settings) -> None:
        super().__init__(link, settings)
        if not link.has_functions():
            link.load_functions()

    def finish_earlier(self) -> bool:
        """Do what an interrupted run left undone after its switch; whether there was anything."""
        _, live = self._live()
        known = self._known()
        if known.get("generation") != str(live):
            return False
        self._settle(live, int(known["replaces"]))
        return True

    def is_current(self) -> bool:
        """Whether the live index is of this program's version."""
        return self._live()[0] == self._version

    def is_filled_by(self, workers: Sequence[str]) -> bool:
        """Whether it is for these workers to fill the next index; a later run has others do that."""
        return self._known().get("workers", "").split() == list(workers)

    def begin(self, workers: Sequence[str]) -> None:
        """Begin the next index, or go on with it; these workers may fill it, and those of earlier runs no more."""
        self._link.one(("SETNX", keys.VERSION, self._version))
        _, live = self._live()
        known = self._known()
        self._fence(known.get("workers", "").split())
        self.generation = int(known.get("generation", live + 1))
        if known.get("version", self._version) != self._version:  # begun by a program of another version
            self._discard(self.generation)
            self.generation += 1
        numbers = "generation", self.generation, "replaces", live
        made = "version", self._version, "workers", " ".join(workers)
        self._link.one(("HSET", keys.REINDEX, *numbers, *made))
        self._shards("ct_reindex_announce", self.generation)

    def list_all(self) -> None:
        """List every article that is not in the next index, unless an earlier run has done so."""
        for shard in _SHARDS:
            of_shard = keys.key(shard, "shard")
            if self._link.one(("HGET", of_shard, "listed")) == str(self.generation).encode():
                continue
            for numbers in self._arrived(shard):
                self._link.one(call("ct_reindex_list", [of_shard], self.generation, *numbers))
            self._link.one(("HSET", of_shard, "listed", self.generation))

    def left(self) -> int:
        """How many articles are listed."""
        return sum(self._link.run([("ZCARD", keys.key(shard, "reindex")) for shard in _SHARDS]))

    def articles(self) -> int:
        """How many articles are stored."""
        counts = self._link.run([("HGET", keys.key(shard, "shard"), "articles") for shard in _SHARDS])
        return sum(int(count or 0) for count in counts)

    def hold(self) -> None:
        """Let nothing more come into the live index, so that the list ends. Only the switch ends this."""
        self._link.run([("HSET", keys.key(shard, "shard"), "held", 1) for shard in _SHARDS])

    def switch(self) -> None:
        """Make the next index the live one and drop the one before. The list must be held and empty."""
        self._link.one(("MSET", keys.VERSION, self._version, keys.GENERATION, self.generation))
        self._settle(self.generation, int(self._known()["replaces"]))

    def _fence(self, workers: Sequence[str]) -> None:
        """Refuse all that these workers may still write."""
        fencing = [
            call("ct_fence", [keys.key(shard, "shard")], name) for name in workers for shard in _SHARDS
        ]
        self._link.run(fencing)

    def _settle(self, live: int, before: int) -> None:
        self._shards("ct_reindex_settle", live)
        self._discard(before)
        self._link.one(("DEL", keys.REINDEX))

    def _discard(self, generation: int) -> None:
        """Drop an index, and what articles note about it."""
        pages = keys.of("pages", generation)
        self._link.run(
            [
                call("ct_reindex_discard", [keys.key(shard, "shard"), keys.key(shard, pages)], generation)
                for shard in _SHARDS
            ]
        )
        fields = keys.of("buckets", generation), keys.of("repeated", generation)
        for shard in _SHARDS:
            for numbers in self._arrived(shard):
                self._link.run([("HDEL", keys.article(int(number)), *fields) for number in numbers])

    def _live(self) -> tuple[str, int]:
        """The version and the number of the live index. Raises IndexVersionMismatch while the store is restored."""
        version, generation = self._link.one(generations.LOOK)
        if version == keys.RESTORING.encode():
            raise IndexVersionMismatch(generations.version_mismatch(keys.RESTORING, self._version))
        return (version or b"").decode(), int(generation or 0)

    def _known(self) -> dict[str, str]:
        found = self._link.one(("HGETALL", keys.REINDEX))
        return {name.decode(): value.decode() for name, value in found.items()}

    def _arrived(self, shard: int) -> Iterator[list[bytes]]:
        """The numbers of the articles of a shard, some at a time."""
        cursor: Any = 0
        while True:
            cursor, found = self._link.one(("ZSCAN", keys.key(shard, "arrived"), cursor, "COUNT", _AT_ONCE))
            if found:
                yield [number for number, _ in found]
            if not int(cursor):
                return

    def _shards(self, name: str, generation: int) -> None:
        self._link.run([call(name, [keys.key(shard, "shard")], generation) for shard in _SHARDS])
