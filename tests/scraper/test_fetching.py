"""How documents are asked for: a real server on loopback that answers oddly, and counts."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scraper import fetching
from scraper.fetching import Fetcher, NotFetched, NotForUs, NotYet
from scraper.frontier import Known

Answer = tuple[int, dict[str, str], bytes]
PAGE: Answer = (200, {"content-type": "text/html; charset=latin-1", "etag": '"1"'}, b"caf\xe9")


@dataclass
class Site:
    """A server; `pages` are its answers by path, `asked` what it was asked: time, path, headers."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name is http.server's
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((time.monotonic(), self.path, headers))
            status, given, body = site.pages.get(self.path, (404, {}, b""))
            if "etag" in given and headers.get("if-none-match") == given["etag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in ({"content-length": str(len(body))} | given).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_port
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield site
        server.shutdown()


@contextmanager
def fetching_with(delay: float = 0.01, trusted: tuple[str, ...] = ("127.0.0.1",)) -> Iterator[Fetcher]:
    with closing(Fetcher("mailto:me@example.org", delay, trusted, threading.Event())) as fetcher:
        yield fetcher


def test_says_who_asks_and_where_to_complain(site: Site) -> None:
    site.pages["/a"] = PAGE
    with fetching_with() as fetcher:
        fetched = fetcher.get(site.url("/a"), Known())
    assert fetched
    assert fetched.content.decode(fetched.charset or "") == "café"
    assert site.paths() == ["/robots.txt", "/a"]
    assert all("(+mailto:me@example.org)" in headers["user-agent"] for _, _, headers in site.asked)


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.pages["/a"] = PAGE
    with fetching_with() as fetcher:
        fetched = fetcher.get(site.url("/a"), Known())
        assert fetched
        assert fetcher.get(site.url("/a"), fetched.known) is None


def test_robots_are_obeyed_with_their_delay_and_read_once(site: Site) -> None:
    robots = b"User-agent: copytrail\nCrawl-delay: 0.3\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    site.pages |= {"/robots.txt": (200, {}, robots), "/a": PAGE, "/private/b": PAGE}
    with fetching_with() as fetcher:
        fetcher.get(site.url("/a"), Known())
        fetcher.get(site.url("/a"), Known())
        with pytest.raises(NotForUs, match=r"robots\.txt"):
            fetcher.get(site.url("/private/b"), Known())
    assert site.paths() == ["/robots.txt", "/a", "/a"]
    times = [at for at, _, _ in site.asked]
    assert times[2] - times[1] > 0.2


def test_a_host_whose_robots_cannot_be_read_is_not_asked_for_more(site: Site) -> None:
    site.pages |= {"/robots.txt": (500, {}, b""), "/a": PAGE}
    with fetching_with() as fetcher, pytest.raises(NotFetched):
        fetcher.get(site.url("/a"), Known())
    assert site.paths() == ["/robots.txt"]


def test_requests_to_one_host_are_apart_whoever_makes_them(site: Site) -> None:
    site.pages["/a"] = PAGE
    with fetching_with(delay=0.1) as fetcher:
        fetcher.get(site.url("/a"), Known())
        site.asked.clear()
        threads = [threading.Thread(target=fetcher.get, args=[site.url("/a"), Known()]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    times = sorted(at for at, _, _ in site.asked)
    assert len(times) == 4
    assert times[-1] - times[0] > 0.2  # three pauses, as far as a busy machine tells them apart


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_left_alone_for_as_long_as_it_says(site: Site, status: int) -> None:
    site.pages |= {"/a": (status, {"retry-after": "100"}, b""), "/b": PAGE}
    with fetching_with() as fetcher:
        for path in ("/a", "/b"):
            with pytest.raises(NotYet) as caught:
                fetcher.get(site.url(path), Known())
            assert caught.value.wait == pytest.approx(100, abs=2)
    assert "/b" not in site.paths()


def test_redirects_are_followed_a_few_times(site: Site) -> None:
    site.pages |= {
        "/old": (301, {"location": "/a"}, b""),
        "/a": PAGE,
        "/loop": (302, {"location": "/loop"}, b""),
    }
    with fetching_with() as fetcher:
        fetched = fetcher.get(site.url("/old"), Known())
        assert fetched
        assert fetched.url == site.url("/a")
        with pytest.raises(NotForUs, match="redirects more than"):
            fetcher.get(site.url("/loop"), Known())


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x.example/", "http://[::1", "//"])
def test_redirects_lead_to_the_web_only(site: Site, location: str) -> None:
    site.pages["/a"] = (302, {"location": location}, b"")
    with fetching_with() as fetcher, pytest.raises(NotFetched):
        fetcher.get(site.url("/a"), Known())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433"])
def test_nothing_that_only_we_can_reach_is_asked_for(site: Site, host: str) -> None:
    """Neither by a listing nor by a redirect, unless the operator named that very host."""
    site.pages["/away"] = (302, {"location": site.url("/a", host)}, b"")
    with fetching_with(trusted=()) as fetcher, pytest.raises(NotForUs, match="not on the public network"):
        fetcher.get(site.url("/a", host), Known())
    if host != "127.0.0.1":
        with fetching_with() as fetcher, pytest.raises(NotForUs, match="not on the public network"):
            fetcher.get(site.url("/away"), Known())
    assert "/a" not in site.paths()


def test_what_is_too_large_is_given_up_even_when_it_is_packed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
    site.pages["/a"] = (200, {"content-encoding": "gzip"}, gzip.compress(bytes(1_000_000)))
    with fetching_with() as fetcher, pytest.raises(NotForUs, match="larger than 100000 bytes"):
        fetcher.get(site.url("/a"), Known())


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotForUs), (410, NotForUs), (403, NotForUs), (500, NotFetched)]
)
def test_what_may_be_tried_again_is_told_apart(site: Site, status: int, error: type[NotFetched]) -> None:
    site.pages["/a"] = (status, {}, b"")
    with fetching_with() as fetcher, pytest.raises(NotFetched) as caught:
        fetcher.get(site.url("/a"), Known())
    assert type(caught.value) is error


def test_nobody_at_home_may_be_tried_again() -> None:
    with fetching_with() as fetcher, pytest.raises(NotFetched) as caught:
        fetcher.get("http://127.0.0.1:9/a", Known())
    assert not isinstance(caught.value, NotForUs)
