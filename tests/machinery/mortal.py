"""Real workers that something happens to: a signal that each sends itself right after a step of its work."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from typing import Any, Final, cast

from redis_cluster import until

import worker.ingest
from copytrail.document import Document, analyse
from copytrail.settings import Settings
from copytrail.store import open_store
from copytrail.store.redis import RedisStore
from copytrail.store.work import WorkerStore
from worker.main import Worker

_PATIENCE: Final = 30.0  # seconds for a worker to do what is waited for
# Every worker is a copy of one process that has read the program: started at once.
_processes: Final = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["worker.main"])


class Struck:
    """A store whose user is sent a signal right after the first call of one of its methods."""

    def __init__(self, store: RedisStore, method: str, sent: signal.Signals) -> None:
        self._store = store
        self._method = method
        self._sent = sent

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        method = getattr(self._store, name)
        if name != self._method:
            return method

        def struck(*args: object, **named: object) -> object:
            answer = method(*args, **named)
            self._method = ""
            os.kill(os.getpid(), self._sent)
            return answer

        return struck


@contextmanager
def struck(settings: Settings, step: str, sent: signal.Signals) -> Iterator[BaseProcess]:
    """A worker that sends itself a signal after that step, once; killed when the block ends."""
    process = _processes.Process(target=_work, args=[settings, step, sent])
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def died_of_poison(settings: Settings) -> bool:
    """Let a worker work whom every text that begins with `poison` kills; False when it had nothing to do any more."""
    process = _processes.Process(target=_work, args=[settings, "", signal.SIGKILL, True])
    process.start()
    process.join(_PATIENCE)
    return process.exitcode == -signal.SIGKILL


def until_stopped(process: BaseProcess) -> None:
    """Wait until SIGSTOP has struck."""
    stat = Path(f"/proc/{process.pid}/stat")
    until(lambda: stat.read_text().rsplit(")", 1)[1].split()[0] == "T", "it was not stopped", _PATIENCE)


def _work(settings: Settings, step: str, sent: signal.Signals, poisoned: bool = False) -> None:
    """Work until told to stop; with poison about until nothing waits."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = open_store(settings)
    if poisoned:
        setattr(worker.ingest, "analyse", _analyse_or_die)  # noqa: B010 - not exported
        mortal = Worker(store, settings)
        while store.stats()["queued"] and not stop.is_set():
            mortal.turn(stop)
    else:
        Worker(cast(WorkerStore, Struck(store, step, sent)), settings).run(stop)


def _analyse_or_die(text: str, language: str | None = None) -> Document:
    if text.startswith("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    return analyse(text, language)
