"""Something at work beside a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beside(work: Callable[[Event], object]) -> Iterator[Thread]:
    """A thread at work while the block runs; it ends when it sees the event."""
    stop = Event()
    thread = Thread(target=work, args=[stop])
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()
