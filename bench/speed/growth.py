"""What a growing corpus does to the service: articles a second, and how long `POST /v1/check` takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from bench.printing import Cell, Table, progress
from bench.speed.stack import Stack, stack
from bench.speed.texts import make_articles

SIZES: Final = (10_000, 100_000)
LARGE_SIZES: Final = (*SIZES, 1_000_000)
CHECKS: Final = 500
MEASURED: Final = 5_000  # articles before each size over which articles a second are taken
CHUNK: Final = 5_000  # articles made at a time


def growth(sizes: Sequence[int] = SIZES) -> Iterator[Table]:
    """One table: at each size the rate of the last articles, and the time of checks of new texts and of copies."""
    rows: list[list[Cell]] = []
    with stack() as running:
        stored = 0
        for size in sizes:
            _fill(running, stored, size - MEASURED)
            texts = make_articles(MEASURED, seed=size)
            start = time.perf_counter()
            running.ingest(texts, size - MEASURED)
            rate = MEASURED / (time.perf_counter() - start)
            stored = size
            middle, late = np.quantile(_checks(running), [0.5, 0.99])
            rows.append([stored, rate, None, 1000 * middle, 1000 * late, None])
    for row in rows:
        row[2], row[5] = _ratio(row[1], rows[0][1]), _ratio(row[4], rows[0][4])
    yield Table(
        "growth",
        "A growing corpus",
        [
            "articles stored",
            "articles/s",
            "of the first",
            "check p50, ms",
            "check p99, ms",
            "times the first",
        ],
        rows,
        f"Made-up articles. Articles a second over the last {MEASURED:,} before each size, posted in batches to one"
        f" worker. Checks over HTTP, one after the other, {CHECKS} each: half of new texts, half of stored ones.",
    )


def _fill(running: Stack, stored: int, size: int) -> None:
    """Post articles until so many are stored, and wait until all are handled; the next are made meanwhile."""
    for first in range(stored, size, CHUNK):
        running.post(make_articles(min(CHUNK, size - first), seed=first), first)
    running.client.wait()


def _checks(running: Stack) -> list[float]:
    """Seconds of each check."""
    stored = make_articles(CHUNK, seed=0)[: CHECKS // 2]
    fresh = make_articles(CHECKS - len(stored), seed=10**9)
    texts = [text for pair in zip(stored, fresh, strict=True) for text in pair]
    return [
        _seconds(lambda text=text: running.client.check({"text": text}))  # type: ignore[misc]
        for text in progress(texts, "checking")
    ]


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _ratio(value: Cell, first: Cell) -> float:
    assert isinstance(value, float) and isinstance(first, float)
    return value / first
