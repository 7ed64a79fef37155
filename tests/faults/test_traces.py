"""What is on the disk: nothing of what was taken down, and all of what a copy was made of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
import zstandard
from redis_cluster import until

from copytrail.article import Article, Limits, parse_article
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.protocol import ClusterFilter
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime.now(UTC)
TEXT = (
    "The harbour of Zanderwick was closed on Sunday because Quillon Marwood had seen the storm coming. " * 4
)
# What is in the article alone. Its id is told as deleted to whoever reads the feed.
MARKS = ["Zanderwick", "Quillon", "secret-page", "Vextable", "Orrinsby"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "data") as own:
        own.start()
        yield own


def opened(server: EmbeddedServer) -> RedisStore:
    return RedisStore(Connection(server.url), Settings(redis_url=server.url, claim_seconds=1))


def work(store: RedisStore) -> None:
    worker = Worker(store, store.settings)
    while worker.turn():
        pass


def test_of_a_deleted_article_nothing_is_left_on_the_disk(server: EmbeddedServer, tmp_path: Path) -> None:
    store = opened(server)
    (primary,) = store._link.primaries()
    primary.config_set("rdbcompression", "no")  # so that what is in a file can be found in it
    described = {"url": "https://vextable.example/secret-page", "title": "Vextable", "author": "Orrinsby"}
    article = parse_article({"id": "a", "text": TEXT, "source": "Vextable"} | described, Limits())
    store.accept([article, Article("b", "Of another thing altogether, in other words than those. " * 5)], NOW)
    store.accept([Article("copy", TEXT)], NOW)
    work(store)
    assert store.clusters(ClusterFilter(), None, 10)[0]
    packed = zstandard.ZstdCompressor(write_checksum=True).compress(TEXT.encode())
    traces = [mark.encode() for mark in MARKS] + [packed[8:-8]]
    assert traces_on_disk(tmp_path, traces) >= {b"secret-page", b"Vextable", b"Orrinsby", packed[8:-8]}
    store.delete("a")
    store.delete("copy")
    work(store)
    primary.bgrewriteaof()
    until(lambda: primary.info("persistence")["aof_rewrite_in_progress"] == 0, "the file was not rewritten")
    until(
        lambda: not traces_on_disk(tmp_path, traces), f"left on the disk: {traces_on_disk(tmp_path, traces)}"
    )
    assert store.text("b")
    assert store.clusters(ClusterFilter(), None, 10)[0] == []
    store.close()


def traces_on_disk(folder: Path, traces: list[bytes]) -> set[bytes]:
    """Those of the byte strings that are in a file of the folder."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {trace for trace in traces if any(trace.lower() in held.lower() for held in files)}


def test_a_copy_of_the_folder_made_at_work_has_what_was_acknowledged_before_it(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    """A backup is a copy of the folder, and is restored by starting on it."""
    store, stop = opened(server), Event()
    store.accept([Article(f"before-{n}", f"{TEXT} It was closed for {n} hours.") for n in range(8)], NOW)

    def post() -> None:
        number = 0
        while not stop.is_set():
            store.accept([Article(f"during-{number}", f"Number {number} came while the copy was made.")], NOW)
            number += 1

    with ThreadPoolExecutor() as threads:
        posting = threads.submit(post)
        try:
            until(lambda: store.text("during-5"), "nothing was posted")
            shutil.copytree(
                tmp_path / "data", tmp_path / "backup", ignore=shutil.ignore_patterns("run", "lock")
            )
        finally:
            stop.set()
        posting.result(20)
    work(store)
    with EmbeddedServer(tmp_path / "backup") as elsewhere:
        elsewhere.start()
        restored = opened(elsewhere)
        work(restored)
        names = [f"before-{n}" for n in range(8)]
        assert [name for name in names if restored.text(name) != store.text(name)] == []
        assert restored.text("during-5") == store.text("during-5")
        assert clusters(restored) == clusters(store)
        restored.accept([Article("after", TEXT)], NOW)
        work(restored)
        assert clusters(restored) == {cluster | {"after"} for cluster in clusters(store)}
        strays = {name for name, count in restored.audit().items() if count}
        assert strays <= {"names"}  # of the post that the copy cut in two
        restored.close()
    store.close()


def clusters(store: RedisStore) -> set[frozenset[str]]:
    found, _ = store.clusters(ClusterFilter(), None, 100)
    return {frozenset(m.article_id for m in store.records(each.members) if m) for each in found}
