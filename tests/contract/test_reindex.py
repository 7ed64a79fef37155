"""A second index is made beside the live one while everything goes on, and takes its place: with nothing missing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from lifeline import Lifeline

from copytrail.article import Article
from copytrail.document import analyse
from copytrail.errors import IndexVersionMismatch, StoreUnavailable
from copytrail.settings import Settings
from copytrail.sketch import sketch
from copytrail.store import generations, keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from copytrail.store.reindex import NextIndex, Reindex
from copytrail.store.work import TakenOver
from worker.main import Worker
from worker.reindexer import Reindexer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [
    "harbour",
    "council",
    "bridge",
    "flood",
    "market",
    "teacher",
    "engine",
    "river",
    "winter",
    "budget",
    "ferry",
]
FOOTER = "Subscribe to our letter about gardens and read it every Sunday with your coffee."


def article(name: str, edition: int = 0) -> Article:
    """A text of its own; those of one of three sites end with the line that their site repeats."""
    random = Random(f"{name} {edition}")
    told = "\n".join(" ".join(random.choices(WORDS, k=12)).capitalize() + "." for _ in range(5))
    site = random.choice(["north.example", "south.example", "west.example"])
    return Article(name, f"{told}\n{FOOTER}" if site != "west.example" else told, source=site)


class Newsroom:
    """Posts and deletions, a worker, and reindexers, some of which die between two round trips."""

    def __init__(
        self, store: RedisStore, link: Connection, settings: Settings, patch: pytest.MonkeyPatch
    ) -> None:
        self.store = store
        self.random = Random(4)
        self.living: dict[str, Article] = {}
        self._worker = Worker(store, settings)
        self._link, self._settings = link, settings
        self._runs = 0
        self._lifeline = Lifeline(link, patch)

    def post(self, count: int) -> None:
        """Post new articles and new versions of known ones."""
        names = [f"article {self.random.randrange(90)}" for _ in range(count)]
        articles = {name: article(name, self.random.randrange(3)) for name in names}
        self.store.accept(list(articles.values()), NOW)
        self.living |= articles

    def delete(self, count: int) -> None:
        """Delete some."""
        for name in self.random.sample(sorted(self.living), min(count, len(self.living))):
            assert self.store.delete(name)
            del self.living[name]

    def work(self) -> None:
        """Let the worker do all that it may."""
        with suppress(StoreUnavailable):
            while self._worker.turn():
                pass

    def reindexer(self) -> tuple[Reindex, Reindexer]:
        """A run of the command, the only one from now on."""
        self._runs += 1
        reindex = Reindex(self._link, self._settings)
        reindex.begin([f"r{self._runs}"])
        reindex.list_all()
        following = NextIndex(self._link, self._settings, reindex.generation)
        return reindex, Reindexer(following, f"r{self._runs}", 0, 1)

    def dying(self, act: Any, round_trips: int) -> None:  # noqa: ANN401 - any method
        """Do something that ends after so many round trips."""
        with self._lifeline.ends_after(round_trips):
            act()


@pytest.fixture
def newsroom(
    store: RedisStore, link: Connection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Newsroom:
    return Newsroom(store, link, settings, monkeypatch)


def entries(store: RedisStore) -> set[tuple[int, int, str]]:
    """All that is in the live index, by the ids of articles."""
    records: dict[int, str] = {}
    found = set()
    for shard in range(keys.SHARDS):
        tags, numbers = store._entries(shard, store.generation)
        for tag, number in zip(tags.tolist(), numbers.tolist(), strict=True):
            if number not in records:
                (record,) = store.records([number])
                assert record, "an entry of an article that is gone"
                records[number] = record.article_id
            found.add((shard, tag, records[number]))
    return found


def complete(reindex: Reindex, reindexer: Reindexer) -> None:
    reindex.hold()
    while reindex.left():
        reindexer.turn()
    reindex.switch()


def test_it_is_what_a_fresh_index_would_be(store: RedisStore, link: Connection, newsroom: Newsroom) -> None:
    newsroom.post(60)
    newsroom.work()
    reindex, reindexer = newsroom.reindexer()
    for step in range(24):
        newsroom.post(newsroom.random.randint(1, 8))
        newsroom.delete(newsroom.random.randint(0, 2))
        if newsroom.random.random() < 0.6:
            newsroom.work()
        if step % 3 == 2:
            newsroom.dying(reindexer.turn, newsroom.random.randint(1, 12))
            reindex, reindexer = newsroom.reindexer()
        elif step % 3 == 1:
            reindexer.turn()
    reindex.hold()
    newsroom.post(5)
    newsroom.delete(2)
    newsroom.work()  # waits: what it would find must be in the index to come
    assert store.stats()["queued"]
    complete(reindex, reindexer)
    newsroom.work()
    assert store.generation == reindex.generation > 0
    assert not any(store.audit().values())
    made = entries(store)
    for server in link.primaries():
        server.flushall()
    fresh = RedisStore(link, store.settings)
    fresh.accept(list(newsroom.living.values()), NOW)
    worker = Worker(fresh, store.settings)
    while worker.turn():
        pass
    assert made == entries(fresh)


def test_the_live_index_answers_until_the_next_one_does(
    store: RedisStore, settings: Settings, link: Connection, newsroom: Newsroom
) -> None:
    newsroom.post(40)
    newsroom.work()
    reader = RedisStore(link, settings)
    wanted = [sketch(analyse(each.text)) for each in newsroom.living.values()]

    def found() -> list[set[int]]:
        return [set(hits.numbers.tolist()) for hits in reader.find(wanted)]

    before = found()
    reindex, reindexer = newsroom.reindexer()
    while reindexer.turn():
        assert found() == before
    reindex.hold()
    assert found() == before
    counted = reader.stats()["index_entries"]
    complete(reindex, reindexer)
    assert reader.stats()["index_entries"] == counted > 0, "before it asked the index for anything"
    assert found() == before
    assert reader.generation == reindex.generation
    assert not any(reader.audit().values())


def test_an_interrupted_switch_is_finished(store: RedisStore, newsroom: Newsroom) -> None:
    newsroom.post(20)
    newsroom.work()
    before = entries(store)
    for round_trips in range(1, 9):
        reindex, reindexer = newsroom.reindexer()
        while reindexer.turn():
            pass
        reindex.hold()
        newsroom.dying(reindex.switch, round_trips)
        if not reindex.finish_earlier():
            reindex, reindexer = newsroom.reindexer()
            complete(reindex, reindexer)
        assert not reindex.finish_earlier()
        newsroom.work()
        assert entries(store) == before
        assert not any(store.audit().values())


def test_an_article_set_aside_is_in_neither(
    store: RedisStore,
    newsroom: Newsroom,
    fail: Any,  # noqa: ANN401 - a fixture
) -> None:
    newsroom.post(10)
    newsroom.work()
    reindex, reindexer = newsroom.reindexer()
    reindexer.turn()
    name = min(newsroom.living)
    fail(name)
    complete(reindex, reindexer)
    newsroom.work()
    assert name not in {article_id for *_, article_id in entries(store)}
    assert store.retry(name)
    newsroom.work()
    assert name in {article_id for *_, article_id in entries(store)}
    assert not any(store.audit().values())


def test_a_run_that_was_taken_over_writes_no_more(newsroom: Newsroom) -> None:
    newsroom.post(10)
    _, first = newsroom.reindexer()
    newsroom.reindexer()
    with pytest.raises(TakenOver):
        first.turn()


def test_programs_of_two_versions(
    store: RedisStore,
    link: Connection,
    settings: Settings,
    newsroom: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newsroom.post(20)
    newsroom.work()
    older = Worker(store, settings)
    monkeypatch.setattr(generations, "WRITTEN_AS", "2/other")
    with pytest.raises(IndexVersionMismatch, match="copytrail reindex"):
        RedisStore(link, settings)
    reindex, reindexer = newsroom.reindexer()
    while reindexer.turn():
        newsroom.post(1)
        newsroom.work()
    complete(reindex, reindexer)
    newsroom.post(3)  # by a service of the older version
    for refused in (older.turn, lambda: store.find([sketch(analyse(FOOTER))])):
        with pytest.raises(IndexVersionMismatch, match="2/other"):
            refused()
    assert "index_version" in {problem.code for problem in store.health()}
    newer = RedisStore(link, settings)
    assert newer.stats()["queued"] >= 1
    worker = Worker(newer, settings)
    while worker.turn():
        pass
    assert newsroom.living.keys() == {article_id for *_, article_id in entries(newer)}
    assert not any(newer.audit().values())


def test_what_another_version_began_is_dropped(
    store: RedisStore, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.post(20)
    newsroom.work()
    with monkeypatch.context() as patch:
        patch.setattr(generations, "WRITTEN_AS", "2/other")
        begun, reindexer = newsroom.reindexer()
        reindexer.turn()
        begun.hold()
    assert "reindexing" in {problem.code for problem in store.health()}
    reindex, reindexer = newsroom.reindexer()
    assert reindex.generation > begun.generation
    newsroom.post(5)
    newsroom.work()
    complete(reindex, reindexer)
    newsroom.work()
    assert not any(store.audit().values())
    assert newsroom.living.keys() == {article_id for *_, article_id in entries(store)}
