"""How the command speaks to a service: a real server with prepared answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click
import pytest

from copytrail.cli.api import Api, NotFound
from copytrail.cli.ingest import Tally, post
from copytrail.cli.reading import Item

Answer = tuple[int, dict[str, str], object]


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers (status, headers, JSON) in turn; its URL and what it was sent."""
    bodies: list[bytes] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
            bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
            status, headers, value = left.pop(0)
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, text in ({"content-length": str(len(body))} | headers).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name is http.server's

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    with answering((503, {"retry-after": "1"}, {"detail": "busy"}), (200, {}, {"fine": True})) as (url, _):
        began = time.monotonic()
        assert Api(url).get("v1", "stats") == {"fine": True}
        assert time.monotonic() - began >= 1.0


def test_a_service_that_stays_busy_is_given_up_with_its_reason() -> None:
    with (
        answering((503, {"retry-after": "60"}, {"detail": "the queue is full"})) as (url, _),
        pytest.raises(click.ClickException, match="the queue is full"),
    ):
        Api(url, patience=1).get("v1", "stats")


def test_what_is_not_known_is_told_apart() -> None:
    with answering((404, {}, {"detail": "no such article"})) as (url, _), pytest.raises(NotFound):
        Api(url).get("v1", "articles", "a/b")


def accepted(*statuses: str) -> dict[str, object]:
    return {"accepted": [{"status": status} for status in statuses], "rejected": []}


def test_a_batch_that_is_too_large_is_posted_in_halves() -> None:
    items = [Item(f"f:{number}", {"text": str(number)}) for number in range(3)]
    halves: list[Answer] = [(202, {}, accepted("queued")), (202, {}, accepted("queued", "unchanged"))]
    tally = Tally()
    with answering((413, {}, {}), *halves) as (url, bodies):
        post(Api(url), items, tally)
    assert (tally.queued, tally.unchanged, tally.rejected) == (2, 1, [])
    assert bodies[1] + b"\n" + bodies[2] == bodies[0]


def test_what_the_service_rejects_is_named_by_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    items = [Item("f:1", {"text": "x"}), Item("f:2", fault="is not JSON."), Item("f:3", {"text": ""})]
    answer = {"accepted": [{"status": "queued"}], "rejected": [{"index": 1, "error": "text: is empty"}]}
    tally = Tally()
    with answering((202, {}, answer)) as (url, _):
        post(Api(url), items, tally)
    assert [each["place"] for each in tally.rejected] == ["f:2", "f:3"]
    assert "f:3: text: is empty" in capsys.readouterr().err
