"""The processes that do the work, or none beside this one."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Final, Self, TypeVar

from copytrail.errors import WorkInterrupted
from copytrail.offline.shelf import Shelf

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD: Final = 3  # tasks in flight for each process: enough that none waits, and a bound on memory


class Hands:
    """`jobs` processes with a shelf each in `folder`; with one job this process works, and none is started.

    They are started anew on every system: a copy of a process that has threads may hang.
    """

    def __init__(self, jobs: int, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self._jobs = jobs
        self._pool = (
            ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _settle, (folder,))
            if jobs > 1
            else None
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        self.shelf.close()

    def spread(self, step: Callable[[Shelf, Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The result of each task, in their order. Tasks are asked for as processes become free.

        Raises WorkInterrupted when a process ended before its task.
        """
        if self._pool is None:
            yield from (_flushed(self.shelf, step, task) for task in tasks)
            return
        promised: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                promised.append(self._pool.submit(_at_own_shelf, step, task))
                while len(promised) >= self._jobs * _AHEAD:
                    yield promised.popleft().result()
            while promised:
                yield promised.popleft().result()
        except BrokenProcessPool as broken:
            raise WorkInterrupted(
                f"One of {self._jobs} processes was ended by the system or by somebody, most likely because memory"
                " ran out; nothing was written. Fewer processes (--jobs) need less memory."
            ) from broken


_own_shelf: Shelf | None = None


def _settle(folder: Path) -> None:
    """What a process does first. Ctrl-C is the business of the one that started it, which it must not outlive."""
    global _own_shelf
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    _own_shelf = Shelf(folder)


def _end_with_parent(folder: Path) -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _at_own_shelf(step: Callable[[Shelf, Task], Result], task: Task) -> Result:
    assert _own_shelf
    return _flushed(_own_shelf, step, task)


def _flushed(shelf: Shelf, step: Callable[[Shelf, Task], Result], task: Task) -> Result:
    result = step(shelf, task)
    shelf.flush()
    return result
