from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from standardwebhooks.webhooks import Webhook as Verifier

from copytrail.addresses import Exceptions
from copytrail.settings import Settings
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker import outbound
from worker.courier import Courier
from worker.outbound import Outbound, Undelivered

Story = list[dict[str, Any]]


@dataclass
class Receiver:
    """A server that takes messages; `answers` are the statuses it gives, then 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    location: str = ""
    drip: bool = False

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.taken]


def serve(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            while receiver.drip:
                self.wfile.write(b"H")
                time.sleep(0.05)
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            if receiver.location:
                self.send_header("location", receiver.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    return server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    server = serve(found)
    yield found
    found.drip = False
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The operator allows this machine."""
    return replace(settings, webhook_private="127.0.0.1")


@pytest.fixture
def deliver(store: RedisStore, settings: Settings) -> Callable[[], None]:
    courier = Courier(store, settings)

    def until_done() -> None:
        for delivery in courier.round():
            delivery.result(20)

    return until_done


def hook(client: FlaskClient, url: str, **more: object) -> dict[str, Any]:
    answer = client.post("/v1/webhooks", json={"url": url} | more)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def state(client: FlaskClient, webhook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/webhooks/{webhook['id']}").get_json()
    return found


def happen(client: FlaskClient, index: Callable[[], None], story: Story) -> list[dict[str, Any]]:
    """A cluster begins, grows, and ends; all that was told."""
    client.post("/v1/articles", json=story[:2])
    index()
    client.post("/v1/articles", json=story[2])
    index()
    for article in story[:2]:
        client.delete(f"/v1/articles/{article['id']}")
    index()
    events: list[dict[str, Any]] = client.get("/v1/events").get_json()["events"]
    return events


def test_everything_from_now_on_is_delivered_in_order_and_signed(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    deliver: Callable[[], None],
) -> None:
    client.post("/v1/articles", json=story[3])
    index()
    client.delete(f"/v1/articles/{story[3]['id']}")
    webhook = hook(client, receiver.url)
    told = happen(client, index, story)[1:]
    deliver()
    assert receiver.events() == told
    assert [event["type"] for event in told[:2]] == ["cluster.created", "cluster.grown"]
    verifier = Verifier(webhook["secret"])
    for headers, body in receiver.taken:
        assert verifier.verify(body, headers)
    with pytest.raises(Exception, match="signature"):
        verifier.verify(receiver.taken[0][1] + b" ", receiver.taken[0][0])
    shown = state(client, webhook)
    assert (shown["status"], shown["cursor"], shown["failures"]) == ("active", told[-1]["id"], 0)
    assert shown["delivered_at"]
    assert "secret" not in shown and "secret" not in client.get("/v1/webhooks").get_json()["webhooks"][0]
    deliver()
    assert len(receiver.taken) == len(told)


def test_only_the_events_asked_for(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    deliver: Callable[[], None],
) -> None:
    webhook = hook(client, receiver.url, events=["cluster.grown", "article.deleted"])
    told = happen(client, index, story)
    deliver()
    assert receiver.events() == [e for e in told if e["type"] in ("cluster.grown", "article.deleted")]
    assert state(client, webhook)["cursor"] == told[-1]["id"]


def test_what_is_not_taken_is_sent_again_later_and_nothing_overtakes_it(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    deliver: Callable[[], None],
) -> None:
    receiver.answers = [204, 503]
    webhook = hook(client, receiver.url)
    told = happen(client, index, story)
    deliver()
    assert receiver.events() == told[:2]
    failing = state(client, webhook)
    assert (failing["status"], failing["failures"], failing["cursor"]) == ("failing", 1, told[0]["id"])
    assert failing["error"] == "it answered 503 Service Unavailable"
    assert failing["retry_at"] > failing["failing_since"]
    deliver()
    assert len(receiver.taken) == 2, "the pause is not over"
    assert client.post(f"/v1/webhooks/{webhook['id']}/test").status_code == 202
    deliver()
    assert receiver.events()[2]["type"] == "webhook.test"
    assert receiver.events()[3:] == told[1:]
    assert receiver.ids()[3] == receiver.ids()[1], "the same event has the same id"
    assert state(client, webhook)["status"] == "active"


def test_who_is_gone_is_told_nothing_more_until_a_test_is_taken(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    deliver: Callable[[], None],
) -> None:
    receiver.answers = [410, 500]
    webhook = hook(client, receiver.url)
    told = happen(client, index, story)
    deliver()
    assert (state(client, webhook)["status"], state(client, webhook)["retry_at"]) == ("disabled", None)
    client.post(f"/v1/webhooks/{webhook['id']}/test")
    deliver()
    deliver()
    assert state(client, webhook)["status"] == "disabled"
    assert len(receiver.taken) == 2
    client.post(f"/v1/webhooks/{webhook['id']}/test")
    deliver()
    assert receiver.events()[3:] == told


def test_several_workers_deliver_each_event_once(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    store: RedisStore,
    settings: Settings,
) -> None:
    hook(client, receiver.url)
    told = happen(client, index, story)
    deliveries = [delivery for _ in range(4) for delivery in Courier(store, settings).round()]
    for delivery in deliveries:
        delivery.result(20)
    assert receiver.events() == told


def test_a_worker_that_lost_its_token_says_nothing_more(client: FlaskClient, store: RedisStore) -> None:
    name = hook(client, "https://desk.example/hook")["id"]
    token = store.begin_delivery(name)
    assert token is not None
    assert store.begin_delivery(name) is None
    webhook = store.webhook(name)
    assert webhook is not None and "whsec_" not in repr(webhook).replace("whsec_…", "")
    assert not store.delivered(name, "another", webhook.progress)
    client.delete(f"/v1/webhooks/{name}")
    assert not store.delivered(name, token, webhook.progress)
    assert store.webhooks() == []


def test_events_that_are_no_longer_kept_are_counted(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    store: RedisStore,
    settings: Settings,
    deliver: Callable[[], None],
) -> None:
    webhook = hook(client, receiver.url)
    happen(client, index, story)
    narrow = RedisStore(store._link, replace(settings, events_kept=2))
    client.post("/v1/articles", json=story[3])
    index()
    narrow.delete(story[3]["id"])
    kept = client.get("/v1/events").get_json()["events"]
    deliver()
    assert receiver.events() == kept
    assert state(client, webhook)["skipped"] == int(kept[0]["id"]) - 1


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9/",
        "http://tools.localhost/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://2130706434/",
        "http://0x7f.2/",
        "http://0177.0.0.2/",
        "http://127.2/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
        "http://192.168.0.1:8080/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://user:password@desk.example/",
        "ftp://desk.example/",
        "file:///etc/passwd",
        "desk.example",
        "http:///hook",
        "http://desk.example/ü",
    ],
)
def test_an_address_that_is_not_public_is_refused(store: RedisStore, settings: Settings, url: str) -> None:
    client = create_app(replace(settings, webhook_private=""), store).test_client()
    answer = client.post("/v1/webhooks", json={"url": url})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"][0]["field"] == "url"


