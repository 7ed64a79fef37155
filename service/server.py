"""The app on a socket: waitress, with every refusal of its own as a problem document.

What is too large is read to its end and thrown away before it is answered with 413 or 431: a client that is
still sending when the connection closes would see a reset, not the reason. What never ends is cut off.
"""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import Error, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from copytrail.settings import Settings
from service.problems import MEDIA_TYPE, problem_body

THREADS = 16
"""Requests handled at once; half of these may wait for articles to be indexed."""

_MOST_CONNECTIONS = 512
"""Half of the file descriptors that a process usually may have."""
_IDLE_SECONDS = 60
_HEADER_SECONDS, _REQUEST_SECONDS = 30, 300
"""What is still being received after so long is cut off: somebody sends a byte now and then to hold the place."""
_LOOK_SECONDS = 5
_COUNTED_BYTES = 256 * 1024
"""Bodies are counted in steps of this size; smaller ones are always taken: 512 of them are 128 MB."""
_READ_BYTES = 64 * 1024
"""Read from a socket at once: a hundred articles take four reads. Room for more would cost every short request time."""
_HEADER_BYTES = 64 * 1024
_READ_AWAY = 16
"""What is refused is read away up to this many times the limit."""


class _TooMuchAtOnce(Error):  # type: ignore[misc]  # waitress ships no types
    """The bodies of all requests together need more room than there is."""

    code = 503
    reason = "Service Unavailable"


class _Nowhere:
    """A buffer that keeps nothing."""

    def append(self, data: bytes) -> None:
        pass

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        pass


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """Reads a request; of one that is refused nothing is kept."""

    refusal: Error | None = None
    header_end: bytes | None = None
    """The last bytes seen of a header that is too long."""
    completed: bool
    error: object
    expect_continue: bool
    body_bytes_received: int

    def __init__(self, server: Server, adj: Any) -> None:  # noqa: ANN401 - waitress's own settings
        super().__init__(adj)
        self._server = server
        self.began = time.time()

    @property
    def held_bytes(self) -> int:
        """Bytes of the body that are kept."""
        return 0 if self.refusal else self.body_bytes_received

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
        steps = self.body_bytes_received // _COUNTED_BYTES
        consumed: int = super().received(data)
        if isinstance(self.error, RequestHeaderFieldsTooLarge):
            return self._throw_away(data)
        most = self.adj.max_request_body_size // _READ_AWAY
        if self.refusal is None and max(self.content_length, self.body_bytes_received) > most:
            said = f"The body is larger than the {most} bytes that are taken at once."
            self._refuse(RequestEntityTooLarge(said))
        elif self.body_bytes_received // _COUNTED_BYTES > steps and self._server.is_full:
            self._refuse(_TooMuchAtOnce("Too many large bodies at once; send this again in a moment."))
        if self.refusal and self.completed:
            self.error = self.refusal
        return consumed

    def _throw_away(self, data: bytes) -> int:
        """Of a header that is too long, until the empty line that ends it."""
        seen = (self.header_end or b"") + data
        self.header_end = seen[-3:]
        self.header_bytes_received += len(data)
        self.completed = b"\r\n\r\n" in seen or self.header_bytes_received > _READ_AWAY * _HEADER_BYTES
        return len(data)

    def _refuse(self, reason: Error) -> None:
        """Keep nothing more of the body."""
        self.refusal = self.refusal or reason
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
        if error.code == _TooMuchAtOnce.code:
            self.response_headers.append(("Retry-After", "2"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    error_task_class = _ErrorTask

    @property
    def parser_class(self) -> partial[_Parser]:
        """A parser that knows the server."""
        return partial(_Parser, self.server)

    @property
    def held_bytes(self) -> int:
        """Bytes of the bodies that are kept for this connection."""
        return sum(request.held_bytes for request in [self.request, *self.requests] if request)

    def is_dawdling(self, now: float) -> bool:
        """Whether a request has been coming in for longer than any should."""
        request = self.request
        if request is None or self.requests:
            return False
        patience = _REQUEST_SECONDS if request.headers_finished else _HEADER_SECONDS
        return bool(now - request.began > patience)


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
            cleanup_interval=_LOOK_SECONDS,
            recv_bytes=_READ_BYTES,
            max_request_header_size=_HEADER_BYTES,
            max_request_body_size=settings.max_body_bytes * _READ_AWAY,
            asyncore_use_poll=True,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self._most_bytes = max(settings.max_bodies_bytes, settings.max_body_bytes)

    @property
    def is_full(self) -> bool:
        """Whether the bodies received, and those being handled, are as many bytes as may be held."""
        held = sum(channel.held_bytes for channel in list(self.active_channels.values()))
        return bool(held > self._most_bytes)

    def maintenance(self, now: float) -> None:
        """Close what is idle, and what dawdles."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_dawdling(now):
                channel.will_close = True

    @property
    def url(self) -> str:
        """Where it listens; with port 0 the port that it got."""
        host = f"[{self.effective_host}]" if ":" in self.effective_host else self.effective_host
        return f"http://{host}:{self.effective_port}"
