"""Children that are kept running."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
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