Found = Callable[..., list[tuple[object, ...]]]


def resolving(*answers: list[str]) -> Found:
    """A resolver that gives these answers one after the other, for any name."""
    left = list(answers)

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return getaddrinfo


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_inside_is_not_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(addresses))
    port = receiver.url.rsplit(":", 1)[1]
    with pytest.raises(Undelivered, match="not public"):
        Outbound(Exceptions()).post(f"http://inside.example:{port}", {}, b"{}")
    assert receiver.taken == []


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name means something else at once after it was checked: nobody asks again."""
    connected: list[str] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolving(["93.184.215.14"], ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Undelivered, match="cannot be reached"):
        Outbound(Exceptions()).post("http://rebinds.example/", {}, b"{}")
    assert connected == ["93.184.215.14"]


def test_a_name_that_the_operator_allows_goes_with_its_own_host_header(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(["127.0.0.1"]))
    port = receiver.url.rsplit(":", 1)[1]
    Outbound(Exceptions.parse("hooks.internal")).post(f"http://hooks.internal:{port}", {}, b"{}")
    assert receiver.taken[0][0]["host"].startswith("hooks.internal")


def test_a_redirect_is_not_followed(
    client: FlaskClient,
    receiver: Receiver,
    index: Callable[[], None],
    story: Story,
    deliver: Callable[[], None],
) -> None:
    receiver.answers, receiver.location = [302], receiver.url
    webhook = hook(client, receiver.url)
    happen(client, index, story)
    deliver()
    assert len(receiver.taken) == 1
    assert state(client, webhook)["error"] == "it answered 302 Found; redirects are not followed"


def test_who_answers_drop_by_drop_does_not_keep_the_courier(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "_SECONDS", 0.4)
    receiver.drip = True
    started = time.monotonic()
    with pytest.raises(Undelivered, match="did not answer within"):
        Outbound(Exceptions.parse("127.0.0.0/8")).post(receiver.url, {}, b"{}")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"url": "https://desk.example/", "events": ["cluster.exploded"]}, "events.0"),
        ({"url": "https://desk.example/", "secret": "short"}, "secret"),
        ({"url": "https://desk.example/", "secret": "whsec_c2hvcnQ="}, "secret"),
        ({"url": "https://desk.example/", "secret": "whsec_%%%%"}, "secret"),
        ({"url": "https://desk.example/", "retries": 5}, "retries"),
    ],
)
def test_a_wrong_webhook_is_named(client: FlaskClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/v1/webhooks", json=body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"][0]["field"] == field


def test_webhooks_are_listed_and_deleted(client: FlaskClient) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    first = hook(client, "https://desk.example/1", secret=secret)
    second = hook(client, "https://desk.example/2", events=["article.failed"])
    assert first.pop("secret") == secret and second.pop("secret") != secret
    assert client.get("/v1/webhooks").get_json() == {"webhooks": [first, second], "next_cursor": None}
    assert client.delete(f"/v1/webhooks/{first['id']}").status_code == 204
    assert client.delete(f"/v1/webhooks/{first['id']}").status_code == 404
    assert client.get(f"/v1/webhooks/{first['id']}").status_code == 404
    assert client.post(f"/v1/webhooks/{first['id']}/test").status_code == 404
    assert client.get("/v1/webhooks").get_json()["webhooks"] == [second]
