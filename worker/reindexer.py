"""A reindexer puts stored articles into the next index, which is to replace the live one; see store/reindex.py."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from threading import Event
from typing import Final

from copytrail import logs
from copytrail.document import analyse
from copytrail.errors import StoreError, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.reindex import NextIndex
from copytrail.store.work import TakenOver, Task
from copytrail.warmup import warm_up
from worker.ingest import place

log = logging.getLogger("reindexer")

BATCH: Final = 200  # articles handled together
_REST = 0.05  # seconds between two looks at an empty list
_PAUSE = 1.0  # seconds to wait for a store that does not answer


class Reindexer:
    """Fills the next index from every `parts`-th shard, from the `part`-th on; nobody else may from these."""

    def __init__(self, store: NextIndex, name: str, part: int, parts: int) -> None:
        self._store = store
        self._name = name
        self._shards = range(part, keys.SHARDS, parts)

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; the batch in hand is finished. Raises TakenOver when a later run goes on."""
        while not stop.is_set():
            try:
                if not self.turn():
                    stop.wait(_REST)
            except StoreUnavailable as error:
                log.warning("%s; trying again in %g s", error, _PAUSE)
                stop.wait(_PAUSE)

    def turn(self) -> int:
        """Handle some of what is listed; how many articles that were."""
        tasks = self._store.take(self._name, self._shards, BATCH)
        try:
            self._place(tasks)
        except (StoreUnavailable, TakenOver):
            raise
        except Exception:
            log.exception("could not index %d articles together; trying each alone", len(tasks))
            for task in tasks:
                self._place_alone(task)
        self._store.done(self._name, tasks)
        return len(tasks)

    def _place(self, tasks: Sequence[Task]) -> None:
        if tasks:
            documents = [analyse(task.text or "", task.language) for task in tasks]
            place(self._store, self._name, tasks, documents)

    def _place_alone(self, task: Task) -> None:
        """An article that cannot be read is left out of the index, as a worker would do that sets it aside."""
        try:
            self._place([task])
        except (StoreUnavailable, TakenOver):
            raise
        except Exception:
            log.exception("article %d is left out of the index", task.number)
            place(self._store, self._name, [task], [analyse("")])


def main(name: str, part: str, parts: str, generation: str) -> int:
    """Work until SIGTERM: 0; 1 when there is no store to work with, or a later run goes on instead."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings.from_env(os.environ)
    logs.set_up("reindexer", settings.log_format)
    try:
        store = NextIndex(Connection(settings.redis_url or ""), settings, int(generation))
        warm_up()
        Reindexer(store, name, int(part), int(parts)).run(stop)
    except StoreError as error:
        print(logs.plain(f"The reindexer ends: {error}"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
