"""The same tests on every kind of store: one server, and a real cluster of three primaries."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import pytest
from redis import Redis

from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import die_with_parent, server_binary

PRIMARIES = 3
_SLOTS = 16384


@pytest.fixture(scope="session")
def cluster_link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with redis_cluster(tmp_path_factory.mktemp("cluster")) as url:
        connection = Connection(url)
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


@contextmanager
def redis_cluster(folder: Path) -> Iterator[str]:
    """Start the servers and join them; the URL of the cluster."""
    ports = [_free_port() for _ in range(PRIMARIES)]
    servers = [_start(folder / str(port), port) for port in ports]
    try:
        _join(ports)
        yield f"redis+cluster://127.0.0.1:{ports[0]}"
    finally:
        for server in servers:
            server.kill()
            server.wait()


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    folder.mkdir()
    options = {
        "port": port,
        "dir": folder,
        "cluster-enabled": "yes",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return subprocess.Popen(
        [server_binary(), "--bind", "127.0.0.1", *arguments],
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )


def _join(ports: list[int]) -> None:
    clients = [Redis(port=port) for port in ports]
    for client in clients:
        _until(client.ping)
    for place, client in enumerate(clients):
        first, end = place * _SLOTS // PRIMARIES, (place + 1) * _SLOTS // PRIMARIES
        client.cluster("addslotsrange", first, end - 1)
        clients[0].cluster("meet", "127.0.0.1", ports[place])
    for client in clients:
        _until(partial(_is_whole, client))
        client.close()


def _is_whole(client: Redis) -> bool:
    state = client.cluster("info")
    return state["cluster_state"] == "ok" and int(state["cluster_known_nodes"]) == PRIMARIES


def _until(true: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the cluster did not form")


def _free_port() -> int:
    """A port that is free, and whose cluster bus port, 10,000 above, exists."""
    while True:
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 55_000:
            return port
