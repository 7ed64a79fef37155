"""What more workers bring: two measured against one, more on paper from the measured parts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import Final

from bench.printing import Cell, Table
from bench.speed.stack import ROLES, stack

MEASURED: Final = (1, 2)
ON_PAPER: Final = (4, 8)


def workers(texts: Sequence[str]) -> Iterator[Table]:
    """One table: articles a second by workers, and the processor time of each role for an article."""
    rows: list[list[Cell]] = []
    parts: dict[str, float] = {}
    for count in MEASURED:
        rate, parts = _measure(texts, count)
        rows.append([f"{count}", rate, None, *(1e6 * parts[role] for role in ROLES.values())])
    for count in ON_PAPER:
        rows.append([f"{count}, on paper", _on_paper(parts, count), None, *(None for _ in ROLES)])
    for row in rows:
        row[2] = _ratio(row[1], rows[0][1])
    yield Table(
        "workers",
        "More workers",
        ["workers", "articles/s", "of one", *(f"{role}, µs an article" for role in ROLES.values())],
        rows,
        f"Posted, indexed, compared and clustered on {os.cpu_count()} processor cores, which workers, store and service"
        " share: two workers want three. On paper: each worker, the store and the service have a core of their own, and"
        " the slowest decides, by the processor time measured with two workers.",
    )


def _measure(texts: Sequence[str], count: int) -> tuple[float, dict[str, float]]:
    """Articles a second, and processor seconds an article by role."""
    with stack({"COPYTRAIL_WORKERS": str(count)}) as running:
        running.ingest(texts[: len(texts) // 10])
        before, start = running.processor_seconds(), time.perf_counter()
        running.ingest(texts[len(texts) // 10 :], len(texts) // 10)
        seconds, after = time.perf_counter() - start, running.processor_seconds()
    articles = len(texts) - len(texts) // 10
    return articles / seconds, {role: (after[role] - before[role]) / articles for role in after}


def _on_paper(parts: dict[str, float], count: int) -> float:
    return 1 / max(parts["workers"] / count, parts["store"], parts["service"])


def _ratio(value: Cell, first: Cell) -> float:
    assert isinstance(value, float) and isinstance(first, float)
    return value / first
