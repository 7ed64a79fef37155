"""Documents from the web, asked for politely.

One request at a time to a host and a pause after each; robots.txt obeyed (RFC 9309), its Crawl-delay and the
Retry-After of a busy host too; a document that has not changed is not sent again; sizes, times and redirects are
bounded. Listings are written by strangers: where they lead is looked at before it is followed, so that nobody can
make the scraper read what is only reachable from inside.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event, Lock
from typing import Final
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from protego import Protego

from copytrail import __version__
from copytrail.addresses import Exceptions
from copytrail.formats import read_time
from copytrail.urls import is_url
from scraper.frontier import Known

AGENT: Final = "copytrail"
"""The name under which robots.txt may speak of this scraper."""

MOST_BYTES: Final = 10_000_000
_SECONDS: Final = 60.0  # for a whole document
_MOST_REDIRECTS: Final = 5
_ROBOTS_SECONDS: Final = 86_400.0  # how long a robots.txt holds
_ROBOTS_BYTES: Final = 512_000
_LONGEST_WAIT: Final = 30.0  # seconds to wait for a host's turn; for longer its pages are put off
_BUSY: Final = {429, 503}
_BUSY_SECONDS: Final = 300.0


class NotFetched(Exception):
    """The document was not had, and another try may have it; `wait` is in how many seconds at the least."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


class NotYet(NotFetched):
    """The host is not to be asked for `wait` seconds: nothing was sent."""


class NotForUs(NotFetched):
    """The document is not there, not allowed, or nothing we read: another try is in vain."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document: its address after redirects, its content, and what to ask with next time."""

    url: str
    content: bytes
    kind: str
    charset: str | None
    known: Known


