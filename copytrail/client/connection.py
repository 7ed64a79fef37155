"""One call of the HTTP interface, tried again for as long as that can help."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack
from urllib.parse import quote, urlsplit

import httpx

from copytrail import __version__
from copytrail.client.errors import ClientError, Unreachable, refusal

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between two tries
_BUSY = {409, 429, 503}  # 409 with Retry-After: the same post is being handled already
_READ_SECONDS = 120.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Options(TypedDict, total=False):
    """What a call may have. Parameters that are None are left out; `wait` is how many seconds the service was asked to
    hold its answer back.
    """

    params: Mapping[str, object]
    body: bytes
    headers: Mapping[str, str]
    wait: float


class Connection:
    """The HTTP interface at `url`, with a key when it needs one.

    Every call is safe to repeat. So a busy service is asked again when it says to (Retry-After), else after a
    pause that doubles, and a connection that is lost after the first answer is made anew, for up to
    `patience` seconds.
    """

    def __init__(self, url: str, key: str | None, patience: float) -> None:
        self.url = url.rstrip("/")
        self._patience = patience
        self._answered = False
        headers = {"user-agent": f"copytrail/{__version__}", "accept": "application/json"}
        self._http = httpx.Client(
            base_url=self.url,
            timeout=httpx.Timeout(_READ_SECONDS, connect=5.0),
            headers=headers | ({"authorization": f"Bearer {key}"} if key else {}),
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,  # a proxy does not know our loopback
        )

    def close(self) -> None:
        """Give the sockets back."""
        self._http.close()

    def call(self, method: str, *path: str, **options: Unpack[Options]) -> Any:  # noqa: ANN401 - JSON
        """The JSON of the answer, None for an empty one. See `send`."""
        return _json(self.send(method, *path, **options))

    def send(self, method: str, *path: str, **options: Unpack[Options]) -> httpx.Response:
        """The answer. The segments of `path` are escaped here. Raises ClientError."""
        params = {name: value for name, value in options.get("params", {}).items() if value is not None}
        request = self._http.build_request(
            method,
            "/" + "/".join(quote(segment, safe="") for segment in path),
            params=params,  # type: ignore[arg-type]
            content=options.get("body"),
            headers=options.get("headers", {}),
            timeout=httpx.Timeout(_READ_SECONDS + options.get("wait", 0), connect=5.0),
        )
        response = self._answer(request)
        if response.is_error:
            raise refusal(response)
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        deadline, pause = time.monotonic() + self._patience, _FIRST_PAUSE
        while True:
            problem: ClientError
            try:
                response = self._http.send(request)
            except httpx.TransportError as error:
                problem, wait = self._unreachable(error), pause
            else:
                self._answered = True
                if not _is_busy(response):
                    return response
                problem, wait = refusal(response), _retry_after(response) or pause
            if not self._answered or time.monotonic() + wait > deadline:
                raise problem
            time.sleep(wait * random.uniform(1.0, 1.2))  # clients that were refused together come back apart
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        return Unreachable(
            f"No Copytrail answers at {self.url} ({error}). "
            "Start one with `copytrail up`, or name another with --api."
        )


def _is_busy(response: httpx.Response) -> bool:
    return response.status_code in _BUSY and (
        response.status_code != 409 or "retry-after" in response.headers
    )


def _retry_after(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if seconds.isascii() and seconds.isdigit() else 0.0


def _json(response: httpx.Response) -> Any:  # noqa: ANN401
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        raise Unreachable(
            f"Something other than Copytrail answers at {response.url}: expected JSON."
        ) from error
