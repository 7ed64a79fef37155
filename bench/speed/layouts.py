"""The layout of the index beside others that it was chosen from: what a bucket costs the server, in time and bytes.

Adding an article means here what the worker does: put it into its buckets and learn who else sits there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final, Protocol

import numpy as np
from redis import Redis

from bench.printing import Cell, Table, progress
from copytrail.compiled import Codes, Hashes, Longs
from copytrail.settings import Settings
from copytrail.store import keys
from copytrail.store.connection import Command, Connection, call
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.pages import kept_of, pages_of, tags_of
from copytrail.store.redis import RedisStore
from copytrail.store.work import Task

ARTICLES: Final = 20_000
BUCKETS: Final = 110  # of an article
POPULAR: Final = 10  # of them, buckets that many share
BATCH: Final = 100
MEASURED: Final = 0.25  # of the articles, the last ones
PACKED: Final = 32  # buckets of a small hash
FUNCTIONS: Final = Path(__file__).with_name("layouts.lua")


class Layout(Protocol):
    """A way to lay the index out."""

    def add(self, sketches: Sequence[Hashes], first: int) -> None:
        """Put articles, numbered from `first`, into their buckets, and find who sits there."""
        ...

    def find(self, sketches: Sequence[Hashes]) -> None:
        """Read who sits in the buckets."""
        ...


class Chosen:
    """Pages in a hash, composed by the worker: the product's own."""

    def __init__(self, link: Connection) -> None:
        self._store = RedisStore(link, Settings())

    def add(self, sketches: Sequence[Hashes], first: int) -> None:
        """See `Layout`."""
        nowhere = np.empty(0, np.uint64)
        tasks = [Task(first + i, 1, 1, "", None, "", nowhere, frozenset()) for i in range(len(sketches))]
        self._store.index("bench", tasks, sketches)

    def find(self, sketches: Sequence[Hashes]) -> None:
        """See `Layout`."""
        self._store.find(sketches)


