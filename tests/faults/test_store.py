from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from copytrail.article import Article
from copytrail.errors import DamagedStore, StoreInUse, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store import open_store
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    """A server that a test may harm."""
    with EmbeddedServer(folder) as own:
        yield own


def text_of(name: str) -> str:
    """A text that is like no other."""
    chance = random.Random(name)
    return " ".join(f"word{chance.randrange(10**6)}" for _ in range(60))


def test_nothing_acknowledged_is_lost_when_the_store_is_killed_under_load(server: EmbeddedServer) -> None:
    process = server.start()
    settings = Settings(redis_url=server.url, claim_seconds=1)
    store, stop, posting = RedisStore(Connection(server.url), settings), Event(), Event()
    acknowledged: list[str] = []
    unknown: list[str] = []

    def post() -> None:
        for batch in range(60):
            ids = [f"{batch}-{n}" for n in range(5)]
            try:
                store.accept([Article(name, text_of(name)) for name in ids], NOW)
                acknowledged.extend(ids)
            except StoreUnavailable:
                unknown.extend(ids)
            if batch == 5:
                posting.set()

    with ThreadPoolExecutor() as threads:
        poster, worker = threads.submit(post), threads.submit(Worker(store, settings).run, stop)
        try:
            assert posting.wait(20)
            process.send_signal(signal.SIGKILL)
            process.wait()
            server.start()
            poster.result(30)
            assert store.wait_indexed(acknowledged, 30)
        finally:
            stop.set()
        worker.result(30)
    assert acknowledged[-1] == "59-4"
    assert all(store.text(name) == text_of(name) for name in acknowledged)
    assert len(acknowledged) <= store.stats()["articles"] <= len(acknowledged) + len(unknown)
    assert store.failed() == ([], None)
    store.close()


def test_articles_outlive_the_server(folder: Path) -> None:
    for expected in (None, "A text."):
        store = open_store(Settings(data=folder))
        assert store.text("a") == expected
        store.accept([Article("a", "A text.")], NOW)
        store.close()


def test_one_folder_has_one_owner(folder: Path, server: EmbeddedServer) -> None:
    with pytest.raises(StoreInUse, match="COPYTRAIL_DATA"):
        EmbeddedServer(folder)


def test_nobody_else_may_open_the_socket(server: EmbeddedServer) -> None:
    server.start()
    socket = Path(server.url.removeprefix("unix://"))
    assert socket.parent.stat().st_mode & 0o077 == 0


def test_a_deep_folder_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "data"
    with EmbeddedServer(deep) as server:
        server.start()
        Connection(server.url).close()


def test_the_server_ends_with_the_process_that_started_it(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from copytrail.store.embedded import EmbeddedServer\n"
        "print(EmbeddedServer(Path(sys.argv[1])).start().pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
    EmbeddedServer(folder).close()  # and the folder is free again


def filled(folder: Path) -> Path:
    """The append-only file of a store with 20 articles."""
    store = open_store(Settings(data=folder))
    for n in range(20):
        store.accept([Article(f"n{n}", text_of(f"n{n}"))], NOW)
    store.close()
    (log,) = folder.glob("appendonlydir/*.incr.aof")
    return log


@pytest.mark.parametrize("cut", [7, 400, 3000])
def test_a_cut_tail_costs_what_was_cut_and_no_more(folder: Path, cut: int) -> None:
    log = filled(folder)
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - cut)
    store = open_store(Settings(data=folder))
    kept = [n for n in range(20) if store.record(f"n{n}")]
    assert kept == list(range(len(kept)))
    assert len(kept) >= 19 - cut // 400
    store.accept([Article(f"n{n}", text_of(f"n{n}")) for n in range(len(kept), 20)], NOW)
    worker = Worker(store, store.settings)
    while worker.turn():
        pass
    assert all(store.text(f"n{n}") == text_of(f"n{n}") for n in range(20))
    assert not any(store.audit().values())
    store.close()


def test_damage_in_the_middle_is_refused_with_advice(folder: Path) -> None:
    log = filled(folder)
    with log.open("r+b") as file:
        file.seek(-3000, 2)
        file.write(b"\0" * 1000)
    with pytest.raises(DamagedStore, match="valkey-check-aof"):
        open_store(Settings(data=folder))


def test_a_store_that_is_not_there_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copytrail.store.connection._OPEN_SECONDS", 0.3)
    with pytest.raises(StoreUnavailable):
        open_store(Settings(redis_url=f"unix://{tmp_path}/nowhere.sock"))


def test_a_store_that_is_late_is_waited_for(server: EmbeddedServer) -> None:
    with ThreadPoolExecutor() as threads:
        opening = threads.submit(open_store, Settings(redis_url=server.url))
        time.sleep(0.7)
        assert not opening.done()
        server.start()
        store = opening.result(10)
    assert store.stats()["articles"] == 0
    store.close()
