"""Ten thousand random operations, a part of them interrupted between two round trips: nothing that is gone stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from lifeline import Lifeline

from copytrail.article import Article
from copytrail.candidates import CROWD
from copytrail.compiled import Hashes
from copytrail.sketch import BLOCK_LANE
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore

OPERATIONS = 10_000
ARTICLES = 600
TOGETHER = 100  # articles that one worker takes in hand
BUCKETS = 5000  # that there are at all
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Newsroom:
    """Posts, deletions and workers, some of which die."""

    def __init__(self, store: RedisStore, link: Connection, patch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.random = Random(20)
        self.buckets = np.random.default_rng(20).integers(0, 2**64, BUCKETS, dtype=np.uint64)
        self.posted: set[str] = set()
        self.workers = 0
        self._link = link
        self._lifeline = Lifeline(link, patch)

    def act(self) -> int:
        """Do something; how many operations that was."""
        what = self.random.random()
        if what < 0.4:
            return self.post(self.random.randint(1, TOGETHER))
        if what < 0.6:
            return self.delete(self.random.randint(1, 15))
        return self.work(round_trips=self.random.randint(0, 13) if what < 0.8 else 1000)

    def post(self, count: int) -> int:
        """Post new articles and new versions of known ones, a few of them unchanged."""
        chosen = [f"{self.random.randrange(ARTICLES)}" for _ in range(count)]
        self.store.accept([Article(i, f"{i}, edition {self.random.randrange(4)}") for i in chosen], NOW)
        self.posted.update(chosen)
        return count

    def delete(self, count: int) -> int:
        """Delete some."""
        chosen = self.random.sample(sorted(self.posted), min(count, len(self.posted)))
        assert all(self.store.delete(article_id) for article_id in chosen)
        self.posted.difference_update(chosen)
        return len(chosen)

    def work(self, round_trips: int) -> int:
        """Handle some of what waits, as another worker than before, which is taken for dead."""
        self.store._fence([f"w{self.workers}"])
        self.workers += 1
        numbers = self.waiting()
        tasks = self.store.begin(f"w{self.workers}", self.random.sample(numbers, min(TOGETHER, len(numbers))))
        sketches = [self.sketch(task.text) for task in tasks]
        with self._lifeline.ends_after(round_trips):
            self.store.index(f"w{self.workers}", tasks, sketches)
            self.store.finish(f"w{self.workers}", tasks)
        return len(tasks)

    def waiting(self) -> list[int]:
        """The numbers of the articles that wait."""
        commands = [("ZRANGE", keys.key(shard, "queued"), 0, -1) for shard in range(keys.SHARDS)]
        return [int(number) for found in self._link.run(commands) for number in found]

    def sketch(self, text: str | None) -> Hashes:
        """Sixty buckets that follow from the text, one of them in all sketches; two are of lines."""
        if text is None:
            return np.empty(0, np.uint64)
        chosen = Random(text).choices(range(1, BUCKETS), k=60)
        found = self.buckets[[0, *chosen]]
        found[-2:] |= BLOCK_LANE
        return np.unique(found)


@pytest.fixture
def hasty(link: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is written need not be on the disk here, which is what would take long."""
    monkeypatch.setattr(link, "confirm_durable", lambda *_: None)
    for server in link.primaries():
        server.config_set("appendfsync", "no")
    yield
    for server in link.primaries():
        server.config_set("appendfsync", "always")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("link", ["server"], indirect=True)
def test_nothing_stays_behind(store: RedisStore, link: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = Newsroom(store, link, monkeypatch)
    done = 0
    while done < OPERATIONS:
        done += newsroom.act()
    while newsroom.waiting():
        newsroom.work(round_trips=1000)
    found = store.audit()
    assert not any(found[kind] for kind in ("index_entries", "counters", "names"))
    _sits_where_it_should(store, newsroom)
    newsroom.delete(ARTICLES)
    while newsroom.waiting():
        newsroom.work(round_trips=1000)
    assert not any(store.audit().values())
    assert store.stats()["index_entries"] == store.stats()["articles"] == 0
    assert store.stats()["index_overflow"] > 0
    assert not any(link.run([("EXISTS", keys.key(shard, "pages")) for shard in range(keys.SHARDS)]))


def _sits_where_it_should(store: RedisStore, newsroom: Newsroom) -> None:
    records = [record for name in newsroom.posted if (record := store.record(name))]
    sketches = [newsroom.sketch(store.text(record.article_id)) for record in records]
    for record, sketch, hits in zip(records, sketches, store.find(sketches), strict=True):
        own = hits.buckets[hits.numbers == record.number]
        assert len(own) >= len(sketch) - 1  # the bucket that all are in keeps the newest
        assert len(np.unique(hits.numbers[hits.buckets == newsroom.buckets[0]])) <= CROWD
