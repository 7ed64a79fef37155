"""Programs of two versions at one store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from redis_cluster import until

from copytrail.article import Article
from copytrail.errors import IndexVersionMismatch
from copytrail.settings import Settings
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.generations import WRITTEN_AS
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime.now(UTC)
OTHER = "0/other"


@pytest.fixture
def other_version(store: RedisStore, link: Connection) -> Iterator[str]:
    """The code of a function of the version that the store is written in; ours are there again afterwards."""
    code = "#!lua name=ct_work\nredis.register_function('ct_claim', function() return {} end)"
    for server in link.primaries():
        server.function_load(code, replace=True)
    link.one(("SET", keys.VERSION, OTHER))
    yield code
    link.load_functions()


def code_of(link: Connection, library: str) -> set[bytes]:
    """The code of a library on all servers."""
    found = [server.function_list(library=library, withcode=True) for server in link.primaries()]
    return {dict(zip(each[::2], each[1::2], strict=True))[b"library_code"] for (each,) in found}


def test_a_newcomer_of_another_version_is_refused_and_touches_nothing(
    link: Connection, settings: Settings, other_version: str
) -> None:
    with pytest.raises(IndexVersionMismatch, match=OTHER):
        RedisStore(link, settings)
    assert code_of(link, "ct_work") == {other_version.encode()}


def test_a_running_worker_ends_when_the_index_becomes_one_of_another_version(
    store: RedisStore, link: Connection, settings: Settings
) -> None:
    environ = os.environ | settings.to_env()
    with subprocess.Popen([sys.executable, "-m", "worker"], env=environ, stderr=subprocess.PIPE) as running:
        until(lambda: store.stats()["workers"], "the worker did not come up")
        store.accept([Article("a", "One text.")], NOW)
        assert store.wait_indexed(["a"], 20)
        link.one(("SET", keys.VERSION, OTHER))
        store.accept([Article("b", "Another text.")], NOW)
        assert running.wait(20) == 1
        assert running.stderr
        assert f"written as version {OTHER}" in running.stderr.read().decode()
    record = store.record("b")
    assert record
    assert record.status == "queued"


def test_functions_of_another_program_are_told_and_put_right_by_the_next_start(
    store: RedisStore, link: Connection, settings: Settings, other_version: str
) -> None:
    link.one(("SET", keys.VERSION, WRITTEN_AS))
    assert "functions" in {problem.code for problem in store.health()}
    RedisStore(link, settings).join("w")
    assert store.health() == []


def test_lost_functions_are_no_reason_to_stop(store: RedisStore, link: Connection) -> None:
    for server in link.primaries():
        server.function_flush()
    assert [problem.code for problem in store.health() if problem.fatal] == []
    Worker(store, store.settings).turn()
    assert "functions" not in {problem.code for problem in store.health()}
