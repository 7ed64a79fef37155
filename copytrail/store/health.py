"""What the store says of itself: counts, and faults of its configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import time
from typing import Any, Final

from copytrail.errors import IndexVersionMismatch, StoreError
from copytrail.store import keys
from copytrail.store.connection import read
from copytrail.store.embedded import OLDEST_SERVER, version_of
from copytrail.store.generations import LOOK
from copytrail.store.part import Part
from copytrail.store.protocol import Problem

_LATE_SECONDS: Final = 600.0  # waiting longer wants more workers, or one that does not hang
_NEARLY: Final = 0.9  # of the memory limit of the store
_CONFIGURATION: Final = ("maxmemory-policy", "appendonly", "appendfsync")


class Health(Part):
    """Counts and checks that cost little."""

    def stats(self) -> dict[str, int | float]:
        """See `Store.stats`."""
        shards = range(keys.SHARDS)
        live = int(self._link.one(("GET", keys.GENERATION)) or 0)
        of_index = [keys.of(name, live) for name in ("entries", "overflow")]
        counts = self._link.run(
            [("HMGET", keys.key(shard, "shard"), "articles", "expired", *of_index) for shard in shards]
        )
        articles, expired, entries, overflow = (
            sum(int(count or 0) for count in column) for column in zip(*counts, strict=True)
        )
        queued = self._link.run([("ZCARD", keys.key(shard, "queued")) for shard in shards])
        failed = self._link.run([("ZCARD", keys.key(shard, "failed")) for shard in shards])
        return {
            "articles": articles,
            "expired": expired,
            "clusters": self._link.one(("HLEN", keys.CLUSTERS)),
            "queued": sum(queued),
            "failed": sum(failed),
            "workers": self._workers(),
            "lag_seconds": self._lag(),
            "index_entries": entries,
            "index_overflow": overflow,
            "store_bytes": self._link.used_bytes(),
        }

    def health(self) -> list[Problem]:
        """See `Store.health`."""
        try:
            return list(dict.fromkeys([*self._problems_of_servers(), *self._problems_of_work()]))
        except StoreError as error:
            return [Problem("unreachable", str(error))]

    def _problems_of_servers(self) -> Iterator[Problem]:
        for settings in self._link.configuration(_CONFIGURATION):
            yield from _unsafe(settings)
        for facts in self._link.facts():
            yield from _unfit(facts)
        followers = self._link.fewest_replicas() if self.settings.replicas else 0
        if followers < self.settings.replicas:
            yield Problem(
                "few_replicas",
                f"A server of the store has {followers} replicas and COPYTRAIL_REPLICAS asks for "
                f"{self.settings.replicas}: posts are refused until they are there.",
            )

    def _problems_of_work(self) -> Iterator[Problem]:
        looked, reindexed = self._link.run([LOOK, ("EXISTS", keys.REINDEX)])
        try:
            self._follow(looked)
        except IndexVersionMismatch as error:
            yield Problem("index_version", str(error))
        else:
            yield from self._problem_of_functions()
        if reindexed:
            yield Problem(
                "reindexing",
                "Another index is being made to replace this one. If `copytrail reindex` does not run any more, run it "
                "again: it goes on where it was interrupted.",
                fatal=False,
            )
        if not self._workers():
            yield Problem(
                "no_worker",
                "No worker was heard of for a minute: posted articles wait. Start one.",
                fatal=False,
            )
        elif (lag := self._lag()) > _LATE_SECONDS:
            yield Problem(
                "late",
                f"Articles wait for {lag:.0f} s although workers run: start more of them, or look into their log "
                "for what holds them up.",
                fatal=False,
            )

    def _problem_of_functions(self) -> Iterator[Problem]:
        if not self._link.has_functions():
            yield Problem(
                "functions",
                "The store lacks the functions of this program or has those of another version. Missing ones are "
                "loaded when they are next needed; if this stays, programs of two versions run: end the older ones.",
                fatal=False,
            )

    def _workers(self) -> int:
        """How many workers were heard of lately."""
        return len(self._link.one(read("ct_alive", [keys.WORKERS], keys.ALIVE_MS)))

    def _lag(self) -> float:
        """For how long the oldest article waits, in seconds; 0 when none does."""
        oldest = self._link.run(
            [("ZRANGE", keys.key(shard, "queued"), 0, 0, "WITHSCORES") for shard in range(keys.SHARDS)]
        )
        since = [float(found[1]) for found in oldest if found]
        return max(0.0, round(time() - min(since) / 1000, 3)) if since else 0.0


def _unsafe(settings: Mapping[str, str]) -> Iterator[Problem]:
    """What in the settings of a server may lose what was accepted."""
    policy = settings.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        yield Problem(
            "evicting",
            f"The store may drop stored articles when its memory is full (maxmemory-policy {policy}): "
            "set it to noeviction.",
        )
    if settings.get("appendonly", "yes") != "yes":
        yield Problem(
            "not_durable",
            "The store keeps no append-only file and loses everything: set appendonly to yes.",
        )
    elif settings.get("appendfsync") == "no":
        yield Problem(
            "late_sync",
            "The store leaves writing to the system, so posts are refused: set appendfsync to always or everysec.",
        )


def _unfit(facts: Mapping[str, Any]) -> Iterator[Problem]:
    """What in the state of a server keeps it from taking articles, or soon will."""
    version = facts.get("valkey_version") or facts["redis_version"]
    if version_of(version) < OLDEST_SERVER:
        oldest = ".".join(map(str, OLDEST_SERVER))
        yield Problem(
            "old_server",
            f"The store is a server of version {version}, which cannot say what is on its disk, so posts are "
            f"refused: run {oldest} or newer.",
        )
    if facts.get("aof_last_write_status", "ok") != "ok":
        yield Problem(
            "disk_full",
            "The store cannot write to its disk, so posts are refused: make room on it. What is stored is safe.",
        )
    used, most = int(facts["used_memory"]), int(facts.get("maxmemory") or 0)
    if most and used > most:
        yield Problem(
            "memory_full",
            f"The store takes {used:,} bytes of memory and may take {most:,}, so posts are refused: raise its "
            "maxmemory, or keep fewer articles.",
        )
    elif most and used > _NEARLY * most:
        yield Problem(
            "memory_short",
            f"The store takes {used:,} of the {most:,} bytes of memory that it may: raise its maxmemory, or keep "
            "fewer articles, before it refuses posts.",
            fatal=False,
        )
