"""The service while its store is slow, silent, full, badly set up or has no connection to spare."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from beside import beside
from click.testing import CliRunner
from listening import listening
from proxy import Proxy
from redis import Redis

from copytrail.cli import main
from copytrail.settings import Settings
from copytrail.store import connection
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker.main import Worker

ANSWER_SECONDS = 1.0  # after which a silent store is given up in these tests, 10 otherwise
ARTICLE = {"id": "a", "text": "The harbour was closed on Sunday because of the storm. " * 5}


@dataclass(frozen=True)
class Served:
    """A service with its store behind a wire, and a client of it behind another."""

    http: httpx.Client
    direct: httpx.Client
    wire: Proxy
    near: Proxy
    server: Redis
    store: RedisStore
    settings: Settings

    def post(self, **more: str) -> httpx.Response:
        """Post the article."""
        return self.http.post("/v1/articles", json=ARTICLE | more)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(connection, "_TIMEOUT", ANSWER_SECONDS)
    with EmbeddedServer(tmp_path / "data") as embedded:
        embedded.start()
        path = embedded.url.removeprefix("unix://")
        with Proxy(path) as wire, Redis(unix_socket_path=path) as server:
            settings = Settings(redis_url=f"redis://127.0.0.1:{wire.port}/0", port=0, claim_seconds=1)
            store = RedisStore(Connection(settings.redis_url or ""), settings)
            with (
                listening(create_app(settings, store), settings) as service,
                Proxy(("127.0.0.1", service.effective_port)) as near,
                httpx.Client(base_url=f"http://127.0.0.1:{near.port}", timeout=20) as http,
                httpx.Client(base_url=service.url, timeout=20) as direct,
            ):
                yield Served(http, direct, wire, near, server, store, settings)
            store.close()


def assert_refused_for_now(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["detail"]


def test_a_post_whose_answer_is_lost_may_be_sent_again(served: Served) -> None:
    nameless = {"text": ARTICLE["text"]}
    key = {"Idempotency-Key": "post-1"}
    for headers in ({}, key):
        served.near.swallow = True
        with pytest.raises(httpx.TransportError):
            served.http.post("/v1/articles", json=nameless, headers=headers, timeout=1)
        served.near.heal()
        assert served.http.post("/v1/articles", json=nameless, headers=headers).status_code == 202
    assert served.direct.get("/v1/stats").json()["articles"] == 1


def test_a_slow_store_makes_slow_answers(served: Served) -> None:
    served.wire.delay = 0.2
    began = time.monotonic()
    assert served.post().status_code == 202
    assert served.http.get("/v1/articles/a").status_code == 200
    assert time.monotonic() - began < 10


def test_a_silent_store_is_given_up_in_time_and_leaves_nothing_behind(served: Served) -> None:
    assert served.post().status_code == 202
    threads = threading.active_count()
    served.wire.deaf = True
    with ThreadPoolExecutor(20) as clients:
        began = time.monotonic()
        answers = list(clients.map(lambda n: served.direct.get(f"/v1/articles/{n}"), range(20)))
        assert time.monotonic() - began < 6 * ANSWER_SECONDS
    assert served.direct.get("/livez").status_code == 200
    for answer in [*answers, served.direct.get("/readyz")]:
        assert_refused_for_now(answer)
    served.wire.heal()
    assert served.post(id="b").status_code == 202
    assert served.direct.get("/v1/stats").json()["articles"] == 2
    deadline = time.monotonic() + 10
    while threading.active_count() > threads + 20 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert threading.active_count() <= threads + 20  # those of the wire itself, one for each connection kept


def test_a_store_without_a_connection_to_spare_is_said(served: Served) -> None:
    assert served.post().status_code == 202
    served.server.config_set("maxclients", 1)
    served.wire.cut()
    assert_refused_for_now(served.post(id="b"))
    served.server.config_set("maxclients", 1000)
    assert served.post(id="b").status_code == 202


def test_a_store_whose_memory_is_full_refuses_writes_and_answers_reads(served: Served) -> None:
    assert served.post().status_code == 202
    used = served.server.info("memory")["used_memory"]
    served.server.config_set("maxmemory", used - 1)
    assert_refused_for_now(served.post(id="b"))
    assert_refused_for_now(served.http.delete("/v1/articles/a"))
    assert served.http.get("/v1/articles/a").status_code == 200
    assert served.http.post("/v1/check", json=ARTICLE).status_code == 200
    ready = served.http.get("/readyz")
    assert_refused_for_now(ready)
    assert "memory_full" in {problem["code"] for problem in ready.json()["problems"]}
    served.server.config_set("maxmemory", 0)
    assert served.post(id="b").status_code == 202
    worker = Worker(served.store, served.settings)
    while worker.turn():
        pass
    assert served.http.get("/v1/articles/b").json()["status"] == "indexed"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("maxmemory-policy", "allkeys-lru", "evicting"),
        ("appendonly", "no", "not_durable"),
        ("appendfsync", "no", "late_sync"),
    ],
)
def test_an_unsafe_store_is_not_ready_and_the_doctor_says_why(
    served: Served, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    served.server.config_set(name, value)
    ready = served.http.get("/readyz")
    assert_refused_for_now(ready)
    assert code in {problem["code"] for problem in ready.json()["problems"] if problem["fatal"]}
    monkeypatch.setenv("COPYTRAIL_REDIS_URL", served.settings.redis_url or "")
    examined = CliRunner().invoke(main, ["doctor", "--json"])
    findings = {each["check"]: each["verdict"] for each in json.loads(examined.stdout)["findings"]}
    assert (examined.exit_code, findings[code]) == (1, "failed")


def test_a_worker_waits_for_a_silent_store_and_goes_on(served: Served) -> None:
    with beside(Worker(served.store, served.settings).run) as thread:
        served.wire.deaf = True
        time.sleep(2 * ANSWER_SECONDS)
        served.wire.heal()
        assert served.http.post("/v1/articles?wait=15", json=ARTICLE).status_code == 202
        assert served.http.get("/v1/articles/a").json()["status"] == "indexed"
    assert not thread.is_alive()
