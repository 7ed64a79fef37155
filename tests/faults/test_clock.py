"""Clocks that are wrong, or jump."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from copytrail.article import Article
from copytrail.store import keys, tasks
from copytrail.store.connection import Connection
from copytrail.store.protocol import Status
from copytrail.store.redis import RedisStore

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
HOUR = 3600


def ages(link: Connection, partitions: int) -> list[int]:
    """How long each entry in hand was not heard of, in ms."""
    look = "return redis.call('XPENDING', KEYS[1], 'workers', '-', '+', 100)"
    pending = [link.one(("EVAL", look, 1, keys.work(p))) for p in range(partitions)]
    return [entry[2] for entries in pending for entry in entries]


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_worker_whose_clock_is_wrong_takes_nothing_from_the_others(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    store.accept([Article(f"n{n}", f"Text {n}") for n in range(3)], NOW)
    store.join("right")
    held = store.claim("right", 10)
    in_hand = store.begin("right", held[0].numbers)
    with monkeypatch.context() as wrong:
        wrong.setattr(tasks, "time", lambda: time.time() + ahead)
        store.join("wrong")
        store.sweep("wrong")
        assert store.begin("wrong", held[0].numbers) == []
    assert store.stats()["workers"] == 2
    store.finish("right", in_hand)  # and nobody shut it out
    store.ack("right", held)
    assert store.stats()["queued"] == 0


def test_when_the_clock_of_the_store_jumps_what_is_in_hand_is_done_once_more(
    store: RedisStore, link: Connection, index: Callable[[], None]
) -> None:
    """The jump is made to the entries: they look as if nobody had been heard of for an hour."""
    text = "The harbour was closed on Sunday because of the storm. " * 5
    store.accept([Article("a", text), Article("b", text)], NOW)
    store.join("busy")
    (held,) = store.claim("busy", 10)
    store.begin("busy", held.numbers)
    jump = "return redis.call('XCLAIM', KEYS[1], 'workers', 'busy', 0, ARGV[1], 'IDLE', ARGV[2], 'JUSTID')"
    jumped = ("EVAL", jump, 1, keys.work(held.partition), held.entry, HOUR * 1000)
    link.one(jumped)
    assert max(ages(link, store.settings.partitions)) >= HOUR * 1000
    store.hold("busy", [held])
    assert max(ages(link, store.settings.partitions)) < 60_000  # the next sign of life makes up for it
    link.one(jumped)
    index()
    first, second = (store.record(name) for name in "ab")
    assert first
    assert second
    assert first.cluster is not None
    assert first.cluster == second.cluster
    assert first.status is Status.INDEXED
    assert store.failed() == ([], None)
    assert not any(store.audit().values())


def test_first_seen_is_the_clock_of_the_service_and_never_moves(store: RedisStore) -> None:
    store.accept([Article("a", "One text.")], NOW)
    store.accept([Article("a", "Another text.")], NOW - timedelta(hours=1))
    record = store.record("a")
    assert record
    assert (record.version, record.first_seen_at) == (2, NOW)
