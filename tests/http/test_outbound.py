"""Where a worker connects for a webhook: to public addresses that it checked itself, and where the operator lets it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from receiver import Receiver, receiving

from copytrail.addresses import Exceptions
from copytrail.settings import Settings
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker import outbound
from worker.outbound import Outbound, Undelivered


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


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
    client = create_app(settings, store).test_client()
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
    with pytest.raises(Undelivered, match="not public"):
        Outbound(Exceptions()).post(f"http://inside.example:{receiver.port}", {}, b"{}")
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
    Outbound(Exceptions.parse("hooks.internal")).post(f"http://hooks.internal:{receiver.port}", {}, b"{}")
    assert receiver.taken[0][0]["host"].startswith("hooks.internal")


def test_who_answers_drop_by_drop_does_not_keep_the_courier(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "_SECONDS", 0.4)
    receiver.drip = True
    started = time.monotonic()
    with pytest.raises(Undelivered, match="did not answer within"):
        Outbound(Exceptions.parse("127.0.0.0/8")).post(receiver.url, {}, b"{}")
    assert time.monotonic() - started < 2
