"""A real embedded store for all tests, empty before each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from beside import beside
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from worker.ingest import give_up
from worker.main import Worker

# No test is about time: a busy machine, or code that is compiled at first use, proves nothing.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path_factory.mktemp("store")) as running:
        running.start()
        yield running


@pytest.fixture(scope="session")
def server_link(store_server: EmbeddedServer) -> Iterator[Connection]:
    connection = Connection(store_server.url)
    yield connection
    connection.close()


@pytest.fixture
def link(server_link: Connection) -> Connection:
    """The connection that `store` works with."""
    return server_link


@pytest.fixture
def settings(store_server: EmbeddedServer) -> Settings:
    return Settings(redis_url=store_server.url)


@pytest.fixture
def store(link: Connection, settings: Settings) -> RedisStore:
    for primary in link.primaries():
        primary.flushall()
    return RedisStore(link, settings)


@pytest.fixture
def index(store: RedisStore, settings: Settings) -> Callable[[], None]:
    """Handle everything that is queued."""

    def work() -> None:
        worker = Worker(store, settings)
        while worker.turn():
            pass

    return work


@pytest.fixture
def working(store: RedisStore, settings: Settings) -> Iterator[None]:
    """A worker at work beside the test."""
    with beside(Worker(store, settings).run):
        yield


@pytest.fixture
def fail(store: RedisStore) -> Callable[[str], None]:
    """Set the article with this id aside, as after too many attempts."""

    def set_aside(article_id: str) -> None:
        record = store.record(article_id)
        assert record is not None
        tasks = store.begin("tests", [record.number])
        give_up(
            store, Library(store), "tests", tasks, "The worker died 3 times while it handled this article."
        )

    return set_aside
