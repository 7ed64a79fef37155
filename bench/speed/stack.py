"""A whole running Copytrail, and the processor time that each of its processes has taken."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.printing import progress
from copytrail.client import BATCH, Client
from seeds.demo import running

ROLES: Final = {"-m service": "service", "-m worker": "workers", "valkey": "store"}
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stack:
    """A running Copytrail: a client of it, and the process of `copytrail up` that owns it."""

    client: Client
    up: int

    def ingest(self, texts: Sequence[str], first: int = 0) -> None:
        """Post the texts and wait until all are handled."""
        self.post(texts, first)
        self.client.wait()

    def post(self, texts: Sequence[str], first: int = 0) -> None:
        """Post the texts in batches under the ids `first`, `first` + 1 …"""
        for start in progress(range(0, len(texts), BATCH), "posting articles"):
            batch = enumerate(texts[start : start + BATCH], first + start)
            self.client.post([{"id": f"{number}", "text": text} for number, text in batch])

    def processor_seconds(self) -> dict[str, float]:
        """Processor seconds by role until now."""
        seconds = dict.fromkeys(ROLES.values(), 0.0)
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it ended while we looked
                continue
            if int(fields[1]) == self.up:
                role = next((role for words, role in ROLES.items() if words in command), None)
                if role:
                    seconds[role] += (int(fields[11]) + int(fields[12])) / _TICKS
        return seconds


@contextmanager
def stack(settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """`copytrail up` with an embedded store, nobody's rate limited, and these settings besides."""
    chosen = {"COPYTRAIL_REQUESTS_PER_MINUTE": "0", "COPYTRAIL_ARTICLES_PER_MINUTE": "0", **(settings or {})}
    os.environ.update(chosen)
    try:
        with (
            TemporaryDirectory(prefix="copytrail-bench-") as folder,
            running(Path(folder)) as (client, up),
        ):
            yield Stack(client, up.pid)
    finally:
        for name in chosen:
            del os.environ[name]
