"""A program of another version makes its index while the old one works, and dies on the way: no article is missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from threading import Event, Thread
from time import sleep

import pytest
from beside import beside
from redis_cluster import until

from copytrail.article import Article
from copytrail.document import analyse
from copytrail.errors import IndexVersionMismatch
from copytrail.settings import Settings
from copytrail.sketch import sketch
from copytrail.store import generations, keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = "9/other"
COMMAND = f"""
from copytrail.cli import main
from copytrail.store import generations
generations.WRITTEN_AS = "{OTHER}"
main(["reindex", "--workers", "2", "--json"])
"""
WORDS = [a + b + c for a in ("bar", "ten", "mol", "kir", "sav") for b in ("an", "ol", "ir") for c in "aeiou"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """What the older worker had in hand when it was refused is soon taken over."""
    return replace(settings, claim_seconds=2)


def articles(first: int, count: int) -> list[Article]:
    """Texts of their own, whose words say which."""
    found = []
    for number in range(first, first + count):
        chosen = Random(number).choices(WORDS, k=60)
        found.append(Article(f"a{number}", " ".join(f"{word}{number}" for word in chosen)))
    return found


@contextmanager
def running(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`copytrail reindex` of a program of the other version."""
    environ = os.environ | settings.to_env()
    with subprocess.Popen([sys.executable, "-c", COMMAND], env=environ, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def older(store: RedisStore, settings: Settings) -> Iterator[Thread]:
    """A worker of the older version, until it is told to end or refused."""

    def work(stop: Event) -> None:
        with suppress(IndexVersionMismatch):
            Worker(store, settings).run(stop)

    with beside(work) as thread:
        yield thread


def test_no_article_is_missed(
    store: RedisStore, link: Connection, settings: Settings, older: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted, coming = articles(0, 250), 250
    store.accept(posted, NOW)
    until(lambda: not store.stats()["queued"], "the worker did not get done")
    with running(settings) as first:
        until(lambda: link.one(("HGET", keys.key(0, "shard"), "listed")), "the reindex did not begin")
        first.kill()
    with running(settings) as second:
        while second.poll() is None:
            more = articles(coming, 5)
            coming += len(more)
            store.accept(more, NOW)
            posted += more
            gone = posted[len(posted) // 2]
            store.delete(gone.id)
            posted.remove(gone)
            sleep(0.1)
        assert second.returncode == 0
        assert second.stdout
        assert json.loads(second.stdout.read())["articles"] >= 200
    older.join(10)
    assert not older.is_alive()
    monkeypatch.setattr(generations, "WRITTEN_AS", OTHER)
    newer = RedisStore(link, settings)
    worker = Worker(newer, settings)
    until(lambda: not worker.turn() and not newer.stats()["queued"], "the new worker did not get done")
    found = newer.find([sketch(analyse(each.text)) for each in posted])
    for hits, each in zip(found, posted, strict=True):
        record = newer.record(each.id)
        assert record
        assert record.number in hits.numbers
    assert not any(newer.audit().values())
    assert newer.stats()["articles"] == len(posted)
