"""A disk that is full, or that does not take what it is given."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from real import Real

from copytrail.article import Article
from copytrail.errors import StoreFull, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store import connection, embedded
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime.now(UTC)
ROOM = 600_000  # bytes that a file may have: what a full disk is to a store whose file is as long
NO_BOUND = resource.RLIM_INFINITY, resource.RLIM_INFINITY
ENDLESS = 500  # batches of articles that no such disk holds


def bound() -> None:
    """Leave the process room for that much; its parent may give it more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedServer]:
    """A server with little room."""

    def prepare() -> None:
        die_with_parent()
        bound()

    die_with_parent = embedded.die_with_parent
    monkeypatch.setattr(embedded, "die_with_parent", prepare)
    with EmbeddedServer(tmp_path / "data") as own:
        yield own


def batch(number: int) -> list[Article]:
    """Articles that nothing makes smaller."""
    chance = random.Random(number)
    texts = (" ".join(f"{chance.getrandbits(64):x}" for _ in range(300)) for _ in range(5))
    return [Article(f"{number}-{n}", text) for n, text in enumerate(texts)]


def test_a_full_disk_refuses_writes_answers_reads_and_recovers(server: EmbeddedServer) -> None:
    process = server.start()
    store = RedisStore(Connection(server.url), Settings(redis_url=server.url, claim_seconds=1))
    acknowledged: list[Article] = []
    try:
        for number in range(ENDLESS):
            store.accept(batch(number), NOW)
            acknowledged += batch(number)
    except StoreUnavailable:  # a server that writes before each answer ends
        process.wait(10)
        process = server.start()
    assert len(acknowledged) > 20
    with pytest.raises(StoreFull):
        for number in range(ENDLESS, 2 * ENDLESS):
            store.accept(batch(number), NOW)
            acknowledged += batch(number)
    assert process.poll() is None
    assert "disk_full" in {problem.code for problem in store.health() if problem.fatal}
    assert [article.id for article in acknowledged if store.text(article.id) != article.text] == []
    with pytest.raises(StoreFull):
        Worker(store, store.settings).turn()
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, NO_BOUND)
    connection._patiently(lambda: store.accept([Article("after", "There is room again.")], NOW))
    assert "disk_full" not in {problem.code for problem in store.health()}
    process.kill()
    process.wait()
    server.start()
    assert [article.id for article in acknowledged if store.text(article.id) != article.text] == []
    assert store.text("after") == "There is room again."
    store.close()


def test_an_answer_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server that does not write to its disk by itself nothing is acknowledged, however it is set up."""
    monkeypatch.setattr(connection, "_DURABLE_MS", 300)
    with EmbeddedServer(tmp_path / "data", "everysec") as server:
        server.start()
        store = RedisStore(Connection(server.url), Settings(redis_url=server.url))
        store.accept([Article("a", "A text.")], NOW)
        (primary,) = store._link.primaries()
        primary.config_set("appendfsync", "no")
        with pytest.raises(StoreUnavailable, match="did not write to its disk"):
            store.accept([Article("b", "Another text.")], NOW)
        with pytest.raises(StoreUnavailable, match="did not write to its disk"):
            store.delete("a")
        assert "late_sync" in {problem.code for problem in store.health()}
        primary.config_set("appendfsync", "always")
        store.accept([Article("c", "A third text.")], NOW)
        store.close()


@pytest.mark.long
def test_all_of_it_lives_through_a_full_disk(tmp_path: Path) -> None:
    with Real(tmp_path, {"COPYTRAIL_CLAIM_SECONDS": "2"}, prepare=bound) as real:
        acknowledged: list[str] = []
        refused = 0
        with httpx.Client(base_url=real.url, timeout=30) as http:
            for number in range(ENDLESS):
                posted = [{"id": article.id, "text": article.text} for article in batch(number)]
                answer = http.post("/v1/articles", json=posted)
                if answer.status_code == 202:
                    acknowledged += [str(article["id"]) for article in posted]
                    continue
                assert answer.status_code == 503, answer.text
                assert int(answer.headers["Retry-After"]) > 0
                refused += "refuses writes" in answer.json()["detail"]
                if refused > 3:
                    break
            assert refused > 3
            assert http.get(f"/v1/articles/{acknowledged[0]}").status_code == 200
            ready = http.get("/readyz")
            assert (ready.status_code, ready.json()["problems"][0]["code"]) == (503, "disk_full")
            for pid in [*real.children(), real.pid]:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_BOUND)
            real.until_ready()
            assert http.post("/v1/articles?wait=30", json={"id": "after", "text": "Room."}).status_code == 202
            gone = [name for name in acknowledged if not http.get(f"/v1/articles/{name}/text").is_success]
            assert gone == []
