"""Texts that strangers choose: floods of one boilerplate, and what is left of an article that was taken down."""

from __future__ import annotations

import logging
import random
import shutil
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from flask.testing import FlaskClient

from copytrail import candidates, compare, matching
from copytrail.article import Article
from copytrail.candidates import CROWD, LIMIT, Candidates, Hits
from copytrail.document import Document, analyse
from copytrail.report import Report
from copytrail.settings import Settings
from copytrail.sketch import sketch
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker.main import Worker

NOW = datetime.now(UTC)
SYLLABLES = ("bar", "ten", "mol", "kir", "sav", "dun", "pel", "gor", "wim", "hap")
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in ("a", "e", "in", "os")]
BOILERPLATE = (
    "Readers who wish to support the work of this newsroom can do so for the price of a coffee a week, and every "
    "crown goes to reporting from towns that no other paper covers; our accounts are open to all, and an "
    "independent board hears every complaint about what we print."
)
"""Fifty words of one's own: with nothing else in common two articles share an excerpt, and are no one story."""


def news(seed: int) -> str:
    chance = random.Random(seed)
    lines = (" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(6))
    return " ".join(lines)


def flooded(seed: int) -> Article:
    """An article of a site of its own, so that no site seems to repeat anything."""
    return Article(f"a{seed}", f"{news(seed)}\n\n{BOILERPLATE}", source=f"site{seed}.example")


class Counted:
    """How many texts were compared, and how many entries of the index were read for it, article by article."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.compared = self.hits = 0
        heard, rank = compare.heard, candidates.rank

        def counted_heard(a: Document, b: Document) -> Report | None:
            self.compared += 1
            return heard(a, b)

        def counted_rank(hits: Hits, own: int | None, limit: int, **bounds: int) -> Candidates:
            self.hits = max(self.hits, len(hits.numbers))
            return rank(hits, own, limit, **bounds)

        monkeypatch.setattr(matching, "heard", counted_heard)
        monkeypatch.setattr(matching, "rank", counted_rank)


@pytest.mark.parametrize(
    "articles", [300, pytest.param(3000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_one_boilerplate_in_all_articles(
    store: RedisStore, settings: Settings, monkeypatch: pytest.MonkeyPatch, articles: int
) -> None:
    counted, worker = Counted(monkeypatch), Worker(store, settings)
    for first in range(0, articles, 100):
        counted.compared = 0
        store.accept([flooded(seed) for seed in range(first, first + 100)], NOW)
        while worker.turn():
            pass
        assert counted.compared <= 100 * 2 * LIMIT  # when it comes, and once it is known to have relatives
    stats = store.stats()
    assert (stats["articles"], stats["failed"], stats["clusters"]) == (articles, 0, 0)
    shared = sketch(analyse(BOILERPLATE))
    (hits,) = store.find([shared])
    assert hits.truncated
    assert max((hits.buckets == bucket).sum() for bucket in shared.tolist()) <= CROWD
    common = len(set(shared.tolist()) & set(sketch(analyse(flooded(0).text)).tolist()))
    assert common
    assert stats["index_overflow"] >= common * (articles - CROWD) / 2
    assert counted.hits <= len(sketch(analyse(flooded(0).text))) * CROWD


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "data") as own:
        own.start()
        yield own


WORD, TITLE_WORD, NAME, TAG = "quernmoreland", "vespertilion", "odalys brightwater", "plumtreebury"
SECRETS = [WORD, TITLE_WORD, NAME, TAG]
LEFT = {"id": "left", "title": "Another title", "source": "Left Post", "text": f"{news(1)}\n\n{news(2)}"}
TAKEN = {
    "id": "taken",
    "title": f"The {TITLE_WORD} bridge",
    "author": NAME,
    "tags": [TAG],
    "source": "Taken Post",
    "published_at": "2024-01-01T08:00:00Z",
    "text": f"{news(1)} and {WORD}, they said. {news(2)}",
}


def test_what_was_taken_down_is_nowhere(
    server: EmbeddedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = Connection(server.url)
    settings = Settings(redis_url=server.url)
    store = RedisStore(link, settings)
    client, worker = create_app(settings, store).test_client(), Worker(store, settings)
    client.post("/v1/articles", json=[TAKEN, LEFT], headers={"Idempotency-Key": "once"})
    work(worker)
    cluster = client.get("/v1/articles/taken").get_json()["cluster"]
    assert cluster
    assert all(secret in "".join(answers(client, cluster)).casefold() for secret in SECRETS[:2])
    assert all(secret in everything(link) for secret in SECRETS)
    shelf = next(blob for blob in blobs(link) if blob.startswith(MAGIC) and WORD in opened(blob))
    assert shelf in on_disk(server, tmp_path)

    assert client.delete("/v1/articles/taken").status_code == 204
    work(worker)
    link.one(("CONFIG", "SET", "rdbcompression", "no"))
    rewrite(link)
    assert not any(secret in "".join(answers(client, cluster)) for secret in SECRETS)
    assert not any(secret in everything(link) for secret in SECRETS)
    left_over = on_disk(server, tmp_path)
    assert shelf not in left_over
    assert not any(secret.encode() in left_over for secret in SECRETS)
    assert not any(secret in caplog.text for secret in SECRETS)
    store.close()
    assert restarted(server, tmp_path) == set()


MAGIC = b"\x28\xb5\x2f\xfd"  # of zstd


def work(worker: Worker) -> None:
    while worker.turn():
        pass


def answers(client: FlaskClient, cluster: str) -> Iterator[str]:
    """All that the service says of the article, of its cluster, and of what happened."""
    for path in (
        "/v1/articles/taken",
        "/v1/articles/taken/text",
        "/v1/articles/left",
        "/v1/clusters",
        f"/v1/clusters?q={TITLE_WORD}",
        f"/v1/clusters/{cluster}",
        "/v1/events?wait=0",
        "/v1/articles?status=failed",
        "/metrics",
        "/",
        f"/clusters/{cluster}",
        *(
            f"/v1/clusters/{cluster}/provenance?format={form}"
            for form in ("prov-json", "jsonld", "csv", "dot", "html")
        ),
    ):
        yield client.get(path).get_data(as_text=True).replace(f"q={TITLE_WORD}", "")
    yield client.post("/v1/check", json={"text": LEFT["text"]}).get_data(as_text=True)


READERS = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "zset": ("ZRANGE", 0, -1),
    "set": ("SMEMBERS",),
    "stream": ("XRANGE", "-", "+"),
}


def blobs(link: Connection) -> Iterator[bytes]:
    """Every key and every string in the store, whatever holds it."""
    for primary in link.primaries():
        for key in primary.scan_iter(count=1000):
            yield key
            name, *rest = READERS[str(link.one(("TYPE", key)), "ascii")]
            yield from _strings(link.one((name, key, *rest)))


def _strings(found: object) -> Iterator[bytes]:
    if isinstance(found, bytes):
        yield found
    elif isinstance(found, dict):
        for name, value in found.items():
            yield from _strings(name)
            yield from _strings(value)
    elif isinstance(found, list | tuple | set):
        for each in found:
            yield from _strings(each)


def opened(blob: bytes) -> str:
    """What a value says, packed or not."""
    for unpack in (zstandard.decompress, zlib.decompress):
        try:
            return unpack(blob).decode(errors="replace")
        except (zstandard.ZstdError, zlib.error):
            continue
    return blob.decode(errors="replace")


def everything(link: Connection) -> str:
    return "\n".join(map(opened, blobs(link)))


def rewrite(link: Connection) -> None:
    """Have the server write its append-only file anew."""
    (primary,) = link.primaries()
    link.one(("BGREWRITEAOF",))
    deadline = time.monotonic() + 20
    while any(primary.info("persistence")[f"aof_rewrite_{state}"] for state in ("in_progress", "scheduled")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def on_disk(server: EmbeddedServer, tmp_path: Path) -> bytes:
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any("appendonly" in path.name for path in files)
    return b"\n".join(path.read_bytes() for path in files)


def restarted(server: EmbeddedServer, tmp_path: Path) -> set[str]:
    """Which of the secrets a server knows that reads a copy of the files."""
    shutil.copytree(tmp_path / "data", tmp_path / "copy", ignore=shutil.ignore_patterns("run", "lock"))
    with EmbeddedServer(tmp_path / "copy") as again:
        again.start()
        known = everything(Connection(again.url))
    assert "left" in known
    return {secret for secret in SECRETS if secret in known}
