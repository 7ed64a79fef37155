"""Children that are kept running."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import Any

import pytest

from copytrail.cli.supervisor import Child, stop_all, supervise


def sleeper(*code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "; ".join(["import signal, time", *code])])


def test_a_child_that_died_is_started_again_and_said(caplog: pytest.LogCaptureFixture) -> None:
    child = Child("helper", lambda: sleeper("time.sleep(60)"))
    stop = threading.Event()
    thread = threading.Thread(target=supervise, args=([child], stop))
    thread.start()
    first = _running(child)
    first.kill()
    deadline = time.monotonic() + 10
    while _running(child) is first and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join()
    assert child.process is not first
    stop_all([child])
    assert "The helper ended (signal 9)" in caplog.text


def _running(child: Child) -> Any:  # noqa: ANN401
    while child.process is None:
        time.sleep(0.02)
    return child.process


def test_a_child_that_does_not_end_is_killed(capfd: pytest.CaptureFixture[str]) -> None:
    deaf = sleeper(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "print('deaf', flush=True)", "time.sleep(60)"
    )
    while "deaf" not in capfd.readouterr().out:
        time.sleep(0.02)
    stop_all([Child("deaf helper", lambda: deaf, process=deaf)], grace=0.2)
    assert deaf.returncode == -9


class Mortal:
    """A process that has ended."""

    def poll(self) -> int:
        return -9

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int:
        return -9


def test_who_keeps_dying_is_started_ever_more_rarely_until_it_has_lived_for_a_while() -> None:
    starts: list[float] = []
    now = 0.0

    def start() -> Mortal:
        starts.append(now)
        return Mortal()

    child = Child("mortal", start)
    while now < 300:
        child.look(now)
        now += 0.1
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses[0] < 1
    assert all(later < 2.5 * earlier for earlier, later in pairwise(pauses))
    assert 29 < max(pauses) < 31
    child.process, child.started = Mortal(), now - 100
    child.look(now)
    assert child.due - now < 1
