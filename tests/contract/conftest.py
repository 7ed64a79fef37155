"""The same tests on every kind of store: one server, and a real cluster of three primaries with their replicas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis_cluster import ClusterServers

from copytrail.settings import Settings
from copytrail.store.connection import Connection


@pytest.fixture(scope="session")
def cluster_link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with ClusterServers(tmp_path_factory.mktemp("cluster")) as servers:
        connection = Connection(servers.url)
        yield connection
        connection.close()


@pytest.fixture(params=["server", "cluster"])
def link(request: pytest.FixtureRequest) -> Connection:
    """The connection that `store` works with."""
    name = "cluster_link" if request.param == "cluster" else "server_link"
    connection: Connection = request.getfixturevalue(name)
    return connection


@pytest.fixture
def settings(link: Connection) -> Settings:
    return Settings(redis_url=link.url, claim_seconds=1)
