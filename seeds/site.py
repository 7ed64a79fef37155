"""A small web site made of the seed stories: a hundred outlets, each with pages, a feed, a sitemap, robots.txt.

    python -m seeds.site --port 8081

The outlets go by their own hosts, which exist nowhere. So the server is also a proxy for them: a scraper that is
told `http_proxy=http://127.0.0.1:8081` finds `http://www.skerrow-bulletin.example/` there. A browser finds the
same pages under `http://127.0.0.1:8081/www.skerrow-bulletin.example/`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import click

from seeds.outlets import Outlet, load_outlets, overview

_CHANGED = formatdate(1_700_000_000, usegmt=True)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, with ETag and Last-Modified, and 304 to who has the page already."""

    server_version = "seeds"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the name is http.server's
        """Send the page, feed, sitemap or robots.txt that was asked for."""
        found = find(self.headers.get("host", ""), self.path)
        if found is None:
            self._send(HTTPStatus.NOT_FOUND, b"<h1>Not found</h1>", {"Content-Type": "text/html"})
            return
        kind, body = found
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {"Content-Type": kind, "ETag": tag, "Last-Modified": _CHANGED}
        known = (self.headers.get("if-none-match"), self.headers.get("if-modified-since"))
        if tag in (known[0] or "") or (known[0] is None and known[1] == _CHANGED):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._send(HTTPStatus.OK, body, headers)

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the scraper's log says what was fetched."""


def find(host: str, target: str) -> tuple[str, bytes] | None:
    """Media type and content of what a request line asks for: an absolute address, or a path at `host`."""
    parts = urlsplit(target)
    host, path = urlsplit(f"//{parts.netloc or host}").hostname or "", parts.path
    outlets = _outlets()
    if host in outlets:
        return outlets[host].document(path, base="")
    first, _, rest = path.lstrip("/").partition("/")
    if first in outlets:
        return outlets[first].document(f"/{rest}", base=f"/{first}")
    return ("text/html; charset=utf-8", overview(outlets.values())) if path == "/" else None


@cache
def _outlets() -> dict[str, Outlet]:
    return {outlet.host: outlet for outlet in load_outlets()}


@contextmanager
def serving(host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The site, served by a thread; its address, which is also the proxy to its outlets."""
    with ThreadingHTTPServer((host, port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield f"http://{host}:{server.server_port}"
        server.shutdown()
        thread.join()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8081, show_default=True, help="Port to listen on.")
def main(host: str, port: int) -> None:
    """Serve the site until Ctrl-C."""
    click.echo(f"{len(_outlets())} outlets at http://{host}:{port}/")
    with ThreadingHTTPServer((host, port), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
