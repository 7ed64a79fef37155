"""A running service, spoken to over HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import click
import httpx

from copytrail import __version__
from copytrail.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between two tries
_BUSY = {429, 503}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class NotFound(click.ClickException):
    """The service does not know what was asked for."""


class TooLarge(click.ClickException):
    """The service does not take a body of this size."""


class Api:
    """The HTTP interface at `url`.

    Every call is safe to repeat. So a busy service (503, 429) is asked again when it says to, and a
    connection that is lost after the first answer is made anew, for up to `patience` seconds. What goes
    wrong for good is a ClickException with a message for people.
    """

    def __init__(self, url: str, patience: float = 30.0) -> None:
        self.url = url.rstrip("/")
        self._patience = patience
        self._answered = False
        self._http = httpx.Client(
            base_url=self.url,
            timeout=httpx.Timeout(120.0, connect=5.0),
            headers={"user-agent": f"copytrail/{__version__}", "accept": "application/json"},
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,  # a proxy does not know our loopback
        )

    def get(self, *path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        """The JSON at a path of segments, which are escaped here; parameters that are None are left out."""
        return self._call("GET", path, params=_given(params))

    def post(self, *path: str, body: bytes, kind: str = "application/json", **params: object) -> Any:  # noqa: ANN401
        """Post `body` of media type `kind` and return the JSON of the answer."""
        return self._call("POST", path, params=_given(params), content=body, headers={"content-type": kind})

    def _call(self, method: str, path: tuple[str, ...], **request: Any) -> Any:  # noqa: ANN401
        address = "/" + "/".join(quote(segment, safe="") for segment in path)
        deadline, pause = time.monotonic() + self._patience, _FIRST_PAUSE
        while True:
            try:
                response = self._http.request(method, address, **request)
            except httpx.TransportError as error:
                problem, wait = self._unreachable(error), pause
            else:
                self._answered = True
                if response.status_code not in _BUSY:
                    return _json(response)
                problem, wait = _problem(response), _retry_after(response) or pause
            if not self._answered or time.monotonic() + wait > deadline:
                raise problem
            time.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _unreachable(self, error: httpx.TransportError) -> click.ClickException:
        return click.ClickException(
            f"No Copytrail answers at {self.url} ({error}). "
            "Start one with `copytrail up`, or name another with --api."
        )


def api_option(command: _Command) -> _Command:
    """Add `--api URL` to a command; without it the service is where the settings would start it."""
    option = click.option("--api", "url", metavar="URL", default=_default_url, help="Address of the service.")
    return option(command)


def _default_url() -> str:
    settings = Settings.from_env(os.environ)
    return base_url(settings.host, settings.port)


def base_url(host: str, port: int) -> str:
    """The address under which a service bound to `host` is reached from this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _given(params: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _json(response: httpx.Response) -> Any:  # noqa: ANN401
    if response.is_error:
        raise _problem(response)
    try:
        return response.json()
    except ValueError as error:
        raise click.ClickException(
            f"Something other than Copytrail answers at {response.url}: expected JSON."
        ) from error


def _problem(response: httpx.Response) -> click.ClickException:
    kind = {404: NotFound, 413: TooLarge}.get(response.status_code, click.ClickException)
    try:
        fields = response.json()
        said = fields.get("detail") or fields.get("title")
    except (ValueError, AttributeError):
        said = response.reason_phrase
    return kind(
        f"The service answered {response.status_code} to {response.request.method} {response.url}: {said}"
    )


def _retry_after(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if seconds.isascii() and seconds.isdigit() else 0.0
