"""A backup taken while articles come and go, and what is there after it was put back."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Event, Thread
from typing import Any

import pytest
from samples import ARTICLES, SLUGS, story

from copytrail.article import Article
from copytrail.document import analyse
from copytrail.errors import FeedCut, IndexVersionMismatch, InvalidArchive, StoreNotEmpty
from copytrail.events import EventType
from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.sketch import sketch
from copytrail.store import backup as backup_module
from copytrail.store.archive import ArchiveWriter, check_archive, read_archive
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.protocol import ClusterFilter
from copytrail.store.redis import RedisStore
from copytrail.store.restore import GAP, NUMBERS_GAP
from copytrail.verdicts import Opinion, Says
from copytrail.webhooks import Progress, Secret, Webhook
from worker.ingest import give_up
from worker.main import Worker

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DISTINCT = [story(slug)[0]["text"] for slug in SLUGS]


@pytest.fixture(scope="module")
def second_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path_factory.mktemp("second"), "everysec") as running:
        running.start()
        yield running


@pytest.fixture
def second(second_server: EmbeddedServer) -> Iterator[RedisStore]:
    """An empty store on a server of its own."""
    connection = Connection(second_server.url)
    yield emptied(connection)
    connection.close()


def emptied(link: Connection) -> RedisStore:
    for primary in link.primaries():
        primary.flushall()
    return RedisStore(link, Settings(redis_url=link.url, claim_seconds=1))


def archive_of(store: RedisStore) -> io.BytesIO:
    file = io.BytesIO()
    archive = ArchiveWriter(file)
    for _ in store.backup(archive):
        pass
    archive.end()
    file.seek(0)
    return file


def put_back(store: RedisStore, archive: io.BytesIO) -> None:
    check_archive(archive)
    for _ in store.restore(read_archive(archive)):
        pass


def work(store: RedisStore) -> None:
    worker = Worker(store, store.settings)
    while worker.turn():
        pass


def post(store: RedisStore, texts: dict[str, str], at: datetime = NOW) -> None:
    store.accept([Article(key, text, url=f"https://{key}.example/") for key, text in texts.items()], at)


def fill(store: RedisStore) -> None:
    """A store with something of everything."""
    stories = [
        Article(each["id"], each["text"], source=each.get("source"), language=each.get("language"))
        for each in ARTICLES
    ]
    store.accept(stories, NOW)
    work(store)
    post(
        store, {"poison": "An article that nobody can handle.", "gone": DISTINCT[0]}, NOW + timedelta(hours=1)
    )
    work(store)
    failed = store.record("poison")
    assert failed
    give_up(store, Library(store), "tests", store.begin("tests", [failed.number]), "It is poison.")
    store.accept([Article("alias", "An article that nobody can handle.", url="https://poison.example/")], NOW)
    work(store)
    a, b = (record.number for each in ARTICLES[:2] if (record := store.record(each["id"])))
    store.judge(a, b, Opinion(NOW, Says.DISPUTE, "Not the same.", "us"))
    store.add_webhook(
        Webhook(
            "wh_1", "https://hook.example/", (), Secret.of(b"k" * 32), NOW, Progress(store.newest_event())
        )
    )
    store.delete("gone")
    work(store)


def everything(store: RedisStore) -> dict[str, object]:
    """All that can be asked of a store."""
    numbers = range(1, len(ARTICLES) + 10)
    records = [record for record in store.records(numbers) if record]
    texts = store.texts(numbers)
    clusters, _ = store.clusters(ClusterFilter(), None, 1000)
    sketches = [sketch(analyse(found.text)) for found in texts if found]
    hits = [set(zip(h.buckets.tolist(), h.numbers.tolist(), strict=True)) for h in store.find(sketches)]
    counted = store.stats()
    return {
        "records": records,
        "ids": [store.record(record.article_id) for record in records],
        "alias": store.record("alias"),
        "texts": texts,
        "editions": store.editions(numbers),
        "edges": store.edges([record.number for record in records]),
        "clusters": clusters,
        "hits": hits,
        "events": store.events(None, 10_000),
        "verdicts": store.verdicts(None, 100),
        "webhooks": store.webhooks(),
        "secret": store.secret(),
        "failed": store.failed(),
        "counts": [counted[name] for name in ("articles", "clusters", "queued", "failed", "index_entries")],
        "audit": store.audit(),
    }


def same(found: dict[str, object], wanted: dict[str, object]) -> None:
    """Compared one by one: a difference can be read."""
    for name, value in wanted.items():
        if isinstance(value, list):
            for one, other in zip(found[name], value, strict=True):  # type: ignore[call-overload]
                assert one == other, name
        assert found[name] == value, name


def test_a_quiet_store_comes_back_as_it_was_whatever_keeps_it(store: RedisStore, second: RedisStore) -> None:
    """From one server, or a cluster, to another server and back."""
    fill(store)
    before = everything(store)
    assert before["alias"] == store.record("poison")
    put_back(second, archive_of(store))
    same(everything(second), before)
    again = emptied(store._link)
    put_back(again, archive_of(second))
    same(everything(again), before)
    assert not any(again.audit().values())


def test_a_restored_store_carries_on(store: RedisStore, second: RedisStore) -> None:
    fill(store)
    put_back(second, archive_of(store))
    known = next(record for record in second.records(range(1, 20)) if record and record.cluster)
    text = second.text(known.article_id)
    post(
        second,
        {"copy": str(text), "fresh": "Nothing that was ever told before, told now for the first time."},
    )
    second.delete(ARTICLES[-1]["id"])
    work(second)
    copy = second.record("copy")
    assert copy
    assert copy.cluster == known.cluster
    assert copy.number > NUMBERS_GAP
    assert second.cluster_ids(1) > [f"c_{GAP}"]
    assert not any(second.audit().values())


def test_who_read_on_after_the_backup_is_told_so(store: RedisStore, second: RedisStore) -> None:
    """Events that the restored store does not know are never taken for others of the same number."""
    fill(store)
    archive = archive_of(store)
    newest = store.newest_event()
    put_back(second, archive)
    assert second.events(newest, 10) == []
    with pytest.raises(FeedCut):
        second.events(newest + 3, 10)
    second.delete(ARTICLES[0]["id"])
    assert [event.id > newest + GAP for event in second.events(newest, 1)] == [True]
    with pytest.raises(FeedCut):
        second.events(newest + 3, 10)


class Newsroom:
    """A client that posts, changes and deletes articles, and knows which of the first ones it left alone."""

    def __init__(self, store: RedisStore, seed: int) -> None:
        self.store = store
        self.random = random.Random(seed)
        self.first = {f"first-{n}": self.text() for n in range(90)}
        self.touched: set[str] = set()
        self.posted = 0
        self._stop = Event()
        post(store, self.first)

    def text(self) -> str:
        """An article, as it is or with some words changed: clearly a copy or none, whoever comes first."""
        words = self.random.choice(DISTINCT).split(" ")
        for place in self.random.sample(range(len(words)), self.random.choice([0, len(words) // 12])):
            words[place] = f"w{self.random.randrange(10**6)}"
        return " ".join(words)

    def run(self) -> None:
        """Keep the store busy until told to stop."""
        while not self._stop.wait(0.01):
            what, key = self.random.random(), f"first-{self.random.randrange(90)}"
            if what < 0.1:
                self.touched.add(key)
                self.store.delete(key)
            elif what < 0.25:
                self.touched.add(key)
                post(self.store, {key: self.text()}, NOW + timedelta(days=1))
            else:
                post(self.store, {f"later-{self.posted}": self.text()}, NOW + timedelta(days=1))
                self.posted += 1

    def busy(self, act: Callable[[], io.BytesIO]) -> io.BytesIO:
        """What comes of doing something while this client and a worker are at it."""
        worker = Thread(target=Worker(self.store, self.store.settings).run, args=[self._stop])
        client = Thread(target=self.run)
        worker.start()
        client.start()
        try:
            while not self.store.stats()["clusters"]:
                self._stop.wait(0.05)
            return act()
        finally:
            self._stop.set()
            client.join()
            worker.join()


def partition(store: RedisStore, keys: Sequence[str]) -> frozenset[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for key in keys:
        record = store.record(key)
        if record and record.cluster:
            groups.setdefault(record.cluster, set()).add(key)
    return frozenset(map(frozenset, groups.values()))


@pytest.mark.parametrize("link", ["server"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_busy_store_loses_nothing_and_its_clusters_come_out_the_same(
    store: RedisStore, second: RedisStore, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_module, "_AT_ONCE", 5)  # many looks, so that much happens between them
    newsroom = Newsroom(store, seed)
    put_back(second, newsroom.busy(lambda: archive_of(store)))
    assert newsroom.touched
    assert newsroom.posted
    work(second)
    untouched = newsroom.first.keys() - newsroom.touched
    for key in untouched:
        ours, theirs = second.record(key), store.record(key)
        assert ours
        assert theirs
        assert (ours.number, ours.first_seen_at) == (theirs.number, NOW)
        assert second.text(key) == newsroom.first[key]
    assert not any(second.audit().values())
    keys = [*newsroom.first, *(f"later-{n}" for n in range(newsroom.posted))]
    texts = {key: text for key in keys if (text := second.text(key)) is not None}
    found = partition(second, keys)
    fresh = emptied(store._link)
    post(fresh, texts)
    work(fresh)
    assert found == partition(fresh, keys)
    assert replayed(second) == found


def replayed(store: RedisStore) -> frozenset[frozenset[str]]:
    """The clusters as somebody knows them who only reads the feed."""
    members: dict[str, set[str]] = {}
    for event in store.events(None, 100_000):
        told: dict[str, Any] = event.to_json()
        if event.type.startswith("cluster."):
            known = members.setdefault(told["cluster"], set())
            known.difference_update(told["left"])
            known.update(told["joined"])
            assert len(known) == told["size"]
        if event.type is EventType.CLUSTER_MERGED:
            for gone in told["clusters"]:
                del members[gone]
    return frozenset(frozenset(group) for group in members.values() if group)


def test_an_archive_of_another_index_is_indexed_anew(
    store: RedisStore, second: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    before = everything(store)
    monkeypatch.setattr(backup_module, "INDEX_VERSION", "index-0")
    put_back(second, archive_of(store))
    assert second.stats()["queued"] == len([r for r in before["records"] if r.failure is None])  # type: ignore[attr-defined]
    work(second)
    # Which of many faint pairs are compared depends on the order of arrival; who is in which cluster does not.
    kept = ("records", "ids", "texts", "editions", "verdicts", "webhooks", "failed", "audit")
    same(everything(second), {name: before[name] for name in kept})


def test_a_store_with_something_in_it_is_left_alone(store: RedisStore, second: RedisStore) -> None:
    post(store, {"a": DISTINCT[0]})
    post(second, {"b": DISTINCT[1]})
    with pytest.raises(StoreNotEmpty, match="needs an empty store"):
        put_back(second, archive_of(store))
    assert second.text("b") == DISTINCT[1]
    assert second.text("a") is None


def test_a_store_that_was_not_wholly_restored_says_so_to_all(store: RedisStore, second: RedisStore) -> None:
    fill(store)
    archive = archive_of(store)
    for _ in islice(second.restore(read_archive(archive)), 2):
        pass
    with pytest.raises(IndexVersionMismatch, match="restore into this store is under way or was interrupted"):
        RedisStore(second._link, second.settings)
    with pytest.raises(IndexVersionMismatch, match="empty the store"):
        second.join("a worker that was there before")
    archive.seek(0)
    put_back(emptied(second._link), archive)
    assert RedisStore(second._link, second.settings).stats()["articles"] == store.stats()["articles"]


def test_a_cut_stream_leaves_the_store_marked(store: RedisStore, second: RedisStore) -> None:
    post(store, {"a": DISTINCT[0]})
    archive = archive_of(store).getvalue()
    with pytest.raises(InvalidArchive, match="cut short"):
        list(second.restore(read_archive(io.BytesIO(archive[:-20]))))
    with pytest.raises(IndexVersionMismatch):
        RedisStore(second._link, replace(second.settings))
