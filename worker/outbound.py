"""Messages to addresses that strangers chose: only where it is allowed, never redirected, never for long.

What a name stands for is looked up here, once, checked, and then connected to by that very address; so a name that
means something else a moment later (DNS rebinding) gains nothing. The name still goes into `Host` and into TLS.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import httpcore

from copytrail.addresses import Exceptions

_SECONDS: Final = 10.0  # for one message, from the connection to the end of the answer
_ANSWER_BYTES: Final = 64 * 1024  # of an answer that are read, so that the connection can be used again


class Undelivered(Exception):
    """A message was not taken; the text says why. `gone` when the receiver wants no more of them."""

    def __init__(self, why: str, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class Outbound:
    """Connections to one receiver; used by one thread and closed at the end."""

    def __init__(self, exceptions: Exceptions) -> None:
        self._network = _Network(exceptions)
        self._pool = httpcore.ConnectionPool(network_backend=self._network, max_connections=1)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Send one message. Raises Undelivered unless it is answered 2xx in time."""
        self._network.deadline = time.monotonic() + _SECONDS
        try:
            with self._pool.stream("POST", url, headers=[*headers.items()], content=body) as answer:
                _read_away(answer.iter_stream())
                status = answer.status
        except httpcore.TimeoutException:
            raise Undelivered(f"it did not answer within {_SECONDS:g} s") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise Undelivered(f"it cannot be reached: {error or type(error).__name__}") from None
        if not 200 <= status < 300:
            raise Undelivered(_refusal(status), gone=status == HTTPStatus.GONE)

    def close(self) -> None:
        """Give back the connection."""
        self._pool.close()


def _refusal(status: int) -> str:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    redirected = "; redirects are not followed" if 300 <= status < 400 else ""
    return f"it answered {status} {phrase}".rstrip() + redirected


def _read_away(parts: Iterable[bytes]) -> None:
    total = 0
    for part in parts:
        total += len(part)
        if total > _ANSWER_BYTES:
            return


class _Network(httpcore.SyncBackend):
    """Connects to what names stand for, if messages may go there."""

    def __init__(self, exceptions: Exceptions) -> None:
        self.deadline = 0.0
        self._exceptions = exceptions

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers; none when one of them is not allowed."""
        addresses = _addresses(host, port)
        for address in addresses:
            if not self._exceptions.permit(host, address):
                raise Undelivered(
                    f"{host} is at {address}, which is not public; COPYTRAIL_WEBHOOK_PRIVATE lists what may be "
                    "reached all the same"
                )
        for address in addresses[:-1]:
            try:
                return self._connected(address, port)
            except httpcore.ConnectError:
                continue
        return self._connected(addresses[-1], port)

    def _connected(self, address: str, port: int) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(address, port, _left(self)), self)


class _Stream(httpcore.NetworkStream):
    """A connection on which everything together has to be done before the deadline of the network."""

    def __init__(self, inner: httpcore.NetworkStream, network: _Network) -> None:
        self._inner = inner
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._network))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._network))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, _left(self._network))
        return _Stream(secured, self._network)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as in the class extended
        return self._inner.get_extra_info(info)


def _left(network: _Network) -> float:
    """Seconds until the deadline. Raises TimeoutException when there are none."""
    left = network.deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline is over")
    return left


def _addresses(host: str, port: int) -> list[str]:
    """What a host stands for at this moment; an address in whatever spelling stands for itself."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(f"{host} cannot be found: {error}") from None
    return list(dict.fromkeys(str(place[4][0]) for place in found))
