"""Child processes that are kept running until told otherwise."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import click

from copytrail.errors import StoreError

log = logging.getLogger("up")

GRACE = 20.0
"""Seconds a child has to finish what it is doing after SIGTERM before it is killed."""

_LOOK = 0.2  # seconds between two looks at the children
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart: doubled each time
_WRONG_SETTINGS = 2  # the exit status of a role that no new start would mend
_HEALTHY = 60.0  # seconds a child must run for its earlier deaths to be forgotten


class Process(Protocol):
    """What is asked of a running child; subprocess.Popen has it."""

    def poll(self) -> int | None:
        """The exit status, None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""


@dataclass
class Child:
    """One process under a name, and when it may be started again after it died."""

    name: str
    start: Callable[[], Process]
    process: Process | None = None
    started: float = 0.0
    pause: float = field(default=_FIRST_PAUSE)
    due: float = 0.0

    def look(self, now: float) -> None:
        """Start what is due and note what has died; `now` is in seconds of the monotonic clock.

        Raises what its first start raises, and click.ClickException when it ended because of its settings.
        """
        if self.process is None:
            if now >= self.due:
                self._start(now)
        elif (status := self.process.poll()) == _WRONG_SETTINGS:
            raise click.ClickException(f"The {self.name} refuses its settings; what is wrong is said above.")
        elif status is not None:
            self._failed(_ending(status), now)

    def _start(self, now: float) -> None:
        try:
            self.process = self.start()
        except StoreError as error:
            if not self.started:
                raise
            self._failed(str(error), now)
        else:
            self.started = now

    def _failed(self, how: str, now: float) -> None:
        if now - self.started > _HEALTHY:
            self.pause = _FIRST_PAUSE
        log.warning("The %s ended (%s); starting it again in %g s.", self.name, how, self.pause)
        self.process, self.due = None, now + self.pause
        self.pause = min(2 * self.pause, _LONGEST_PAUSE)


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"signal {-status}"


def supervise(
    children: Sequence[Child], stop: threading.Event, until: Callable[[], bool] = lambda: False
) -> None:
    """Keep the children running until `stop` is set or `until` says so."""
    while not stop.is_set() and not until():
        now = time.monotonic()
        for child in children:
            child.look(now)
        stop.wait(_LOOK)


def stop_all(children: Sequence[Child], grace: float = GRACE) -> None:
    """End the children together; what has not ended after `grace` seconds is killed."""
    running = [(child.name, child.process) for child in children if child.process is not None]
    for _, process in running:
        process.terminate()
    deadline = time.monotonic() + grace
    for name, process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("The %s did not end within %g s and is killed.", name, grace)
            process.kill()
            process.wait()
