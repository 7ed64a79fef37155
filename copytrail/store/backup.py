"""A backup of everything that is kept, taken while articles come and go.

It is no picture of one moment. Every article that is there from the beginning to the end is in it as it was at some
time in between, and so are all clusters, at one time for all of them. Which articles were handled meanwhile is found
by looking at all of them before and after, and noted: they are handled once more after a restore, so that what moved
during the backup is derived anew. Nobody's clock is asked.

The records of an archive, in their order:

| kind | values |
|---|---|
| `header` | JSON: `index` (version), `taken_at` (ms, the store's clock), `articles` |
| `article` | number, names that stand for it (one a line), `FIELDS`, then number and packed report of each pair |
| `webhook` | id, webhook, progress: with the secret that its messages are signed with |
| `test` | id of a webhook to be sent a test |
| `cluster` | id, record |
| `merged` | id of a cluster that is no more, that it became part of |
| `event` | number, event |
| `untold` | shard, then type and article id of an event that is not in the feed yet |
| `absent` | number and id of a member of a cluster that is not among the articles: new, or about to be removed |
| `verdict` | id, verdict |
| `moved` | numbers, packed, of articles handled meanwhile |
| `gone` | numbers, packed, of articles deleted meanwhile |
| `counters` | last article number, last cluster number, secret of sessions, articles expired |

The index is not kept: it follows from the texts. Neither are posts under an Idempotency-Key nor the queue's entries.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
import xxhash

from copytrail.compiled import Hashes, Longs
from copytrail.errors import StoreUnavailable
from copytrail.sketch import INDEX_VERSION
from copytrail.store import keys, names, queue
from copytrail.store.archive import ArchiveWriter
from copytrail.store.clusters import Clusters
from copytrail.store.shards import read_articles

FIELDS: Final = "id names meta text chars digest version status seen updated failure source buckets repeated"
OF_THE_INDEX: Final = ("buckets", "repeated")  # fields that are written when an article is put into the index
_MARKED: Final = "status version buckets repeated"  # what tells that an article was handled
_AT_ONCE: Final = 500  # articles or entries of one look
_LEASE_SECONDS: Final = 50.0  # less than workers wait for it


class Marks(NamedTuple):
    """The articles there are at one time: their numbers, ascending, and what tells them from later; 0 for one that
    waits for a worker or is in the hands of one.
    """

    numbers: Longs
    marks: Hashes


class Backup(Clusters):
    """Writing everything that is kept into an archive."""

    def backup(self, archive: ArchiveWriter) -> Iterator[int]:
        """Write all records; answers as it goes on how many articles are done, first 0.

        The workers can change no cluster for the time it takes to read all of them, about a second for 100,000.

        Raises StoreUnavailable when the store does not answer, or the clusters cannot be read in time.
        """
        judged, before = dict(self._scan("HSCAN", keys.VERDICTS)), self._marks()
        archive.write("header", self._header(len(before.numbers)))
        yield 0
        written = array("q")
        for some in _in_turn(before.numbers.tolist()):
            written.extend(self._write_articles(archive, some))
            yield len(written)
        self._write_webhooks(archive)
        self._write_clusters(archive, np.array(written, np.int64))
        moved = self._write_verdicts(archive, judged)
        _write_moves(archive, np.array(written, np.int64), moved, before, self._marks())
        self._write_counters(archive)

    def _header(self, articles: int) -> str:
        seconds, micros = self._link.one(("TIME",))
        taken_at = int(seconds) * 1000 + int(micros) // 1000
        return json.dumps({"index": INDEX_VERSION, "taken_at": taken_at, "articles": articles})

    def _marks(self) -> Marks:
        """All articles but those that are being deleted."""
        found: dict[int, int] = {}
        for shard in range(keys.SHARDS):
            waiting = {int(n) for n, _ in self._scan("ZSCAN", keys.key(shard, "queued"))}
            arrived = {int(n) for n, _ in self._scan("ZSCAN", keys.key(shard, "arrived"))}
            for some in _in_turn(sorted(arrived | waiting)):
                for number, fields in read_articles(
                    self._link, "ct_fields", some, self._in_index(_MARKED)
                ).items():
                    if fields[0] not in (None, b"deleted"):
                        found[number] = 0 if number in waiting else _mark(fields)
        numbers = np.array(sorted(found), np.int64)
        return Marks(numbers, np.array([found[number] for number in numbers.tolist()], np.uint64))

    def _write_articles(self, archive: ArchiveWriter, numbers: Sequence[int]) -> Iterator[int]:
        """Write those of the articles that are still there; which they are."""
        found = read_articles(self._link, "ct_fields", numbers, self._in_index(FIELDS))
        pairs = self._link.run([("HGETALL", keys.edges(number)) for number in numbers])
        held = self._held_names({number: fields[1] for number, fields in found.items() if fields[1]})
        for number, near in zip(numbers, pairs, strict=True):
            fields = found[number]
            if fields[2] is None:  # being deleted, or gone
                continue
            values = (value or b"" for value in fields)
            edges = (part for pair in near.items() for part in pair)
            archive.write("article", number, held.get(number, ""), *values, *edges)
            yield number

    def _in_index(self, fields: str) -> str:
        """Fields as articles have them: those of the index carry its number. Should another one become the live index
        meanwhile, all marks change and so all articles are handled once more.
        """
        return " ".join(keys.of(f, self.generation) if f in OF_THE_INDEX else f for f in fields.split())

    def _held_names(self, noted: dict[int, bytes]) -> dict[int, str]:
        """Those of the names that each article notes which stand for it, and not for another with the same URL."""
        lines = {number: packed.decode().splitlines() for number, packed in noted.items()}
        stands = {
            kind: names.look_up(
                self._link, kind, (n[1:] for of in lines.values() for n in of if n[0] == kind[0])
            )
            for kind in (names.IDS, names.URLS)
        }
        by_letter = {kind[0]: known for kind, known in stands.items()}
        return {
            number: "".join(f"{name}\n" for name in of if by_letter[name[0]].get(name[1:]) == number)
            for number, of in lines.items()
        }

    def _write_webhooks(self, archive: ArchiveWriter) -> None:
        """Before the events: how far a webhook got is among them."""
        found, progress = self._link.run([("HGETALL", keys.WEBHOOKS), ("HGETALL", keys.DELIVERIES)])
        for name in sorted(found.keys() & progress.keys()):
            archive.write("webhook", name, found[name], progress[name])
        for name in self._link.one(("SMEMBERS", keys.TESTS)):
            archive.write("test", name)

    def _write_clusters(self, archive: ArchiveWriter, written: Longs) -> None:
        """All clusters and what was told of them, at one time: while no worker may change them."""
        token = self.lease("backup", _LEASE_SECONDS)
        try:
            clusters, merged = (
                dict(self._scan("HSCAN", keys.CLUSTERS)),
                dict(self._scan("HSCAN", keys.MERGED)),
            )
            told, untold = list(self._told()), list(self._untold())
            absent = list(self._absent(clusters.values(), written))
            in_time = self._link.one(("GET", keys.LEASE)) == token.encode()
        finally:
            self.return_lease(token)
        if not in_time:
            raise StoreUnavailable(
                f"The clusters could not be read within {_LEASE_SECONDS:g} s: back up when the store has less to do."
            )
        for kind, records in (
            ("cluster", clusters.items()),
            ("merged", merged.items()),
            ("event", told),
            ("untold", untold),
            ("absent", absent),
        ):
            for record in records:
                archive.write(kind, *record)

    def _told(self) -> Iterator[tuple[bytes, bytes]]:
        """The number of each event of the feed, and the event."""
        first = "-"
        while found := self._link.one(("XRANGE", keys.EVENTS, first, "+", "COUNT", _AT_ONCE)):
            for entry, fields in found:
                yield entry.split(b"-")[1], fields[b"e"]
            first = f"({found[-1][0].decode()}"

    def _untold(self) -> Iterator[tuple[int, bytes, bytes]]:
        for shard in range(keys.SHARDS):
            for _, noted in self._link.one(("XRANGE", keys.key(shard, "outbox"), "-", "+")):
                yield shard, noted[b"type"], noted[b"article"]

    def _absent(self, clusters: Iterable[bytes], written: Longs) -> Iterator[tuple[int, bytes]]:
        """Members of clusters that are not in the archive, and their ids."""
        members = np.array([n for packed in clusters for n in json.loads(packed)["members"]], np.int64)
        for some in _in_turn(np.setdiff1d(members, written).tolist()):
            for number, (name,) in read_articles(self._link, "ct_fields", some, "id").items():
                yield number, name or b""

    def _write_verdicts(self, archive: ArchiveWriter, before: dict[bytes, bytes]) -> list[int]:
        """The articles on which something was said meanwhile."""
        now = dict(self._scan("HSCAN", keys.VERDICTS))
        for item in now.items():
            archive.write("verdict", *item)
        changed = {packed for _, packed in now.items() ^ before.items()}
        return [number for packed in changed for number in json.loads(packed)[:2]]

    def _write_counters(self, archive: ArchiveWriter) -> None:
        counters = self._link.run(
            [("GET", keys.NEXT_NUMBER), ("GET", keys.NEXT_CLUSTER), ("GET", keys.SECRET)]
            + [("HGET", keys.key(shard, "shard"), "expired") for shard in range(keys.SHARDS)]
        )
        number, cluster, secret, *expired = counters
        archive.write("counters", number or 0, cluster or 0, secret or b"", sum(int(n or 0) for n in expired))

    def _scan(self, command: str, key: str) -> Iterator[tuple[bytes, Any]]:
        """What a hash or sorted set has, without holding up the store; something may come twice."""
        cursor = 0
        while True:
            cursor, found = self._link.one((command, key, cursor, "COUNT", _AT_ONCE))
            yield from found.items() if isinstance(found, dict) else found
            if not int(cursor):
                return


def _write_moves(
    archive: ArchiveWriter, written: Longs, moved: Sequence[int], before: Marks, after: Marks
) -> None:
    """Which of the written articles were handled meanwhile, or are yet to be, and which were deleted."""
    archive.write("gone", queue.pack(np.setdiff1d(written, after.numbers).tolist()))
    both, was, now = np.intersect1d(before.numbers, after.numbers, assume_unique=True, return_indices=True)
    handled = (before.marks[was] != after.marks[now]) | (after.marks[now] == 0)
    archive.write("moved", queue.pack(np.intersect1d(written, np.union1d(both[handled], moved)).tolist()))


def _mark(fields: Sequence[bytes | None]) -> int:
    return xxhash.xxh3_64_intdigest(b"\0".join(value or b"" for value in fields)) | 1


def _in_turn(items: Iterable[int]) -> Iterator[list[int]]:
    turns = iter(items)
    while some := list(islice(turns, _AT_ONCE)):
        yield some
