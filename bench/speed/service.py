"""The whole service beside the stack that the libraries' examples give: datasketch with its Redis storage."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from datasketch import MinHash, MinHashLSH
from redis import Redis

from bench.printing import Cell, Table, progress
from bench.speed.stack import stack
from copytrail.client import BATCH
from copytrail.store.embedded import EmbeddedServer

PEER_ARTICLES: Final = 300
PEER_THRESHOLD: Final = 0.5


def service(texts: Sequence[str]) -> Iterator[Table]:
    """Two tables: articles a second of both stacks, and the bytes that their indexes take for an article."""
    ours, ours_bytes = _copytrail(texts)
    peer, peer_bytes = _datasketch(texts[:PEER_ARTICLES])
    yield Table(
        "service",
        "The whole service: articles a second",
        ["stack", "articles", "articles/s", "Copytrail is faster by"],
        [
            ["Copytrail: posted, indexed, compared, clustered", len(texts), ours, None],
            ["datasketch MinHashLSH with Redis: query and insert", PEER_ARTICLES, peer, ours / peer],
        ],
        f"Wall time. Copytrail: `copytrail up` with one worker, batches of {BATCH} as NDJSON, until the queue is empty,"
        " both lanes, matches verified on the texts. Both on the server that Copytrail embeds, with an append-only"
        " file: Copytrail's on the disk before each answer, datasketch's every second.",
    )
    rows: list[list[Cell]] = [[name, size, size / peer_bytes] for name, size in ours_bytes.items()]
    rows.append(["both", sum(ours_bytes.values()), sum(ours_bytes.values()) / peer_bytes])
    rows.append(["datasketch MinHashLSH", peer_bytes, None])
    yield Table(
        "index_bytes",
        "Index bytes for one article",
        ["part", "bytes", "of datasketch's"],
        rows,
        "Memory of the server. Copytrail's index finds copies, excerpts and rewrites; datasketch's finds copies.",
    )


def _copytrail(texts: Sequence[str]) -> tuple[float, dict[str, float]]:
    """Articles a second, and bytes an article of each part of the index."""
    with _server("always") as (server, client), stack({"COPYTRAIL_REDIS_URL": server.url}) as copytrail:
        start = time.perf_counter()
        copytrail.ingest(texts)
        seconds = time.perf_counter() - start
        sizes = {
            "index": _bytes_of(client, "ct:{*}:pages") / len(texts),
            "buckets of each article, kept to remove it": _bytes_of_buckets(client) / len(texts),
        }
    return len(texts) / seconds, sizes


def _datasketch(texts: Sequence[str]) -> tuple[float, float]:
    """Articles a second, and index bytes an article."""
    with _server("everysec") as (server, client):
        storage = {"type": "redis", "redis": {"unix_socket_path": server.url.removeprefix("unix://")}}
        index = MinHashLSH(PEER_THRESHOLD, storage_config=storage)
        before = client.info("memory")["used_memory"]
        start = time.perf_counter()
        for number, text in enumerate(progress(texts, "datasketch with Redis")):
            sketch = MinHash()
            words = text.lower().split()
            sketch.update_batch([" ".join(words[i : i + 3]).encode() for i in range(len(words) - 2)])
            index.query(sketch)
            index.insert(f"{number}", sketch)
        seconds = time.perf_counter() - start
        size = (client.info("memory")["used_memory"] - before) / len(texts)
    return len(texts) / seconds, size


@contextmanager
def _server(fsync: Literal["always", "everysec"]) -> Iterator[tuple[EmbeddedServer, Redis]]:
    with (
        TemporaryDirectory(prefix="copytrail-bench-") as folder,
        EmbeddedServer(Path(folder), fsync) as server,
    ):
        server.start()
        with Redis.from_url(server.url) as client:
            yield server, client


def _bytes_of(client: Redis, pattern: str) -> int:
    return sum(client.memory_usage(key, samples=0) or 0 for key in client.scan_iter(pattern, count=1000))


def _bytes_of_buckets(client: Redis) -> int:
    """What is free once the articles do not know their buckets any more."""
    before = client.info("memory")["used_memory"]
    for key in client.scan_iter("ct:{*}:a:*", count=1000):
        client.hdel(key, "buckets")
    return int(before - client.info("memory")["used_memory"])
