"""Where a microsecond goes: one article from the line that was posted to its place in a cluster, stage by stage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from redis import Redis

from bench.printing import Cell, Table, progress
from bench.speed.clock import seconds_each
from copytrail.article import Article, Limits, parse_article
from copytrail.client import BATCH as POST
from copytrail.document import analyse
from copytrail.furniture import furniture_words
from copytrail.language import detect, terms_of
from copytrail.matching import Library, verify
from copytrail.settings import Settings
from copytrail.sketch import bands, fingerprints, rare_pairs
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from copytrail.store.work import Link
from copytrail.text import normalise
from copytrail.warmup import warm_up
from copytrail.words import split_words
from worker.clustering import recluster
from worker.ingest import place
from worker.main import BATCH

SAMPLE: Final = 500  # articles whose reading is measured stage by stage
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
NAME: Final = "bench"


LINE: Final = "the line: JSON, fields checked"
NEW: Final = "the rest of it: words met for the first time"
INDEX: Final = "index: buckets written, neighbours read"
SKETCHING: Final = ("bands", "fingerprints", "rare pairs")
# Limits: what research measured in C, or what no way around it can save; µs an article of 400 words and 90 buckets.
LIMITS: Final[Mapping[str, tuple[float, str]]] = {
    "words, sentences, quotes": (2.5, "words found and hashed in C"),
    "bands": (1.0, "16 permutations of 400 values, 8 at a time"),
    INDEX: (180.0, "2 µs for each bucket that is a command of its own"),
}


def profile(texts: Sequence[str]) -> Iterator[Table]:
    """One table: processor time of an article in each stage, of the worker and of the store, and what limits it."""
    warm_up()
    reading = _reading(texts[:SAMPLE])
    with (
        TemporaryDirectory(prefix="copytrail-bench-") as folder,
        EmbeddedServer(Path(folder), "everysec") as server,
    ):
        server.start()
        link = Connection(server.url)
        handled = _handled(RedisStore(link, Settings()), link.primaries()[0], texts)
        link.close()
    sketching = sum(reading[name] for name in SKETCHING)
    for stage, told in (INDEX, sketching), (NEW, sum(reading.values()) - sketching - reading[LINE]):
        worker, busy = handled[stage]
        handled[stage] = max(0.0, worker - told), busy
    stages = {name: (seconds, 0.0) for name, seconds in reading.items()} | handled
    whole = sum(worker + store for worker, store in stages.values())
    rows: list[list[Cell]] = [
        [name, 1e6 * worker, 1e6 * store, (worker + store) / whole, *LIMITS.get(name, (None, ""))]
        for name, (worker, store) in stages.items()
    ]
    workers = sum(worker for worker, _ in stages.values())
    rows.append(["all", 1e6 * workers, 1e6 * (whole - workers), 1.0, None, ""])
    yield Table(
        "profile",
        "Where a microsecond goes: one article, from the line that was posted to its cluster",
        ["stage", "worker, µs", "store, µs", "share", "limit, µs", "what the limit is"],
        rows,
        f"Processor time. Until rare pairs: {min(SAMPLE, len(texts))} articles, best of several rounds. The rest: all"
        f" {len(texts):,} in batches of {BATCH}, by a worker's own steps in this process, which asks the store how long"
        " it was busy. HTTP: table workers.",
    )


def _reading(texts: Sequence[str]) -> dict[str, float]:
    """Seconds of an article by stage, until its buckets are known."""
    lines = [json.dumps({"id": f"{n}", "text": text}) for n, text in enumerate(texts)]
    normal = [normalise(text) for text in texts]
    words = list(map(split_words, normal))
    documents = [analyse(text) for text in texts]
    read = list(zip(texts, words, strict=True))
    return {
        LINE: seconds_each(lambda line: parse_article(json.loads(line), Limits()), lines),
        "characters made alike": seconds_each(normalise, texts),
        "words, sentences, quotes": seconds_each(split_words, normal),
        "language": seconds_each(detect, words),
        "stems and weights": seconds_each(terms_of(documents[0].language).look_up, words),
        "usual furniture": seconds_each(
            lambda pair: furniture_words(
                pair[0], pair[1].start, pair[1].stop, pair[1].hash, pair[1].flags, pair[1].sentence
            ),
            read,
        ),
        "bands": seconds_each(bands, documents),
        "fingerprints": seconds_each(fingerprints, documents),
        "rare pairs": seconds_each(rare_pairs, documents),
    }


def _handled(store: RedisStore, redis: Redis, texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Seconds of an article, of this process and of the server, in each stage of a worker."""
    clock, library = _Clock(redis), Library(store)
    for first in progress(range(0, len(texts), BATCH), "handling articles"):
        some = texts[first : first + BATCH]
        with clock.of("taken, kept and queued"):
            posted = [Article(f"{first + n}", text) for n, text in enumerate(some)]
            for at in range(0, len(posted), POST):
                store.accept(posted[at : at + POST], NOW)
        with clock.of("claimed and read"):
            store.join(NAME)
            claimed = store.claim(NAME, BATCH)
            tasks = store.begin(NAME, [number for entry in claimed for number in entry.numbers])
        with clock.of(NEW):
            read = [analyse(task.text or "", task.language) for task in tasks]
        with clock.of(INDEX):
            indexed = place(store, NAME, tasks, read)
        numbers = [task.number for task in tasks]
        with clock.of("candidates ranked and compared"):
            for task, article in zip(tasks, indexed, strict=True):
                library.remember(task.number, article.edition, article.document)
            hits, documents = [each.hits for each in indexed], [each.document for each in indexed]
            found = verify(hits, documents, numbers, library)
        with clock.of("pairs kept"):
            links = [
                Link(task.number, other, task.version, each.versions[other], report)
                for task, each in zip(tasks, found, strict=True)
                for other, report in each.reports.items()
            ]
            store.link(NAME, tasks, links)
        with clock.of("clusters derived and kept"):
            recluster(store, library, NAME, tasks, links)
        with clock.of("done with"):
            store.finish(NAME, tasks)
            store.ack(NAME, claimed)
    return {name: (own / len(texts), server / len(texts)) for name, (own, server) in clock.seconds.items()}


class _Clock:
    """Processor seconds of this process and of the server by stage."""

    def __init__(self, redis: Redis) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}
        self._redis = redis

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count what happens inside as this stage."""
        server, own = self._busy(), process_time()
        yield
        own, server = process_time() - own, self._busy() - server
        before = self.seconds.get(stage, (0.0, 0.0))
        self.seconds[stage] = before[0] + own, before[1] + server

    def _busy(self) -> float:
        cpu = self._redis.info("cpu")
        return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])
