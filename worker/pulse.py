"""The sign of life that keeps others from taking over what takes its time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from copytrail.errors import StoreError
from copytrail.store.work import Delivery, WorkerStore

log = logging.getLogger("worker")

_BEATS_A_CLAIM: Final = 3
_LONGEST: Final = 20  # claims: who works longer on one batch hangs


@contextmanager
def beating(
    store: WorkerStore, worker: str, deliveries: Sequence[Delivery], claim_seconds: float
) -> Iterator[None]:
    """Hold the entries for as long as the block runs.

    A worker that was stopped or hangs in compiled code does not beat, and one that hangs elsewhere is given up after
    `_LONGEST` claims.
    """
    done = Event()

    def beat() -> None:
        for _ in range(_LONGEST * _BEATS_A_CLAIM):
            if done.wait(claim_seconds / _BEATS_A_CLAIM):
                return
            try:
                store.hold(worker, deliveries)
            except StoreError as error:  # the work itself meets it, too
                log.debug("could not hold %d entries: %s", len(deliveries), error)

    thread = Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
