"""An archive put back into an empty store: what `backup.py` wrote, in the order in which it did.

Articles keep their numbers, clusters and events their ids. The index follows from the texts. What moved while the
backup was taken is queued, so that the workers derive it anew: articles handled meanwhile, and deletions, which are
done once more. Until all of it is on the disk the store is marked, and nobody else works with it.

Numbers and ids that were given out after the backup are not given out again: what they named is no more, and whoever
kept one must not be shown something else. So counting goes on behind a gap.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from time import time
from typing import Final, NamedTuple, TypeVar

import numpy as np

from copytrail.compiled import Hashes
from copytrail.document import analyse
from copytrail.errors import InvalidArchive, StoreNotEmpty
from copytrail.hashing import distinct
from copytrail.sketch import BLOCK_LANE, INDEX_VERSION, LANE, sketch
from copytrail.store import keys, names, queue, whereabouts
from copytrail.store.archive import Record
from copytrail.store.articles import Articles, unpack_text
from copytrail.store.backup import FIELDS, OF_THE_INDEX
from copytrail.store.connection import Command, call
from copytrail.store.index import Index
from copytrail.store.work import Task

NUMBERS_GAP: Final = 1_000_000
"""Articles that may have come between a backup and its restore; there are 4 billion numbers."""
GAP: Final = 1_000_000_000
"""Clusters and events that may have come between a backup and its restore."""
_AT_ONCE: Final = (
    1000  # records put back together: the more articles, the fewer pages of the index are written twice
)
_WORKER: Final = "restore"
_FIELDS: Final = FIELDS.split()
_OPENING: Final = {keys.VERSION, keys.PARTITIONS}  # what opening an empty store writes
T = TypeVar("T")


class _Article(NamedTuple):
    """An article of the archive: the names that stand for it, its fields without empty ones, its pairs."""

    number: int
    held: list[str]
    fields: dict[str, bytes]
    pairs: dict[int, bytes]

    @classmethod
    def of(cls, values: Sequence[bytes]) -> _Article:
        number, held, *rest = values
        fields, pairs = rest[: len(_FIELDS)], rest[len(_FIELDS) :]
        known = {name: value for name, value in zip(_FIELDS, fields, strict=True) if value}
        others = dict(zip(map(int, pairs[::2]), pairs[1::2], strict=True))
        return cls(int(number), held.decode().splitlines(), known, others)

    @property
    def is_indexed(self) -> bool:
        """Whether a worker has handled it, as it is, and did not set it aside."""
        return self.fields["status"] == b"indexed"


@dataclass
class _Known:
    """What is known of the archive so far.

    `pairs` are those kept whose other article was not there yet, as number << 32 | other. `again`: articles to be
    handled once more. `judged`: with whom an article has a verdict.
    """

    now: int
    same_index: bool = True
    articles: set[int] = field(default_factory=set)
    pairs: array[int] = field(default_factory=lambda: array("Q"))
    again: set[int] = field(default_factory=set)
    judged: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    last_event: int = 0


class Restore(Articles, Index):
    """Filling an empty store from an archive."""

    def restore(self, records: Iterable[Record]) -> Iterator[int]:
        """Put back all records; answers first how many articles there will be, then as it goes on how many there are.

        Raises StoreNotEmpty when the store has anything in it, InvalidArchive when the archive is not whole: the store
        is then marked as unfinished, and is to be emptied.
        """
        written_as = self._begin()
        known = _Known(round(time() * 1000))
        for kind, of_kind in groupby(records, key=lambda record: record[0]):
            put = getattr(self, f"_put_{kind}", None)
            if put is None:
                raise InvalidArchive(
                    f"The archive has records of a kind this program does not know: {kind!r}."
                )
            for some in _in_turn(values for _, values in of_kind):
                put(known, some)
                if kind == "header":
                    yield int(json.loads(some[0][0])["articles"])
                if kind == "article":
                    yield len(known.articles)
        self._settle(known)
        self._all_durable()
        self._link.one(("SET", keys.VERSION, written_as))
        self._all_durable()

    def _begin(self) -> bytes:
        """Mark the store; what is to stand there when all is done."""
        for server in self._link.primaries():
            for key in server.scan_iter("ct:*", count=_AT_ONCE):
                if key.decode() not in _OPENING:
                    raise StoreNotEmpty(
                        f"A restore needs an empty store on which nothing runs; this one has {key.decode()}. Name "
                        "another folder with COPYTRAIL_DATA, or another server with COPYTRAIL_REDIS_URL."
                    )
        written_as: bytes = self._link.one(("GET", keys.VERSION))
        self._link.one(("SET", keys.VERSION, keys.RESTORING))
        return written_as

    def _put_header(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        known.same_index = json.loads(records[0][0])["index"] == INDEX_VERSION

    def _put_article(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        articles = [_Article.of(values) for values in records]
        known.articles.update(article.number for article in articles)
        known.pairs.extend(
            a.number << 32 | other for a in articles for other in a.pairs if other not in known.articles
        )
        self._link.run([command for article in articles for command in _article_commands(article, known.now)])
        self._enqueue([a.number for a in articles if a.fields["status"] == b"queued"])
        if known.same_index:
            self._put_into_index([article for article in articles if article.is_indexed])
        else:
            known.again.update(article.number for article in articles if article.is_indexed)

    def _put_into_index(self, articles: Sequence[_Article]) -> None:
        if articles:
            stretches = [_stretches(article) for article in articles]
            sketches = [_buckets(article, left) for article, left in zip(articles, stretches, strict=True)]
            self.index(_WORKER, [_task(article) for article in articles], sketches, stretches)

    def _put_webhook(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        for name, webhook, progress in records:
            self._link.run(
                [("HSET", keys.DELIVERIES, name, progress), ("HSET", keys.WEBHOOKS, name, webhook)]
            )

    def _put_test(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        self._link.run([("SADD", keys.TESTS, name) for (name,) in records])

    def _put_cluster(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        commands: list[Command] = []
        for name, packed in records:
            record = json.loads(packed)
            commands += [("HSET", keys.CLUSTERS, name, packed), ("ZADD", keys.ORDER, record["seen"], name)]
            commands.append(("HSET", keys.MEMBER, *(part for n in record["members"] for part in (n, name))))
        self._link.run(commands)

    def _put_merged(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        self._link.run([("HSET", keys.MERGED, *record) for record in records])

    def _put_event(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        self._link.run([("XADD", keys.EVENTS, f"0-{int(number)}", "e", packed) for number, packed in records])
        known.last_event = int(records[-1][0])

    def _put_untold(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        self._link.run(
            [
                ("XADD", keys.key(int(s), "outbox"), "*", "type", what, "article", name)
                for s, what, name in records
            ]
        )

    def _put_absent(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        """Members of clusters that are no articles of the archive: as if they were being deleted, so they leave."""
        commands: list[Command] = []
        numbers = [int(number) for number, _ in records]
        for number, (_, name) in zip(numbers, records, strict=True):
            fields = ("id", name, "names", "", "version", 1, "status", "deleted", "updated", known.now)
            commands += [("HSET", keys.article(number), *fields), _waiting(number, known.now)]
        self._link.run(commands)
        self._enqueue(numbers)

    def _put_verdict(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        for name, packed in records:
            a, b, _, said = json.loads(packed)
            if {a, b} <= known.articles:
                known.judged[a].add(b)
                known.judged[b].add(a)
                at, says, *_ = said[-1]
                counts: list[Command] = [("ZADD", keys.JUDGED_AT, at, name)] if says else []
                self._link.run([("HSET", keys.VERDICTS, name, packed), *counts])

    def _put_gone(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        numbers = [number for (packed,) in records for number in queue.unpack(packed)]
        deleting = [call("ct_delete", [keys.key(keys.shard_of(n), "shard")], known.now, n) for n in numbers]
        noted = dict(zip(numbers, self._link.run(deleting), strict=True))
        names.forget(self._link, {number: name.decode() for number, name in noted.items() if name})
        self._enqueue(numbers)

    def _put_moved(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        known.again.update(number for (packed,) in records for number in queue.unpack(packed))

    def _put_counters(self, known: _Known, records: Sequence[Sequence[bytes]]) -> None:
        number, cluster, secret, expired = records[0]
        commands: list[Command] = [
            ("SET", keys.NEXT_NUMBER, int(number) + NUMBERS_GAP),
            ("SET", keys.NEXT_CLUSTER, int(cluster) + GAP),
            ("HSET", keys.key(0, "shard"), "expired", int(expired)),
            ("XADD", keys.EVENTS, f"0-{known.last_event + GAP}", "e", ""),
            ("XDEL", keys.EVENTS, f"0-{known.last_event + GAP}"),
        ]
        self._link.run([*commands, ("SET", keys.SECRET, secret)] if secret else commands)

    def _settle(self, known: _Known) -> None:
        """What could not be said before all articles were known."""
        loose = [(pair >> 32, pair & 0xFFFFFFFF) for pair in known.pairs]
        for some in _in_turn(pair for pair in loose if pair[1] not in known.articles):
            self._link.run([("HDEL", keys.edges(number), other) for number, other in some])
        for judged in _in_turn(known.judged.items()):
            noted = [(number, f" {' '.join(map(str, sorted(others)))} ") for number, others in judged]
            self._link.one(("HSET", keys.JUDGED, *(part for item in noted for part in item)))
        living = self._link.run([("ZCARD", keys.key(shard, "arrived")) for shard in range(keys.SHARDS)])
        self._link.run([("HSET", keys.key(s, "shard"), "articles", count) for s, count in enumerate(living)])
        for again in _in_turn(sorted(known.again)):
            self._look_again(again)

    def _all_durable(self) -> None:
        synced = [keys.key(shard, "synced") for shard in range(keys.SHARDS)]
        self._link.confirm_durable([keys.CLUSTERS_SYNCED, *synced], self.settings.replicas)


def _article_commands(article: _Article, now: int) -> Iterator[Command]:
    """What writes an article, all but its place in the index."""
    number, of_shard = article.number, keys.prefix(keys.shard_of(article.number))
    kept = [item for item in article.fields.items() if item[0] not in OF_THE_INDEX]
    yield ("HSET", keys.article(number), *(part for item in kept for part in item))
    for name in article.held:
        kind = names.IDS if name[0] == names.IDS[0] else names.URLS
        yield ("HSET", keys.key(keys.shard_of_name(name[1:]), kind), name[1:], number)
    if article.pairs:
        yield ("HSET", keys.edges(number), *(part for pair in article.pairs.items() for part in pair))
    yield ("ZADD", f"{of_shard}arrived", article.fields["seen"], number)
    if source := article.fields.get("source"):
        yield ("ZADD", f"{of_shard}arrived:{source.decode()}", article.fields["seen"], number)
    if article.fields["status"] == b"failed":
        yield ("ZADD", f"{of_shard}failed", article.fields["updated"], number)
    if article.fields["status"] == b"queued":
        yield _waiting(number, now)


def _waiting(number: int, now: int) -> Command:
    return ("ZADD", keys.key(keys.shard_of(number), "queued"), now, number)


def _stretches(article: _Article) -> tuple[tuple[int, int], ...]:
    """The stretches of the text that are left out because the site repeats them."""
    packed = np.frombuffer(article.fields.get("repeated", b""), "<u4")
    return tuple((first, stop) for first, stop in packed.reshape(-1, 2).tolist())


def _buckets(article: _Article, left_out: Sequence[tuple[int, int]]) -> Hashes:
    """The buckets an article sits in: those of its text, and those noted of its lines."""
    language = json.loads(article.fields["meta"]).get("language")
    document = analyse(unpack_text(article.fields["text"]), language).without_repeats(tuple(left_out))
    noted = whereabouts.read(article.fields.get("buckets", b""))
    return distinct(np.concatenate((sketch(document), noted[(noted & LANE) == BLOCK_LANE])))


def _task(article: _Article) -> Task:
    """The article as the index wants to know it: in no bucket yet."""
    nowhere = np.empty(0, np.uint64)
    return Task(article.number, int(article.fields["version"]), 1, None, None, "", nowhere, frozenset())


def _in_turn(items: Iterable[T]) -> Iterator[list[T]]:
    turns = iter(items)
    while some := list(islice(turns, _AT_ONCE)):
        yield some
