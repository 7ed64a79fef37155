from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from flask import Flask

from copytrail.settings import Settings
from service.server import Server

HEAD = b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LIMIT = 256 * 1024


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    server = Server(app, settings.__class__(port=0, max_body_bytes=LIMIT))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.trigger.pull_trigger(server.close)


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.effective_host, int(server.effective_port)), timeout=10)


def exchange(server: Server, *pieces: bytes) -> tuple[int, dict[str, object]]:
    """Send all pieces, read until the server closes; the status and the problem document."""
    with connect(server) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


def test_a_post_over_a_socket(server: Server) -> None:
    with httpx.Client(base_url=server.url) as http:
        assert http.post("/v1/articles", json={"id": "a", "text": "x"}).status_code == 202
        assert http.get("/v1/articles/a").json()["status"] == "queued"


def test_a_chunked_post(server: Server) -> None:
    body = iter([b'{"id": "a", ', b'"text": "x"}'])
    answer = httpx.post(
        f"{server.url}/v1/articles", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.json()["accepted"][0]["id"] == "a"


def test_a_large_body_is_answered_after_it_was_sent(server: Server) -> None:
    answer = httpx.post(
        f"{server.url}/v1/articles", content=b" " * (8 * LIMIT), headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert str(LIMIT) in answer.json()["detail"]


def test_a_large_chunked_body_is_refused(server: Server) -> None:
    chunks = iter([b" " * 65_536] * 12)
    answer = httpx.post(
        f"{server.url}/v1/articles", content=chunks, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_who_asks_before_sending_too_much_is_answered_at_once(server: Server) -> None:
    status, problem = exchange(server, HEAD + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n")
    assert (status, problem["status"]) == (413, 413)


def test_an_endless_body_is_cut_off(server: Server) -> None:
    with connect(server) as connection, pytest.raises(OSError):
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(40 * LIMIT // 65_536):
            connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /\xff\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 65_536 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", 431),
    ],
)
def test_what_is_no_http_is_a_problem_document(server: Server, request_bytes: bytes, status: int) -> None:
    answered, problem = exchange(server, request_bytes)
    assert (answered, problem["status"]) == (status, status)


def test_slow_posts_keep_nobody_waiting(server: Server) -> None:
    slow = [connect(server) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        started = time.monotonic()
        assert httpx.get(f"{server.url}/livez").status_code == 200
        assert httpx.post(f"{server.url}/v1/articles", json={"text": "x"}).status_code == 202
        assert time.monotonic() - started < 1
    finally:
        for connection in slow:
            connection.close()


def test_many_who_wait_keep_nobody_else_waiting(server: Server) -> None:
    def wait(number: int) -> None:
        httpx.post(f"{server.url}/v1/articles?wait=3", json={"id": f"w{number}", "text": "x"}, timeout=30)

    waiting = [threading.Thread(target=wait, args=[number]) for number in range(30)]
    for thread in waiting:
        thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    assert httpx.get(f"{server.url}/livez", timeout=30).status_code == 200
    assert time.monotonic() - started < 1
    for thread in waiting:
        thread.join()
