"""How fast a second index is made from the stored texts, beside the live one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.printing import Cell, Table
from bench.speed.stack import stack
from bench.speed.texts import make_articles
from copytrail.store.embedded import EmbeddedServer

PROCESSES: Final = (1, 2)
SIZE: Final = 10_000


def reindex(size: int = SIZE) -> Iterator[Table]:
    """One table: articles a second of `copytrail reindex`."""
    rows: list[list[Cell]] = []
    with (
        TemporaryDirectory(prefix="copytrail-bench-") as folder,
        EmbeddedServer(Path(folder), "everysec") as server,
    ):
        server.start()
        with stack({"COPYTRAIL_REDIS_URL": server.url}) as running:
            running.ingest(make_articles(size))
        environment = os.environ | {"COPYTRAIL_REDIS_URL": server.url}
        for processes in PROCESSES:
            command = [sys.executable, "-m", "copytrail", "reindex", "--json", "--workers", f"{processes}"]
            answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
            done = json.loads(answer)
            rows.append([processes, done["articles"], done["seconds"], done["articles_per_second"]])
    yield Table(
        "reindex",
        "A new index from the stored texts",
        ["processes", "articles", "seconds", "articles/s"],
        rows,
        f"`copytrail reindex`, from its start to the switch, its processes' start included; {os.cpu_count()} processor"
        " cores, which the processes and the store share.",
    )
