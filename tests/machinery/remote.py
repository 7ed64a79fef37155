"""A store elsewhere: a server of its own, reached over TCP through a wire that a test may harm."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from proxy import Proxy

from copytrail.store.embedded import EmbeddedServer


class RemoteStore:
    """Runs while the block does; `wire` is all that leads to it but for `direct`, for the test itself."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedServer(folder)
        self.direct = self._server.url
        self.wire = Proxy(self.direct.removeprefix("unix://"))

    @property
    def url(self) -> str:
        """Where Copytrail finds it."""
        return f"redis://127.0.0.1:{self.wire.port}/0"

    def __enter__(self) -> Self:
        self._process = self._server.start()
        self.wire.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.wire.__exit__(*exc)
        self._server.close()

    def crash(self) -> None:
        """End it as a power cut does, and start it again on what is on its disk."""
        self._process.kill()
        self._process.wait()
        self._process = self._server.start()

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._process.pid