class Other(ABC):
    """Entries that a function adds: first all of a batch are added, then it is read who sits there."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        self._pages = [1] * keys.SHARDS
        link.primaries()[0].function_load(FUNCTIONS.read_text(), replace=True)

    def add(self, sketches: Sequence[Hashes], first: int) -> None:
        """See `Layout`."""
        numbers = np.repeat(np.arange(first, first + len(sketches)), [len(sketch) for sketch in sketches])
        parts = _parts(np.concatenate(sketches))
        answers = self._link.run([self._adding(shard, tags, numbers[at]) for shard, tags, at in parts])
        self._pages = [int(answer or 1) for answer in answers]
        self.find(sketches)

    def find(self, sketches: Sequence[Hashes]) -> None:
        """See `Layout`."""
        parts = _parts(np.concatenate(sketches))
        self._link.run([command for shard, tags, _ in parts for command in self._finding(shard, tags)])

    def _homes(self, shard: int, tags: Codes) -> list[int]:
        """The page of each tag."""
        found: list[int] = pages_of(tags.astype(np.uint64), self._pages[shard]).tolist()
        return found

    @abstractmethod
    def _adding(self, shard: int, tags: Codes, numbers: Longs) -> Command:
        """Add the entries of a shard; the answer is the number of its pages."""

    @abstractmethod
    def _finding(self, shard: int, tags: Codes) -> Iterable[Command]:
        """Read who sits in these buckets."""


class Hash(Other):
    """Pages in a hash, changed entry by entry by a function."""

    def _adding(self, shard: int, tags: Codes, numbers: Longs) -> Command:
        return call("bench_hash", _keys(shard, "pages"), _packed(tags, numbers), "1")

    def _finding(self, shard: int, tags: Codes) -> Iterable[Command]:
        yield ("HMGET", keys.key(shard, "pages"), *self._homes(shard, tags))


class HashUnchecked(Hash):
    """The same without looking for an entry before it is added."""

    def _adding(self, shard: int, tags: Codes, numbers: Longs) -> Command:
        return call("bench_hash", _keys(shard, "pages"), _packed(tags, numbers), "")


class Append(Other):
    """Pages of 64 entries as strings, which grow by APPEND."""

    def _adding(self, shard: int, tags: Codes, numbers: Longs) -> Command:
        homes = self._homes(shard, tags)
        packed = _packed(tags, numbers)
        entries: dict[int, bytes] = {}
        for i, home in enumerate(homes):
            entries[home] = entries.get(home, b"") + packed[8 * i : 8 * i + 8]
        arguments = (part for pair in entries.items() for part in pair)
        return call("bench_append", _keys(shard, "p"), self._pages[shard], *arguments)

    def _finding(self, shard: int, tags: Codes) -> Iterable[Command]:
        yield ("MGET", *(keys.key(shard, f"p{home}") for home in self._homes(shard, tags)))


class Fields(Other):
    """A field for each bucket in small hashes, which are kept packed."""

    hashes: Final = ARTICLES * BUCKETS // keys.SHARDS // PACKED

    def _adding(self, shard: int, tags: Codes, numbers: Longs) -> Command:
        packed = numbers.astype("<u4").tobytes()
        arguments = (
            part
            for i, tag in enumerate(tags.tolist())
            for part in (*self._place(tag), packed[4 * i : 4 * i + 4])
        )
        return call("bench_fields", _keys(shard), *arguments)

    def _finding(self, shard: int, tags: Codes) -> Iterable[Command]:
        for tag in tags.tolist():
            number, field = self._place(tag)
            yield ("HGET", keys.key(shard, f"shard{number}"), field)

    def _place(self, tag: int) -> tuple[int, bytes]:
        return tag % self.hashes, (tag // self.hashes).to_bytes(4, "little")[:3]


LAYOUTS: Final[Mapping[str, Callable[[Connection], Layout]]] = {
    "pages in a hash, composed by the worker (chosen)": Chosen,
    "pages in a hash, changed by a function": Hash,
    "the same, adding without a look": HashUnchecked,
    "pages as strings, APPEND": Append,
    "a field for each bucket, small hashes": Fields,
}


def layouts(articles: int = ARTICLES) -> Iterator[Table]:
    """One table: each layout, filled with the same made-up buckets."""
    yield Table(
        "layouts",
        "Layouts of the index",
        [
            "layout",
            "server, µs a bucket",
            "to read only",
            "client, µs a bucket",
            "bytes a bucket",
            "written, bytes an article",
        ],
        [[name, *_measured(make, articles)] for name, make in LAYOUTS.items()],
        f"{articles:,} articles of {BUCKETS} buckets, {POPULAR} of them popular, in batches of {BATCH}."
        " Processor time over the last quarter: putting a bucket's entry in and reading who sits there; reading alone."
        " Memory of the server. Written: to the append-only file.",
    )


def _measured(make: Callable[[Connection], Layout], articles: int) -> Iterator[Cell]:
    with (
        TemporaryDirectory(prefix="copytrail-bench-") as folder,
        EmbeddedServer(Path(folder), "everysec") as server,
    ):
        server.start()
        link = Connection(server.url)
        redis = link.primaries()[0]
        redis.config_set("auto-aof-rewrite-percentage", 0)
        layout, before = make(link), redis.info("memory")["used_memory"]
        batches = _batches(articles)
        early = int(len(batches) * (1 - MEASURED))
        for first, sketches in progress(batches[:early], "filling"):
            layout.add(sketches, first)
        written, busy, client = _written(redis), _busy(redis), process_time()
        for first, sketches in batches[early:]:
            layout.add(sketches, first)
        count = BUCKETS * BATCH * (len(batches) - early)
        added, spent, volume = _busy(redis) - busy, process_time() - client, _written(redis) - written
        memory = redis.info("memory")["used_memory"] - before
        busy = _busy(redis)
        for _, sketches in batches[early:]:
            layout.find(sketches)
        read = _busy(redis) - busy
        link.close()
    yield from (1e6 * added / count, 1e6 * read / count, 1e6 * spent / count)
    yield from (memory / (BUCKETS * articles), BUCKETS * volume / count)


def _batches(articles: int) -> list[tuple[int, list[Hashes]]]:
    """The first number and the buckets of the articles of each batch."""
    rng = np.random.default_rng(1)
    popular = rng.integers(0, 2**64, 5000, dtype=np.uint64)
    return [(first, [_sketch(rng, popular) for _ in range(BATCH)]) for first in range(0, articles, BATCH)]


def _sketch(rng: np.random.Generator, popular: Hashes) -> Hashes:
    buckets = rng.integers(0, 2**64, BUCKETS, dtype=np.uint64)
    buckets[:POPULAR] = popular[np.minimum(rng.zipf(1.3, POPULAR), len(popular)) - 1]
    return np.unique(buckets)


def _parts(buckets: Hashes) -> Iterator[tuple[int, Codes, Longs]]:
    """Of each shard its tags and their places."""
    shards, tags = keys.shards_of_buckets(buckets), kept_of(tags_of(buckets))
    for shard in range(keys.SHARDS):
        at = np.flatnonzero(shards == shard)
        yield shard, tags[at], at


def _packed(tags: Codes, numbers: Longs) -> bytes:
    return np.stack((tags, numbers.astype(np.uint32)), axis=1).astype("<u4").tobytes()


def _keys(shard: int, *names: str) -> list[str]:
    return [keys.key(shard, name) for name in ("shard", *names)]


def _busy(redis: Redis) -> float:
    """Seconds that the server has computed."""
    cpu = redis.info("cpu")
    return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])


def _written(redis: Redis) -> int:
    return int(redis.info("persistence")["aof_current_size"])
