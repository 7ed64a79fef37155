"""A soak: articles come at a constant rate and only the newest are kept, so nothing may grow: `make soak`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
import numpy as np
from redis import Redis

from bench.printing import Cell, Table, print_tables
from bench.speed.texts import make_articles
from copytrail.client import Client
from copytrail.store.embedded import server_url
from seeds.demo import running

LOOKS: Final = 20  # at memory and keys, evenly over the time
WINDOW: Final = 0.2  # of the articles that come are kept
SETTLED: Final = 0.4  # of the time, after which nothing may grow any more
GROWTH: Final = 0.05  # of the median that the last third of the looks may be above the first third
CHECKED: Final = ("articles", "keys", "index entries", "store MB", "service and workers MB")
_BATCH: Final = 20  # articles in one post


@click.command()
@click.option("--seconds", default=600, show_default=True, help="How long articles come.")
@click.option("--rate", default=50.0, show_default=True, help="Articles a second.")
def main(seconds: int, rate: float) -> None:
    """Print memory and keys while articles come and go; exit status 1 when something grows."""
    window = max(100, int(WINDOW * rate * seconds))
    os.environ["COPYTRAIL_RETAIN_ARTICLES"] = str(window)
    os.environ["COPYTRAIL_ARTICLES_PER_MINUTE"] = os.environ["COPYTRAIL_REQUESTS_PER_MINUTE"] = "0"
    with (
        TemporaryDirectory(prefix="copytrail-soak-") as folder,
        running(Path(folder)) as (client, up),
        Redis.from_url(server_url(Path(folder) / "data")) as store,
    ):
        rows = list(_looks(client, store, up.pid, seconds, rate))
    grown = dict(_grown(rows, seconds))
    print_tables([_table(rows, window, grown)], as_json=False)
    sys.exit(any(share > GROWTH for share in grown.values()))


def _looks(client: Client, store: Redis, up: int, seconds: int, rate: float) -> Iterator[dict[str, float]]:
    """Post at the rate and look from time to time."""
    start, posted, looked = time.monotonic(), 0, 0
    texts: list[str] = []
    while (elapsed := time.monotonic() - start) < seconds:
        if elapsed >= seconds * (looked + 1) / LOOKS:
            looked += 1
            yield {"seconds": round(elapsed), "posted": posted, **_look(client, store, up)}
        elif posted > rate * elapsed:
            time.sleep(0.02)
        else:
            texts = texts or make_articles(1000, seed=posted)
            batch, texts = texts[:_BATCH], texts[_BATCH:]
            client.post(
                [
                    {"id": f"{posted + i}", "text": text, "source": f"Paper {i}"}
                    for i, text in enumerate(batch)
                ]
            )
            posted += len(batch)


def _look(client: Client, store: Redis, up: int) -> dict[str, float]:
    counts = client.stats()
    return {
        "articles": counts["articles"],
        "waiting": counts["queued"],
        "expired": counts["expired"],
        "clusters": counts["clusters"],
        "index entries": counts["index_entries"],
        "keys": _lasting_keys(store),
        "store MB": store.info("memory")["used_memory"] / 1e6,
        "service and workers MB": sum(_resident(pid) for pid in _children(up)) / 1e6,
    }


def _lasting_keys(store: Redis) -> int:
    """The keys that do not go by themselves, as the answers to posts do that may be asked for again for a day."""
    counts = store.info("keyspace").get("db0", {"keys": 0, "expires": 0})
    return int(counts["keys"]) - int(counts["expires"])


def _children(parent: int) -> list[int]:
    """The service and the workers; the store's memory is told by the store."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in found if b"python" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _grown(rows: list[dict[str, float]], seconds: int) -> Iterator[tuple[str, float]]:
    """By how much each is more at the end than when the window had filled."""
    settled = [row for row in rows if row["seconds"] >= SETTLED * seconds]
    third = max(1, len(settled) // 3)
    for name in CHECKED:
        first, last = (np.median([row[name] for row in part]) for part in (settled[:third], settled[-third:]))
        yield name, float(last / first - 1)


def _table(rows: list[dict[str, float]], window: int, grown: dict[str, float]) -> Table:
    cells: list[list[Cell]] = [list(row.values()) for row in rows]
    said = ", ".join(f"{name} {share:+.1%}" for name, share in grown.items())
    return Table(
        "soak",
        f"A moving window of {window:,} articles",
        list(rows[0]),
        cells,
        f"From when the window had filled to the end: {said}. More than {GROWTH:+.0%} of any fails.",
    )


if __name__ == "__main__":
    main()
