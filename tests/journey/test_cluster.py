"""The same journey on a real Redis Cluster of three primaries with their replicas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis_cluster import ClusterServers

from copytrail.client import Client
from seeds import truth
from seeds.demo import running

STORIES = truth.load_stories()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterServers]:
    with ClusterServers(tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


@pytest.fixture(scope="module")
def client(servers: ClusterServers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder: Path = tmp_path_factory.mktemp("journey")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COPYTRAIL_REDIS_URL", servers.url)
        patched.setenv("COPYTRAIL_WORKERS", "2")
        with running(folder) as (client, _):
            for story in STORIES:
                assert client.ingest(story.articles())["rejected"] == []
            client.wait()
            yield client


def test_the_clusters_are_those_of_the_labels(client: Client) -> None:
    verdicts = [truth.judge(story, truth.fetch_clusters(client, story)) for story in STORIES]
    assert [verdict.story.slug for verdict in verdicts if not verdict.agrees] == []


def test_the_load_spreads_over_the_servers(client: Client, servers: ClusterServers) -> None:
    """Of the articles and of the memory that everything takes each primary has about a third."""
    articles, memory = [], []
    for node in servers.primaries:
        articles.append(len(list(node.client.scan_iter("ct:{*}:a:*", count=1000))))
        every = node.client.scan_iter("ct:{*}:*", count=1000)
        memory.append(sum(node.client.memory_usage(key, samples=0) or 0 for key in every))
    assert min(articles) > 0.2 * sum(articles), articles
    assert min(memory) > 0.2 * sum(memory), memory


def test_every_server_is_asked(client: Client, servers: ClusterServers) -> None:
    """No primary does more than three times the work of another."""
    calls = []
    for node in servers.primaries:
        stats = node.client.info("commandstats")
        calls.append(sum(stat["usec"] for name, stat in stats.items() if "fcall" in name or "hmget" in name))
    assert max(calls) < 3 * min(calls), calls
