from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from mortal import died_of_poison, struck, until_stopped

import worker.ingest
from copytrail.article import Article, Limits, parse_article
from copytrail.document import Document, analyse
from copytrail.settings import Settings
from copytrail.store.protocol import ClusterFilter, Status
from copytrail.store.redis import RedisStore
from copytrail.store.work import WorkerStore
from worker.main import BATCH, Worker

NOW = datetime.now(UTC)
SEEDS = Path(__file__).parents[2] / "seeds"
STEPS = ["claim", "begin", "index", "find", "link", "lease", "neighbourhood", "commit", "finish", "ack"]
Clusters = set[frozenset[str]]


class Interrupted:
    """A store that something happens to right after the first call of one of its methods."""

    def __init__(self, store: RedisStore, method: str, happens: Callable[[], None]) -> None:
        self._store = store
        self._method = method
        self._happens = happens

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        method = getattr(self._store, name)
        if name != self._method:
            return method

        def interrupted(*args: object, **named: object) -> object:
            answer = method(*args, **named)
            self._method = ""
            self._happens()
            return answer

        return interrupted


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, claim_seconds=1)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    lines = (line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [parse_article(json.loads(line), Limits()) for line in lines]


@pytest.fixture(scope="module")
def labelled() -> Clusters:
    labels = json.loads((SEEDS / "labels.json").read_text("utf-8"))
    return {frozenset(story["cluster"]) for story in labels["stories"]}


def clusters(store: RedisStore) -> Clusters:
    found, _ = store.clusters(ClusterFilter(), None, 1000)
    return {
        frozenset(member.article_id for member in store.records(cluster.members) if member)
        for cluster in found
    }


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_after_any_step_is_replaced(
    store: RedisStore, settings: Settings, index: Callable[[], None], articles: list[Article], step: str
) -> None:
    story = [article for article in articles if article.id.startswith("budget-vote")]
    first, second, third = (article.id for article in story[:3])
    store.accept(story[:3], NOW)
    index()
    assert clusters(store) == {frozenset([first, second, third])}
    store.accept([replace(story[0], text="Something else altogether. " * 30), *story[3:]], NOW)
    store.delete(second)
    with struck(settings, step, signal.SIGKILL) as killed:
        killed.join(30)
        assert killed.exitcode == -signal.SIGKILL
    time.sleep(1.1)
    index()
    assert store.stats()["queued"] == 0
    assert {record.status for article in story if (record := store.record(article.id))} == {Status.INDEXED}
    assert not any(store.audit().values())
    store.accept(story, NOW)
    index()
    (whole,) = clusters(store)
    assert {first, second, third} <= whole


@pytest.mark.parametrize(
    "step", ["index", *(pytest.param(step, marks=pytest.mark.long) for step in STEPS if step != "index")]
)
def test_a_worker_that_was_stopped_for_too_long_changes_nothing(
    store: RedisStore, settings: Settings, index: Callable[[], None], articles: list[Article], step: str
) -> None:
    store.accept(articles[:8], NOW)
    with struck(settings, step, signal.SIGSTOP) as stopped:
        until_stopped(stopped)
        time.sleep(1.1)
        index()
        before = clusters(store), store.stats()["index_entries"]
        assert stopped.pid
        os.kill(stopped.pid, signal.SIGCONT)
        store.accept([Article("next", articles[9].text)], NOW)
        assert store.wait_indexed(["next"], 20)  # by the one that was stopped: nobody else is there
        stopped.terminate()
        stopped.join(20)
        assert stopped.exitcode == 0
    store.delete("next")
    index()
    assert (clusters(store), store.stats()["index_entries"]) == before
    assert store.stats()["queued"] == 0
    assert not any(store.audit().values())


def test_a_batch_that_takes_longer_than_a_claim_is_nobody_elses(
    store: RedisStore, settings: Settings, index: Callable[[], None], articles: list[Article]
) -> None:
    def work_slowly_beside_another() -> None:
        for _ in range(5):
            time.sleep(0.5)
            index()
        assert store.stats()["queued"] == 8

    store.accept(articles[:8], NOW)
    slow = Worker(cast(WorkerStore, Interrupted(store, "index", work_slowly_beside_another)), settings)
    assert slow.turn()
    assert store.stats()["queued"] == 0


def poisoned(error: Exception) -> Callable[[str, str | None], Document]:
    def analyse_or_fail(text: str, language: str | None = None) -> Document:
        if text.startswith("poison"):
            raise error
        return analyse(text, language)

    return analyse_or_fail


def test_an_article_that_cannot_be_handled_is_set_aside_alone(
    store: RedisStore, index: Callable[[], None], articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = Article("bad", "poison " + articles[0].text)
    store.accept([*articles[:5], poison, *articles[5:10]], NOW)
    with monkeypatch.context() as patched:
        patched.setattr(worker.ingest, "analyse", poisoned(ValueError("too strange")))
        index()
        ((failed,), _) = store.failed()
        assert (failed.article_id, failed.failure) == ("bad", "ValueError: too strange")
        assert "ingest.py" in str(failed.traceback)
    assert store.stats()["queued"] == 0
    assert {record.status for a in articles[:10] if (record := store.record(a.id))} == {Status.INDEXED}
    assert store.retry("bad")
    index()
    recovered = store.record("bad")
    assert recovered is not None
    assert recovered.status is Status.INDEXED
    assert recovered.cluster is not None


def test_an_article_that_kills_the_worker_is_set_aside_alone(
    store: RedisStore, settings: Settings, articles: list[Article]
) -> None:
    store.accept([articles[0], Article("bad", "poison"), articles[1]], NOW)
    deaths = 0
    while died_of_poison(settings):
        deaths += 1
    assert deaths == settings.max_deliveries
    ((failed,), _) = store.failed()
    assert failed.article_id == "bad"
    assert "died 3 times" in str(failed.failure)
    assert len(clusters(store)) == 1


@contextmanager
def workers(settings: Settings, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Real worker processes."""
    environ = os.environ | settings.to_env()
    running = [subprocess.Popen([sys.executable, "-m", "worker"], env=environ) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def drained(store: RedisStore, seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while store.stats()["queued"] and time.monotonic() < deadline:
        time.sleep(0.05)
    return store.stats()["queued"] == 0


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_any_order_and_two_workers_one_of_them_killed_give_the_same_clusters(
    store: RedisStore, settings: Settings, articles: list[Article], labelled: Clusters, seed: int
) -> None:
    shuffled = random.Random(seed).sample(articles, len(articles))
    with workers(settings, 2) as (first, second):
        while store.stats()["workers"] < 2:
            time.sleep(0.02)
        for at in range(0, len(shuffled), 4):
            store.accept(shuffled[at : at + 4], NOW)
            if at == 40:
                first.send_signal(signal.SIGKILL)
        assert drained(store)
        assert second.poll() is None
    assert clusters(store) == labelled
    assert store.failed() == ([], None)
    assert not any(store.audit().values())


def test_a_worker_told_to_stop_finishes_gives_back_the_rest_and_exits_with_0(
    store: RedisStore, settings: Settings
) -> None:
    patient = replace(settings, claim_seconds=3600)
    chance = random.Random(5)
    texts = (" ".join(f"word{chance.randrange(10**6)}" for _ in range(200)) for _ in range(3 * BATCH))
    store.accept([Article(f"n{n}", text) for n, text in enumerate(texts)], NOW)
    with workers(patient, 1) as (process,):
        queued = store.stats()["queued"]
        while store.stats()["queued"] == queued:
            time.sleep(0.005)
        process.terminate()
        assert process.wait(20) == 0
    assert 0 < store.stats()["queued"] < queued
    while Worker(store, patient).turn():  # without waiting for the claim time
        pass
    assert store.stats()["queued"] == 0
