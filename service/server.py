"""The app on a socket: waitress, with every refusal of its own as a problem document.

What is too large is read to its end and thrown away before it is answered with 413 or 431: a client that is
still sending when the connection closes would see a reset, not the reason. What never ends is cut off.
"""

from __future__ import annotations

import json

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from copytrail.settings import Settings
from service.problems import MEDIA_TYPE, problem_body

THREADS = 16
"""Requests handled at once; half of these may wait for articles to be indexed."""

_MOST_CONNECTIONS = 512
"""Half of the file descriptors that a process usually may have."""
_IDLE_SECONDS = 60
_HEADER_BYTES = 64 * 1024
_READ_AWAY = 16
"""What is refused is read away up to this many times the limit."""


class _Nowhere:
    """A buffer that keeps nothing."""

    def append(self, data: bytes) -> None:
        pass

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        pass


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """Reads a request; of one that is too large nothing is kept."""

    too_large = False
    header_end: bytes | None = None
    """The last bytes seen of a header that is too long."""
    completed: bool
    error: object
    expect_continue: bool

    def parse_header(self, header_plus: bytes) -> None:
        """Besides waitress's own checks: two lengths that may disagree are how requests get smuggled."""
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("Content-Length is not a number") from None
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")

    def received(self, data: bytes) -> int:
        """Take bytes as they come; returns how many were of this request."""
        if self.header_end is not None:
            return self._throw_away(data)
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge):
            return self._throw_away(data)
        most = self.adj.max_request_body_size // _READ_AWAY
        if not self.too_large and max(self.content_length, self.body_bytes_received) > most:
            self._refuse()
        if self.too_large and self.completed:
            self.error = RequestEntityTooLarge(
                f"The body is larger than the {most} bytes that are taken at once."
            )
        return consumed

    def _throw_away(self, data: bytes) -> int:
        """Of a header that is too long, until the empty line that ends it."""
        seen = (self.header_end or b"") + data
        self.header_end = seen[-3:]
        self.header_bytes_received += len(data)
        self.completed = b"\r\n\r\n" in seen or self.header_bytes_received > _READ_AWAY * _HEADER_BYTES
        return len(data)

    def _refuse(self) -> None:
        """Of a body that is too large, keep nothing more."""
        self.too_large = True
        if self.body_rcv is not None:
            self.body_rcv.buf.close()
            self.body_rcv.buf = _Nowhere()
        if self.expect_continue:  # the client waits for leave to send: it gets the answer instead
            self.expect_continue = False
            self.completed = True


class _ErrorTask(ErrorTask):  # type: ignore[misc]  # waitress ships no types
    """Answers what waitress refuses before the app sees it."""

    def execute(self) -> None:
        """Write the problem document and close."""
        error = self.request.error
        body = json.dumps(problem_body(error.code, error.body)).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", MEDIA_TYPE))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    parser_class = _Parser
    error_task_class = _ErrorTask


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress ships no types
    """Bound to the settings' host and port at once; `run()` serves until SystemExit or KeyboardInterrupt."""

    channel_class = _Channel

    def __init__(self, app: Flask, settings: Settings) -> None:
        super().__init__(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=_IDLE_SECONDS,
            max_request_header_size=_HEADER_BYTES,
            max_request_body_size=settings.max_body_bytes * _READ_AWAY,
            asyncore_use_poll=True,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )

    @property
    def url(self) -> str:
        """Where it listens; with port 0 the port that it got."""
        host = f"[{self.effective_host}]" if ":" in self.effective_host else self.effective_host
        return f"http://{host}:{self.effective_port}"
