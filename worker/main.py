"""The loop of a worker: claim, ingest, ack; what fails is found out and set aside, what is interrupted given
back.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import traceback
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Final
from uuid import uuid4

from copytrail.errors import IndexVersionMismatch, StoreError, StoreUnavailable
from copytrail.logs import about
from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.store.work import Delivery, TakenOver, Task, WorkerStore
from worker.ingest import give_up, ingest
from worker.pulse import beating

log = logging.getLogger("worker")

BATCH: Final = 400  # articles handled together: enough to share round trips, few enough to be quick
_PORTION: Final = 4 << 20  # characters of texts analysed together: of long ones fewer
_SHORT_REST, _LONG_REST = (
    0.02,
    0.25,
)  # seconds between two looks at an empty queue: after work, in the long run
_SHORT_PAUSE, _LONG_PAUSE = 0.1, 5.0  # seconds to wait for a store that does not answer: at first, later
_RESTS_PER_SWEEP: Final = 40
_EXPIRY_SECONDS: Final = 1.0  # between two looks at what was kept long enough
_REASON_CHARACTERS: Final = 500
_REASON_CALLS: Final = 8  # kept with an article that was set aside


class Worker:
    """One consumer of the queue. `name` is what the others know it by."""

    def __init__(self, store: WorkerStore, settings: Settings) -> None:
        self.name = _new_name()
        self._store = store
        self._library = Library(store)
        self._tries = settings.max_deliveries
        self._claim_seconds = settings.claim_seconds
        self._held: list[Delivery] = []
        self._next_expiry = 0.0

    def run(self, stop: Event) -> None:
        """Work until `stop` is set: what is in hand then is finished, what is only claimed is given back."""
        rests, pause = 0, _SHORT_PAUSE
        while not stop.is_set():
            try:
                rests = 0 if self.turn(stop) else rests + 1
                if rests and rests % _RESTS_PER_SWEEP == 0:
                    self._store.sweep(self.name)
                pause = _SHORT_PAUSE
            except TakenOver:
                log.warning("%s was silent for too long and lost its articles to others", self.name)
                self.name, self._held = _new_name(), []
            except StoreUnavailable as error:
                log.warning("%s; trying again in %.1f s", error, pause)
                stop.wait(pause)
                pause = min(2 * pause, _LONG_PAUSE)
            if rests:
                stop.wait(min(_SHORT_REST * 1.3**rests, _LONG_REST))
        self._end()

    def turn(self, stop: Event | None = None) -> bool:
        """Claim a batch and handle it; whether there was anything."""
        self._store.join(self.name)
        if not self._held:
            self._held = self._store.claim(self.name, BATCH)
        worked = bool(self._expired() or self._held)
        with beating(self._store, self.name, tuple(self._held), self._claim_seconds):
            while self._held and not (stop and stop.is_set()):
                batch = _together(self._held)
                self._handle(batch)
                del self._held[: len(batch)]
        return worked

    def _expired(self) -> int:
        """How many articles were deleted that were kept long enough: looked at once a second, or while some are."""
        if time.monotonic() < self._next_expiry:
            return 0
        expired = self._store.expire()
        self._next_expiry = time.monotonic() + (0 if expired else _EXPIRY_SECONDS)
        return expired

    def _handle(self, batch: Sequence[Delivery]) -> None:
        """Handle entries; one that comes back is first taken apart, so that its articles are tried alone."""
        if batch[0].deliveries > 1 and len(batch[0].numbers) > 1:
            self._store.split(self.name, batch[0])
            return
        tasks = self._store.begin(self.name, _numbers(batch))
        self._set_aside([task for task in tasks if task.tries > self._tries])
        sound = [task for task in tasks if task.tries <= self._tries]
        ingested = [self._ingested(portion) for portion in _portions(sound)]
        if all(ingested):
            self._store.ack(self.name, batch)
        else:
            self._give_back(batch)

    def _ingested(self, tasks: Sequence[Task]) -> bool:
        """Ingest the articles; False when one of them cannot be handled."""
        try:
            ingest(self._store, self._library, self.name, tasks)
        except (StoreUnavailable, TakenOver, IndexVersionMismatch):
            raise
        except Exception as error:
            log.exception("could not handle %d articles together", len(tasks), extra=self._about(tasks))
            reason = _reason(error) if len(tasks) == 1 else ""
            self._store.put_back(self.name, tasks, reason)
            return False
        return True

    def _give_back(self, batch: Sequence[Delivery]) -> None:
        """Let each article be tried again by itself."""
        for delivery in batch:
            if len(delivery.numbers) > 1:
                self._store.split(self.name, delivery)
            else:
                self._store.release(self.name, [delivery])

    def _set_aside(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            reason = task.failure or f"The worker died {self._tries} times while it handled this article."
            log.error("set article %d aside: %s", task.number, reason, extra=self._about([task]))
            give_up(self._store, self._library, self.name, [task], reason)

    def _about(self, tasks: Sequence[Task]) -> dict[str, object]:
        records = self._store.records([task.number for task in tasks])
        return about([record.article_id for record in records if record])

    def _end(self) -> None:
        try:
            self._store.release(self.name, self._held)
            self._store.leave(self.name)
        except StoreError as error:  # others take over after the claim time
            log.warning("could not say goodbye: %s", error)


def _reason(error: Exception) -> str:
    """What went wrong in one line, and below it where: the innermost calls."""
    said = " ".join(f"{type(error).__name__}: {error}"[:_REASON_CHARACTERS].splitlines())
    return f"{said}\n{''.join(traceback.format_tb(error.__traceback__)[-_REASON_CALLS:])}"


def _together(held: Sequence[Delivery]) -> Sequence[Delivery]:
    """The entries from the front that are handled together: fresh ones up to a batch, else a single one."""
    count = articles = 0
    for delivery in held:
        articles += len(delivery.numbers)
        if delivery.deliveries > 1 or (count and articles > BATCH):
            break
        count += 1
    return held[: max(1, count)]


def _portions(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """The tasks, in parts that fit into memory when they are analysed."""
    portion: list[Task] = []
    characters = 0
    for task in tasks:
        portion.append(task)
        characters += len(task.text or "")
        if characters >= _PORTION:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def _numbers(batch: Sequence[Delivery]) -> list[int]:
    return list(dict.fromkeys(_each_number(batch)))


def _each_number(batch: Sequence[Delivery]) -> Iterator[int]:
    for delivery in batch:
        yield from delivery.numbers


def _new_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
