"""A Redis Cluster under fire: a primary killed, slots moved, replication cut, a range of slots gone."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

import pytest
from redis_cluster import ClusterServers, until

from copytrail.article import Article
from copytrail.errors import StoreError, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker.main import Worker

NOW = datetime.now(UTC)
OUTAGE_SECONDS = 20.0


@pytest.fixture
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterServers]:
    with ClusterServers(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def store(servers: ClusterServers) -> Iterator[RedisStore]:
    """A store that answers for a post once one replica has it, too."""
    settings = Settings(redis_url=servers.url, claim_seconds=2, replicas=1)
    store = RedisStore(Connection(servers.url), settings)
    yield store
    store.close()


def text_of(name: str) -> str:
    """A text that is like no other, but for the one of its twin: `7-a` and `7-b` are copies."""
    chance = random.Random(name.removesuffix("-a").removesuffix("-b"))
    return " ".join(f"word{chance.randrange(10**6)}" for _ in range(60)) + name[-1]


@dataclass
class Client:
    """Posts pairs of copies, one pair after the other, and keeps what was acknowledged and what was not."""

    store: RedisStore
    stop: Event = field(default_factory=Event)
    acknowledged: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    longest_outage: float = 0.0

    def run(self) -> None:
        """Post until told to stop."""
        number, well = 0, time.monotonic()
        while not self.stop.is_set():
            ids = [f"{number}-a", f"{number}-b"]
            number += 1
            try:
                self.store.accept([Article(name, text_of(name)) for name in ids], NOW)
            except StoreUnavailable:
                self.unknown += ids
                continue
            self.acknowledged += ids
            self.longest_outage = max(self.longest_outage, time.monotonic() - well)
            well = time.monotonic()


@dataclass
class Under:
    """A client and a worker at work."""

    client: Client
    posting: Future[None]
    working: Future[None]
    stop: Event

    def more(self, count: int) -> None:
        """Wait until so many further articles are acknowledged."""
        wanted = len(self.client.acknowledged) + count
        until(lambda: len(self.client.acknowledged) >= wanted, "no post was acknowledged any more", 60)

    def end(self) -> None:
        """Post no more, let the worker finish what is acknowledged, and stop it."""
        self.client.stop.set()
        self.posting.result(30)
        assert self.client.store.wait_indexed(self.client.acknowledged, 60)
        self.stop.set()
        self.working.result(30)


@pytest.fixture
def load(store: RedisStore) -> Iterator[Under]:
    client, stop = Client(store), Event()
    with ThreadPoolExecutor() as threads:
        worker = Worker(store, store.settings)
        under = Under(client, threads.submit(client.run), threads.submit(worker.run, stop), stop)
        yield under
        client.stop.set()
        stop.set()


def assert_whole(under: Under) -> None:
    """Everything acknowledged is there exactly once, and every article stands in a cluster with its copy."""
    store, acknowledged = under.client.store, under.client.acknowledged
    assert [name for name in acknowledged if store.text(name) != text_of(name)] == []
    most = len(acknowledged) + len(under.client.unknown)
    assert len(acknowledged) <= store.stats()["articles"] <= most
    assert store.failed() == ([], None)
    records = [store.record(name) for name in acknowledged]
    clusters = [record.cluster for record in records if record]
    assert clusters[::2] == clusters[1::2]
    assert None not in clusters
    assert len(set(clusters)) == len(acknowledged) // 2
    assert not any(store.audit().values())


def test_nothing_acknowledged_is_lost_when_a_primary_dies(servers: ClusterServers, load: Under) -> None:
    load.more(20)
    servers.primaries[1].kill()
    until(lambda: servers.replicas[1].replication()["role"] == "master", "no replica took over")
    servers.primaries[1].start()  # its heir has no other replica, and one was asked for
    until(servers.is_whole, "the old primary did not come back as a replica")
    load.more(20)
    load.end()
    assert_whole(load)


@pytest.mark.long
def test_slots_move_while_articles_come_in(servers: ClusterServers, load: Under) -> None:
    load.more(20)
    tags = (10, 3, 61, 43, 11)  # of the first five shards
    slots = {servers.primaries[0].client.cluster("keyslot", f"ct:{{{tag}}}:shard") for tag in tags}
    for slot in sorted(slots):
        servers.move_slots(servers.primaries[0], servers.primaries[2], range(slot, slot + 1))
    load.more(20)
    load.end()
    assert load.client.longest_outage < OUTAGE_SECONDS
    assert_whole(load)


def test_no_post_is_acknowledged_that_its_replica_does_not_have(
    servers: ClusterServers, store: RedisStore
) -> None:
    store.accept([Article("before", text_of("before"))], NOW)
    for replica in servers.replicas:
        replica.kill()
    with pytest.raises(StoreUnavailable, match="replicas"):
        store.accept([Article("after", text_of("after"))], NOW)
    assert "few_replicas" in {problem.code for problem in store.health()}
    assert store.text("before") == text_of("before")
    for replica in servers.replicas:
        replica.start()
    until(servers.is_whole, "the replicas did not come back")
    assert store.accept([Article("later", text_of("later"))], NOW)


@pytest.mark.long
def test_a_lost_range_of_slots_is_said_and_heals(servers: ClusterServers, load: Under) -> None:
    load.more(20)
    for node in (servers.replicas[2], servers.primaries[2]):
        node.kill()
    with pytest.raises(StoreError):
        load.client.store.stats()
    client = create_app(load.client.store.settings, load.client.store).test_client()
    answer = client.post("/v1/check", json={"text": text_of("0-a")})
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    servers.primaries[2].start()
    servers.replicas[2].start()
    until(servers.is_whole, "the cluster did not heal")
    load.more(20)
    load.end()
    assert_whole(load)
