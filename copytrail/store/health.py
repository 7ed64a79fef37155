"""What the store says of itself: counts, and faults of its configuration."""

from __future__ import annotations

from time import time
from typing import Final

from copytrail.errors import StoreError
from copytrail.sketch import INDEX_VERSION
from copytrail.store import keys
from copytrail.store.part import Part
from copytrail.store.protocol import Problem

WRITTEN_AS: Final = f"{INDEX_VERSION}/{keys.LAYOUT}"
_ALIVE_MS: Final = 60_000  # a worker not heard of for longer does not count
_COUNTS: Final = ("articles", "entries", "overflow", "expired")
_CONFIGURATION: Final = ("maxmemory-policy", "appendonly", "appendfsync")


class Health(Part):
    """Counts and checks that cost little."""

    def stats(self) -> dict[str, int | float]:
        """See `Store.stats`."""
        now = time() * 1000
        shards = range(keys.SHARDS)
        counts = self._link.run([("HMGET", keys.key(shard, "shard"), *_COUNTS) for shard in shards])
        articles, entries, overflow, expired = (
            sum(int(count or 0) for count in column) for column in zip(*counts, strict=True)
        )
        queued = self._link.run([("ZCARD", keys.key(shard, "queued")) for shard in shards])
        failed = self._link.run([("ZCARD", keys.key(shard, "failed")) for shard in shards])
        oldest = self._link.run(
            [("ZRANGE", keys.key(shard, "queued"), 0, 0, "WITHSCORES") for shard in shards]
        )
        since = [float(found[1]) for found in oldest if found]
        clusters, workers = self._link.run(
            [("HLEN", keys.CLUSTERS), ("ZCOUNT", keys.WORKERS, now - _ALIVE_MS, "+inf")]
        )
        return {
            "articles": articles,
            "expired": expired,
            "clusters": clusters,
            "queued": sum(queued),
            "failed": sum(failed),
            "workers": workers,
            "lag_seconds": max(0.0, round((now - min(since)) / 1000, 3)) if since else 0.0,
            "index_entries": entries,
            "index_overflow": overflow,
            "store_bytes": self._link.used_bytes(),
        }

    def health(self) -> list[Problem]:
        """See `Store.health`."""
        try:
            version = self._link.one(("GET", keys.VERSION))
            problems = [
                problem for server in self._link.configuration(_CONFIGURATION) for problem in _faults(server)
            ]
            followers = self._link.fewest_replicas() if self.settings.replicas else 0
            workers = self._link.one(("ZCOUNT", keys.WORKERS, time() * 1000 - _ALIVE_MS, "+inf"))
        except StoreError as error:
            return [Problem("unreachable", str(error))]
        if version and version.decode() != WRITTEN_AS:
            problems.append(Problem("index_version", version_mismatch(version.decode())))
        if followers < self.settings.replicas:
            problems.append(
                Problem(
                    "few_replicas",
                    f"A server of the store has {followers} replicas and COPYTRAIL_REPLICAS asks for "
                    f"{self.settings.replicas}: posts are refused until they are there.",
                )
            )
        if not workers:
            problems.append(
                Problem(
                    "no_worker",
                    "No worker was heard of for a minute: posted articles wait. Start one.",
                    fatal=False,
                )
            )
        return list(dict.fromkeys(problems))


def version_mismatch(found: str) -> str:
    """What to say when the index has another version than this program."""
    return (
        f"The index was written as version {found} and this program works with {WRITTEN_AS}: sketches of one do not "
        "match those of the other. Run `copytrail reindex`, or the program that wrote it."
    )


def _faults(server: dict[str, str]) -> list[Problem]:
    problems = []
    policy = server.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        problems.append(
            Problem(
                "evicting",
                f"The store may drop stored articles when its memory is full (maxmemory-policy {policy}): "
                "set it to noeviction.",
            )
        )
    if server.get("appendonly", "yes") != "yes":
        problems.append(
            Problem(
                "not_durable",
                "The store keeps no append-only file and loses everything: set appendonly to yes.",
            )
        )
    elif server.get("appendfsync") == "no":
        problems.append(
            Problem(
                "late_sync", "The store leaves writing to the system: set appendfsync to always or everysec."
            )
        )
    return problems
