"""How the client speaks to a service: a real server with prepared answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from copytrail.cli.ingest import Tally, post
from copytrail.cli.reading import Item
from copytrail.client import Busy, Client, ClientError, Forbidden, Gone, NotFound, Unreachable

Answer = tuple[int, dict[str, str], object]


@dataclass
class Exchange:
    """A server's address, and what it was sent."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def answering(*answers: Answer) -> Iterator[Exchange]:
    """A server that gives these answers (status, headers, JSON) in turn."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
            seen.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
            seen.headers.append({name.lower(): value for name, value in self.headers.items()})
            seen.paths.append(self.path)
            status, headers, value = left.pop(0)
            body = json.dumps(value).encode() if value is not None else b""
            self.send_response(status)
            for name, text in ({"content-length": str(len(body))} | headers).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_DELETE = do_POST  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        seen = Exchange(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield seen
        server.shutdown()


STATS = {"queued": 0, "workers": 1}


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    with answering((503, {"retry-after": "1"}, {"detail": "busy"}), (200, {}, STATS)) as service:
        began = time.monotonic()
        assert Client(service.url).stats() == STATS
        assert time.monotonic() - began >= 1.0


def test_a_service_that_stays_busy_is_given_up_with_its_reason() -> None:
    with (
        answering((503, {"retry-after": "60"}, {"detail": "the queue is full"})) as service,
        pytest.raises(Busy, match="the queue is full"),
    ):
        Client(service.url, patience=1).stats()


@pytest.mark.parametrize(
    ("status", "error"), [(401, Forbidden), (403, Forbidden), (404, NotFound), (410, Gone)]
)
def test_refusals_are_told_apart_and_keep_what_was_said(status: int, error: type[ClientError]) -> None:
    with answering((status, {}, {"detail": "no", "oldest": "7"})) as service, pytest.raises(error) as caught:
        Client(service.url).article("a/b")
    assert caught.value.problem["oldest"] == "7"  # type: ignore[attr-defined]
    assert service.paths == ["/v1/articles/a%2Fb"]


def test_what_is_no_copytrail_is_said() -> None:
    with answering((200, {}, "[")) as service:
        Client(service.url).stats()
    with pytest.raises(Unreachable, match="No Copytrail answers at"):
        Client("http://127.0.0.1:9").stats()


def test_the_key_is_sent_with_every_call() -> None:
    with answering((200, {}, STATS)) as service, Client(service.url, key="ct_1_2") as client:
        client.stats()
    assert service.headers[0]["authorization"] == "Bearer ct_1_2"


def accepted(*statuses: str) -> dict[str, Any]:
    taken = [{"index": n, "id": f"a{n}", "status": status} for n, status in enumerate(statuses)]
    return {"accepted": taken, "rejected": []}


def test_a_post_that_is_tried_again_is_known_as_the_same_post() -> None:
    busy: Answer = (429, {"retry-after": "1"}, {"detail": "slower"})
    with answering(busy, (202, {}, accepted("queued")), (202, {}, accepted("queued"))) as service:
        client = Client(service.url)
        client.post([{"text": "x"}])
        client.post([{"text": "x"}])
    first, again, other = (headers["idempotency-key"] for headers in service.headers)
    assert first == again != other


def test_a_lost_connection_is_made_anew_after_the_first_answer() -> None:
    cut: Answer = (200, {"content-length": "100"}, STATS)  # closes before the body is whole
    with answering((200, {}, STATS), cut, (200, {}, STATS)) as service:
        client = Client(service.url)
        client.stats()
        assert client.stats() == STATS


def test_a_batch_that_is_too_large_is_posted_in_halves() -> None:
    articles = [{"text": str(number)} for number in range(3)]
    halves: list[Answer] = [(202, {}, accepted("queued")), (202, {}, accepted("queued", "unchanged"))]
    with answering((413, {}, {}), *halves) as service:
        receipt = Client(service.url).post(articles)
    assert [each["index"] for each in receipt["accepted"]] == [0, 1, 2]
    assert service.bodies[1] + b"\n" + service.bodies[2] == service.bodies[0]


def test_an_article_that_is_too_large_alone_is_rejected() -> None:
    with answering((413, {}, {"detail": "larger than 5 bytes"})) as service:
        receipt = Client(service.url).post([{"text": "x"}])
    assert receipt["accepted"] == []
    assert "larger than 5 bytes" in receipt["rejected"][0]["error"]


def test_ingest_tells_the_place_of_each_article_among_all() -> None:
    second = {
        "accepted": [{"index": 1, "id": "c", "status": "queued"}],
        "rejected": [{"index": 0, "error": "text"}],
    }
    with answering((202, {}, accepted("queued", "queued")), (202, {}, second)) as service:
        receipt = Client(service.url).ingest(({"text": str(n)} for n in range(4)), batch=2)
    assert [each["index"] for each in receipt["accepted"]] == [0, 1, 3]
    assert receipt["rejected"] == [{"index": 2, "error": "text"}]


def test_clusters_come_page_by_page() -> None:
    pages: list[Answer] = [
        (200, {}, {"clusters": [{"id": "c_1"}], "next_cursor": "x y"}),
        (200, {}, {"clusters": [{"id": "c_2"}], "next_cursor": None}),
    ]
    with answering(*pages) as service:
        assert [each["id"] for each in Client(service.url).clusters(min_size=3)] == ["c_1", "c_2"]
    assert "cursor" not in service.paths[0]
    assert "min_size=3" in service.paths[1]
    assert "cursor=x+y" in service.paths[1].replace("%20", "+")


def test_events_go_on_from_the_last_one_until_there_are_none() -> None:
    pages: list[Answer] = [
        (200, {}, {"events": [{"id": "4"}, {"id": "5"}], "next_cursor": "5"}),
        (200, {}, {"events": [], "next_cursor": "5"}),
    ]
    with answering(*pages) as service:
        assert [each["id"] for each in Client(service.url).events(after="3")] == ["4", "5"]
    assert [path.split("after=")[1][0] for path in service.paths] == ["3", "5"]


def test_a_cluster_that_was_merged_is_followed() -> None:
    answers: list[Answer] = [(200, {}, {"id": "c_1", "merged_into": "c_2"}), (200, {}, {"id": "c_2"})]
    with answering(*answers) as service:
        assert Client(service.url).cluster("c_1")["id"] == "c_2"


def test_deleting_what_is_not_there_is_no_error() -> None:
    with answering((204, {}, None), (404, {}, {})) as service:
        client = Client(service.url)
        assert [client.delete("a"), client.delete("a")] == [True, False]


def test_waiting_ends_when_nothing_is_queued_or_time_is_over() -> None:
    busy: Answer = (200, {}, {"queued": 3, "workers": 1})
    with answering(busy, busy, (200, {}, STATS)) as service:
        client = Client(service.url)
        assert not client.wait(timeout=0)
        assert client.wait()


def test_what_the_service_rejects_is_named_by_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    items = [Item("f:1", {"text": "x"}), Item("f:2", fault="is not JSON."), Item("f:3", {"text": ""})]
    answer = {
        "accepted": [{"index": 0, "id": "a", "status": "queued"}],
        "rejected": [{"index": 1, "error": "text: is empty"}],
    }
    tally = Tally()
    with answering((202, {}, answer)) as service:
        post(Client(service.url), items, tally)
    assert [each["place"] for each in tally.rejected] == ["f:2", "f:3"]
    assert "f:3: text: is empty" in capsys.readouterr().err
