"""A whole Copytrail in real processes that a test may kill, stop and start again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final, Self

import httpx
from redis_cluster import until

ROLES: Final = {"store": "valkey", "service": "-m service", "worker": "-m worker"}
_PATIENCE: Final = 90.0  # seconds for everything to be there again


class Real:
    """`copytrail up` on a folder, started again by `start` after it was killed.

    `prepare` is called in its process before it begins.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str], prepare: Callable[[], None] | None = None
    ) -> None:
        self._folder = folder
        self._prepare = prepare
        self._environ = os.environ | dict(settings)
        self._log: IO[bytes] = (folder / "log").open("ab")
        self._up: subprocess.Popen[bytes] | None = None
        self.url = ""

    @property
    def data(self) -> Path:
        """The folder of the embedded store."""
        return self._folder / "data"

    @property
    def pid(self) -> int:
        """The process of the launcher."""
        assert self._up
        return self._up.pid

    @property
    def log(self) -> str:
        """All that its processes have said."""
        return (self._folder / "log").read_text(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        self._log.close()

    def start(self) -> None:
        """Start it and wait until it is ready."""
        port = self.url.rsplit(":", 1)[-1] or "0"
        command = [sys.executable, "-P", "-m", "copytrail", "up", "--port", port, "--data", str(self.data)]
        self._up = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=self._environ,
            preexec_fn=self._prepare,
        )
        assert self._up.stdout
        for line in self._up.stdout:
            if found := [word for word in line.decode().split() if word.startswith("http://")]:
                self.url = found[0]
                break
        else:
            raise RuntimeError(f"`copytrail up` ended with status {self._up.wait()}:\n{self.log}")
        threading.Thread(target=self._drain, args=[self._up.stdout], daemon=True).start()

    def stop(self) -> None:
        """End it as a person does."""
        if self._up:
            self._up.terminate()
            self._up.wait(_PATIENCE)
            self._up = None

    def kill(self) -> None:
        """End the launcher as a power cut does, and wait until the store has let the folder go."""
        assert self._up
        children = self.children()
        self._up.kill()
        self._up.wait()
        until(lambda: not any(_alive(pid) for pid in children), "a child outlived its launcher", _PATIENCE)

    def children(self) -> dict[int, str]:
        """The processes it started, by number, with their role."""
        assert self._up
        found: dict[int, str] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it ended while we looked
                continue
            if parent == self._up.pid:
                found |= {int(entry.name): role for role, words in ROLES.items() if words in command}
        return found

    def find(self, role: str) -> int:
        """A process of the role. Raises ProcessLookupError when there is none at the moment."""
        for pid, its_role in self.children().items():
            if its_role == role:
                return pid
        raise ProcessLookupError(f"there is no {role} at the moment")

    def strike(self, role: str, sent: signal.Signals) -> None:
        """Send a signal to a process of the role. Raises ProcessLookupError when there is none at the moment."""
        os.kill(self.find(role), sent)

    def until_ready(self) -> None:
        """Wait until the service says it is ready."""
        until(self._is_ready, f"it did not recover:\n{self.log[-4000:]}", _PATIENCE)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    @staticmethod
    def _drain(output: IO[bytes]) -> None:
        for _ in output:
            pass


def _alive(pid: int) -> bool:
    try:
        return "Z" not in (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
