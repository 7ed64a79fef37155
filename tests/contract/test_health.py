from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from copytrail.article import Article
from copytrail.errors import IndexVersionMismatch, InvalidSettings, StoreFull, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.health import _unfit
from copytrail.store.redis import RedisStore

NOW = datetime.now(UTC)
ARTICLE = Article("a", "A text.")


@pytest.fixture
def servers(link: Connection, store: RedisStore) -> Iterator[list[Redis]]:
    """The servers, configured as they were again after the test."""
    usual = {"maxmemory": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}
    yield link.primaries()
    for server in link.primaries():
        for name, value in usual.items():
            server.config_set(name, value)


def test_all_is_well(store: RedisStore) -> None:
    store.join("w")
    assert store.health() == []
    assert not any(store.audit().values())


def test_a_missing_worker_is_no_reason_to_stop(store: RedisStore) -> None:
    (problem,) = store.health()
    assert (problem.code, problem.fatal) == ("no_worker", False)


def test_an_evicting_store_is_unhealthy(store: RedisStore, servers: list[Redis]) -> None:
    servers[0].config_set("maxmemory-policy", "allkeys-lru")
    assert [problem.code for problem in store.health() if problem.fatal] == ["evicting"]


def test_nothing_is_accepted_without_an_append_only_file(store: RedisStore, servers: list[Redis]) -> None:
    for server in servers:
        server.config_set("appendonly", "no")
    assert [problem.code for problem in store.health() if problem.fatal] == ["not_durable"]
    with pytest.raises(StoreUnavailable, match="appendonly yes"):
        store.accept([ARTICLE], NOW)


def test_a_full_store_refuses_writes_and_answers_reads(store: RedisStore, servers: list[Redis]) -> None:
    store.accept([ARTICLE], NOW)
    for server in servers:
        server.config_set("maxmemory", "1")
    with pytest.raises(StoreFull):
        store.accept([Article("b", "Another text.")], NOW)
    assert store.text("a") == "A text."
    for server in servers:
        server.config_set("maxmemory", "0")
    store.accept([Article("b", "Another text.")], NOW)
    assert store.text("b") == "Another text."


def test_another_index_version_is_refused(store: RedisStore, link: Connection) -> None:
    link.one(("SET", keys.VERSION, "0/other"))
    with pytest.raises(IndexVersionMismatch, match="0/other"):
        RedisStore(link, store.settings)
    assert "index_version" in {problem.code for problem in store.health()}


def test_another_number_of_partitions_is_refused(store: RedisStore, link: Connection) -> None:
    with pytest.raises(InvalidSettings, match="COPYTRAIL_PARTITIONS is 7"):
        RedisStore(link, Settings(partitions=7))


@pytest.mark.parametrize(
    ("command", "counted"),
    [
        (("HINCRBY", keys.key(4, "shard"), "entries", 1), "counters"),
        (("HINCRBY", keys.key(4, "shard"), "articles", -1), "counters"),
        (("HSET", f"{keys.prefix(3)}e:3", 4, b"x"), "edges"),
        (("HSET", keys.key(5, "pages"), b"page", b"an entry"), "index_entries counters"),
        (("HSET", keys.MEMBER, 3, "c_1"), "memberships"),
        (("HSET", keys.key(2, "ids"), "ghost", 77), "names"),
        (("ZREM", keys.key(1, "queued"), 1), "unqueued"),
        (("ZREM", keys.key(1, "arrived"), 1), "arrivals"),
        (("ZADD", keys.key(4, "arrived:0"), 1, 4), "arrivals"),
    ],
)
def test_the_audit_counts_what_should_not_be_there(
    store: RedisStore, link: Connection, command: tuple[str | int | bytes, ...], counted: str
) -> None:
    store.accept([ARTICLE], NOW)
    assert not any(store.audit().values())
    link.one(command)
    assert {name for name, count in store.audit().items() if count} == set(counted.split())


def test_articles_that_wait_for_long_are_told_and_are_no_reason_to_stop(store: RedisStore) -> None:
    store.join("hangs")
    store.accept([ARTICLE], datetime.now(UTC) - timedelta(hours=1))
    (problem,) = store.health()
    assert (problem.code, problem.fatal) == ("late", False)
    assert "Articles wait for 36" in problem.message


def test_a_store_that_is_nearly_full_is_told(store: RedisStore, servers: list[Redis]) -> None:
    store.join("w")
    for server in servers:
        server.config_set("maxmemory", server.info("memory")["used_memory"] * 105 // 100)
    assert {(problem.code, problem.fatal) for problem in store.health()} == {("memory_short", False)}


def test_a_server_that_cannot_say_what_is_on_its_disk_is_refused() -> None:
    old, new = {"redis_version": "7.0.15"}, {"redis_version": "7.2.4", "valkey_version": "9.1.0"}
    assert [problem.code for problem in _unfit(old | {"used_memory": 1})] == ["old_server"]
    assert list(_unfit(new | {"used_memory": 1})) == []