class Fetcher:
    """Asks for documents, for several threads at once.

    `delay` seconds pass between requests to one host at least. `trusted` hosts, those that the operator
    named, may have addresses that are not public.
    """

    def __init__(self, contact: str, delay: float, trusted: Iterable[str], stop: Event) -> None:
        self._delay = delay
        self._stop = stop
        self._permitted = Exceptions(frozenset(trusted))
        self._turns: dict[str, float] = {}  # when each host may be asked next, on the monotonic clock
        self._robots: dict[str, tuple[float, Protego]] = {}
        self._lock = Lock()
        self._http = httpx.Client(
            headers={
                "user-agent": f"{AGENT}/{__version__} (+{contact})",
                "accept-encoding": "gzip",
                "connection": "close",
            },
            timeout=httpx.Timeout(20.0, connect=10.0),
            limits=httpx.Limits(max_keepalive_connections=0),  # connections are to addresses, not to hosts
            follow_redirects=False,
        )

    def close(self) -> None:
        """Give the sockets back."""
        self._http.close()

    def get(self, url: str, known: Known) -> Fetched | None:
        """The document at `url`, None when it has not changed. Raises NotFetched."""
        try:
            return self._followed(url, known)
        except (httpx.InvalidURL, ValueError) as error:  # what passes for an address may still be none
            raise NotForUs(f"{type(error).__name__}: {error}") from error

    def _followed(self, url: str, known: Known) -> Fetched | None:
        for _ in range(_MOST_REDIRECTS + 1):
            self._obey(url)
            self._take_turn(url)
            answer = self._send(url, known, MOST_BYTES)
            if not isinstance(answer, str):
                return answer
            url = answer
        raise NotForUs(f"redirects more than {_MOST_REDIRECTS} times")

    def _obey(self, url: str) -> None:
        robots = self._robots_of(url)
        if not robots.can_fetch(url, AGENT):
            raise NotForUs("robots.txt forbids it")

    def _robots_of(self, url: str) -> Protego:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        until, robots = self._robots.get(origin, (0.0, None))
        if robots is None or until < time.monotonic():
            robots = Protego.parse(self._robots_text(f"{origin}/robots.txt"))
            with self._lock:
                self._robots[origin] = (time.monotonic() + _ROBOTS_SECONDS, robots)
        return robots

    def _robots_text(self, url: str) -> str:
        """What a host says to robots; nothing where it has no such file, and until it answers it is not asked."""
        for _ in range(_MOST_REDIRECTS + 1):
            self._take_turn(url)
            try:
                answer = self._send(url, Known(), _ROBOTS_BYTES)
            except NotForUs:
                return ""
            if not isinstance(answer, str):
                return answer.content.decode("utf-8", "replace") if answer else ""
            url = answer
        return ""

    def _take_turn(self, url: str) -> None:
        """Wait until the host may be asked, and take the turn. Raises NotYet when that is too long."""
        host, now = urlsplit(url).netloc, time.monotonic()
        with self._lock:
            turn = max(now, self._turns.get(host, now))
            if turn - now > _LONGEST_WAIT:
                raise NotYet(f"{host} is not to be asked for {turn - now:.0f} s", turn - now)
            self._turns[host] = turn + self._pause(url)
        if self._stop.wait(turn - now):
            raise NotYet("stopped", 0.0)

    def _pause(self, url: str) -> float:
        _, robots = self._robots.get("{0.scheme}://{0.netloc}".format(urlsplit(url)), (0.0, None))
        return max(self._delay, (robots.crawl_delay(AGENT) or 0.0) if robots else 0.0)

    def _send(self, url: str, known: Known, most: int) -> Fetched | str | None:
        """The document, None when it has not changed, or where it moved to. Raises NotFetched."""
        request = self._request(url, known)
        try:
            with_body = self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise NotFetched(f"{type(error).__name__}: {error}") from error
        try:
            return self._read(url, with_body, most)
        except httpx.HTTPError as error:
            raise NotFetched(f"{type(error).__name__}: {error}") from error
        finally:
            with_body.close()

    def _request(self, url: str, known: Known) -> httpx.Request:
        headers = {"if-none-match": known.etag, "if-modified-since": known.modified}
        given = {name: value for name, value in headers.items() if value}
        parts = urlsplit(url)
        host = parts.hostname or ""
        if _proxied(parts.scheme, host):
            return self._http.build_request("GET", url, headers=given)
        address = self._address(host, parts.port or (443 if parts.scheme == "https" else 80))
        return self._http.build_request(
            "GET",
            httpx.URL(url).copy_with(host=address),
            headers=given | {"host": parts.netloc.rpartition("@")[2]},
            extensions={"sni_hostname": host},
        )

    def _address(self, host: str, port: int) -> str:
        """The address to connect to: looked up once, so that what was looked at is what is asked."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotFetched(f"{host} has no address: {error}") from error
        addresses = [str(each[4][0]) for each in found]
        if not all(self._permitted.permit(host, address) for address in addresses):
            raise NotForUs(f"{host} is not on the public network")
        return addresses[0]

    def _read(self, url: str, response: httpx.Response, most: int) -> Fetched | str | None:
        if response.status_code == 304:
            return None
        if response.has_redirect_location:
            return _target(url, response.headers["location"])
        self._check(url, response)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        known = Known(response.headers.get("etag"), response.headers.get("last-modified"))
        return Fetched(url, _body(response, most), kind, response.charset_encoding, known)

    def _check(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if status in _BUSY:
            wait = max(_retry_after(response.headers.get("retry-after", "")), self._delay)
            with self._lock:
                self._turns[urlsplit(url).netloc] = time.monotonic() + wait
            raise NotYet(f"answered {status}", wait)
        if status >= 500 or status == 408:
            raise NotFetched(f"answered {status}")
        if not response.is_success:
            raise NotForUs(f"answered {status}")


def _proxied(scheme: str, host: str) -> bool:
    """Whether the environment names a proxy for it, which then finds the address."""
    return bool(getproxies().get(scheme)) and not proxy_bypass(host)


def _target(url: str, location: str) -> str:
    target = urljoin(url, location)
    if not is_url(target):
        raise NotForUs(f"redirects to {target[:100]!r}")
    return target


def _body(response: httpx.Response, most: int) -> bytes:
    """The content, unpacked, within bounds of size and time."""
    parts, size, deadline = [], 0, time.monotonic() + _SECONDS
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > most:
            raise NotForUs(f"is larger than {most} bytes")
        if time.monotonic() > deadline:
            raise NotFetched(f"was not sent within {_SECONDS:g} s")
    return b"".join(parts)


def _retry_after(value: str) -> float:
    """Seconds, from seconds or a date; some minutes when it says neither."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = read_time(value)
    except ValueError:
        moment = None
    return max(0.0, moment.timestamp() - time.time()) if moment else _BUSY_SECONDS
