"""A TCP proxy that a test may make slow, deaf or fatal to connections."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

_CHUNK: Final = 1 << 16  # bytes
_LOOK: Final = 0.05  # seconds


@dataclass
class Proxy:
    """Forwards 127.0.0.1:`port` to `target` (host and port, or the path of a Unix socket) while the block runs.

    `delay` (seconds) is added to everything that goes either way. While `deaf`, nothing is passed on and nothing
    answered. `swallow` passes requests on but no answers: what the client asked for happens, and it never learns so.
    """

    target: tuple[str, int] | str
    delay: float = 0.0
    deaf: bool = False
    swallow: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection at once, with whatever is on its way."""
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            with suppress(OSError, ValueError):
                connection.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """Forward as if nothing had been; what was swallowed ends with its connection."""
        had = self.deaf or self.swallow
        self.delay, self.deaf, self.swallow = 0.0, False, False
        if had:
            self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=[near], daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, suppress(OSError, ValueError), self._reach() as far:  # a connection may end at any time
            with self._lock:
                self._open |= {near, far}
            try:
                self._forward(near, far)
            finally:
                with self._lock:
                    self._open -= {near, far}

    def _reach(self) -> socket.socket:
        if not isinstance(self.target, str):
            return socket.create_connection(self.target, timeout=5)
        far = socket.socket(socket.AF_UNIX)
        far.connect(self.target)
        return far

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        while True:
            ready, _, _ = select.select([near, far], [], [], _LOOK)
            for source in ready:
                while self.deaf:
                    time.sleep(_LOOK)
                data = source.recv(_CHUNK)
                if not data:
                    return
                time.sleep(self.delay)
                if not (self.swallow and source is far):
                    other[source].sendall(data)
