"""A real Redis Cluster on this machine: three primaries, each with a replica, as separate server processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from typing import Any, Final, Self

from redis import Redis
from redis.exceptions import RedisError

from copytrail.store.embedded import die_with_parent, server_binary

PRIMARIES: Final = 3
SLOTS: Final = 16384
NODE_TIMEOUT_MS: Final = 1500  # of silence after which a primary is taken for dead
_PATIENCE: Final = 30.0  # seconds


class Node:
    """One server of the cluster."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.folder = folder / str(self.port)
        self.client = Redis(port=self.port, socket_timeout=5)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def id(self) -> str:
        """Its name in the cluster."""
        return str(self.client.cluster("myid").decode())

    def start(self) -> None:
        """Start it, or start it again with what it had on its disk."""
        self.folder.mkdir(exist_ok=True)
        options = {
            "port": self.port,
            "dir": self.folder,
            "cluster-enabled": "yes",
            "cluster-node-timeout": NODE_TIMEOUT_MS,
            "appendonly": "yes",
            "appendfsync": "always",
            "repl-diskless-sync-delay": 0,
            "save": "",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [server_binary(), "--bind", "127.0.0.1", *arguments],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        until(self.client.ping, f"the server on port {self.port} did not start")

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def replication(self) -> dict[str, Any]:
        """Its role and the state of its replication."""
        found: dict[str, Any] = self.client.info("replication")
        return found


class ClusterServers:
    """Six servers that form a cluster while the block runs: `primaries[i]` is copied by `replicas[i]`."""

    def __init__(self, folder: Path) -> None:
        self.primaries = [Node(folder) for _ in range(PRIMARIES)]
        self.replicas = [Node(folder) for _ in range(PRIMARIES)]

    @property
    def nodes(self) -> list[Node]:
        """All servers."""
        return self.primaries + self.replicas

    @property
    def url(self) -> str:
        """Where clients find the cluster."""
        return f"redis+cluster://127.0.0.1:{self.primaries[0].port}"

    def __enter__(self) -> Self:
        for node in self.nodes:
            node.start()
        self._share_slots()
        self._meet()
        for primary, replica in zip(self.primaries, self.replicas, strict=True):
            replica.client.cluster("replicate", primary.id)
        until(self.is_whole, "the cluster did not form")
        return self

    def __exit__(self, *exc: object) -> None:
        for node in self.nodes:
            node.kill()
            node.client.close()

    def is_whole(self) -> bool:
        """Whether every server that runs knows all slots served, and every replica follows its primary."""
        running = [node for node in self.nodes if node._process]
        states = [node.client.cluster("info") for node in running]
        follows = [node.replication() for node in running]
        return all(
            state["cluster_state"] == "ok" and int(state["cluster_known_nodes"]) == len(self.nodes)
            for state in states
        ) and all(each["role"] == "master" or each["master_link_status"] == "up" for each in follows)

    def move_slots(self, source: Node, target: Node, slots: range) -> None:
        """Move slots with their keys from one primary to another, key by key, as an operator's tool does."""
        source_id, target_id = source.id, target.id
        for slot in slots:
            target.client.cluster("setslot", slot, "importing", source_id)
            source.client.cluster("setslot", slot, "migrating", target_id)
            while keys := source.client.cluster("getkeysinslot", slot, 100):
                source.client.migrate("127.0.0.1", target.port, keys, 0, 5000, replace=True)
            for node in (
                target,
                source,
                *(other for other in self.primaries if other not in (source, target)),
            ):
                node.client.cluster("setslot", slot, "node", target_id)

    def _share_slots(self) -> None:
        for place, node in enumerate(self.primaries):
            first, end = place * SLOTS // PRIMARIES, (place + 1) * SLOTS // PRIMARIES
            node.client.cluster("addslotsrange", first, end - 1)

    def _meet(self) -> None:
        for epoch, node in enumerate(self.nodes, start=1):
            node.client.cluster("set-config-epoch", epoch)
        for node in self.nodes[1:]:
            self.nodes[0].client.cluster("meet", "127.0.0.1", node.port)
        until(self._all_met, "the servers did not find each other")

    def _all_met(self) -> bool:
        known = [int(node.client.cluster("info")["cluster_known_nodes"]) for node in self.nodes]
        return known == [len(self.nodes)] * len(self.nodes)


def until(true: Callable[[], object], otherwise: str, seconds: float = _PATIENCE) -> None:
    """Wait until it is true; TimeoutError with that message when it does not become so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except (RedisError, OSError):
            pass
        time.sleep(0.05)
    raise TimeoutError(otherwise)


def _free_port() -> int:
    """A port that is free, and whose cluster bus port, 10,000 above, exists."""
    while True:
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 55_000:
            return port
