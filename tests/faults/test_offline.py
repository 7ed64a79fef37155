"""`copytrail cluster` on several processes: one that is ended, and a person who has waited enough."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ARTICLES = b"".join(
    json.dumps({"id": f"{n}", "text": f"Harbour bridge number {n} will close for nine weeks."}).encode()
    + b"\n"
    for n in range(400)
)


@contextmanager
def clustering(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command with two processes, one of which has handled some articles at least, and which wait for more."""
    command = [sys.executable, "-m", "copytrail", "cluster", "-", "--jobs", "2"]
    environment = os.environ | {"TMPDIR": str(folder)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as process:
        assert process.stdin
        process.stdin.write(ARTICLES)
        process.stdin.flush()
        while not any(path.stat().st_size for path in folder.glob("*/part-*")):
            assert process.poll() is None
            time.sleep(0.05)
        yield process
        process.kill()


def helpers(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that work for this one."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def ended(pid: int) -> bool:
    """Whether a process is no more, within ten seconds."""
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_a_process_that_is_ended_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with clustering(tmp_path) as process:
        first, second = helpers(process)
        os.kill(first, signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == b""
    assert b"One of 2 processes was ended" in err
    assert b"--jobs" in err
    assert b"Traceback" not in err
    assert ended(second)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whoever_ends_it_leaves_no_process_and_no_file(tmp_path: Path, how: signal.Signals) -> None:
    with clustering(tmp_path) as process:
        workers = helpers(process)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert process.returncode == (-how if how is signal.SIGKILL else 1)
    assert out == b""
    assert b"Traceback" not in err
    assert all(map(ended, workers))
    assert not list(tmp_path.iterdir())
