from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest
from flask import Flask
from listening import listening

from copytrail.settings import Settings
from service.server import Server

HEAD = b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LIMIT = 256 * 1024


@pytest.fixture
def service(app: Flask, settings: Settings) -> Iterator[Server]:
    with listening(app, replace(settings, max_body_bytes=LIMIT)) as server:
        yield server


def test_wrong_settings_end_the_start_with_every_fault_named() -> None:
    wrong = {"COPYTRAIL_PORT": "none", "COPYTRAIL_FSYNC": "no"}
    ended = subprocess.run(
        [sys.executable, "-m", "service"], env=os.environ | wrong, capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert "COPYTRAIL_PORT is 'none'" in ended.stderr
    assert "COPYTRAIL_FSYNC is 'no'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_service_runs_until_it_is_told_to_stop(settings: Settings) -> None:
    environment = os.environ | replace(settings, port=0).to_env()
    command = [sys.executable, "-m", "service"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def connect(service: Server) -> socket.socket:
    return socket.create_connection((service.effective_host, int(service.effective_port)), timeout=10)


def exchange(service: Server, *pieces: bytes) -> tuple[int, dict[str, object]]:
    """Send all pieces, read until the server closes; the status and the problem document."""
    with connect(service) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


def test_a_post_over_a_socket(service: Server) -> None:
    with httpx.Client(base_url=service.url) as http:
        assert http.post("/v1/articles", json={"id": "a", "text": "x"}).status_code == 202
        assert http.get("/v1/articles/a").json()["status"] == "queued"


def test_a_chunked_post(service: Server) -> None:
    body = iter([b'{"id": "a", ', b'"text": "x"}'])
    answer = httpx.post(
        f"{service.url}/v1/articles", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.json()["accepted"][0]["id"] == "a"


def test_a_large_body_is_answered_after_it_was_sent(service: Server) -> None:
    answer = httpx.post(
        f"{service.url}/v1/articles", content=b" " * (8 * LIMIT), headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert str(LIMIT) in answer.json()["detail"]


def test_a_large_chunked_body_is_refused(service: Server) -> None:
    chunks = iter([b" " * 65_536] * 12)
    answer = httpx.post(
        f"{service.url}/v1/articles", content=chunks, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_bodies_together_have_a_limit(app: Flask, settings: Settings) -> None:
    with (
        listening(app, replace(settings, max_body_bytes=2 * LIMIT, max_bodies_bytes=4 * LIMIT)) as server,
        ExitStack() as stack,
    ):
        held = [stack.enter_context(connect(server)) for _ in range(3)]
        for connection in held:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (2 * LIMIT) + b" " * (2 * LIMIT - 1))
        time.sleep(0.3)
        statuses = [select_answer(connection) for connection in held]
        large = httpx.post(f"{server.url}/v1/articles", content=b" " * LIMIT * 2)
        assert (large.status_code, large.headers["Retry-After"]) == (503, "2")
        assert large.json()["status"] == 503
        assert httpx.post(f"{server.url}/v1/articles", json={"text": "x"}).status_code == 202
        assert statuses == [b"", b"", b""]
        for connection in held:
            connection.sendall(b" ")
        answers = [connection.recv(12) for connection in held]
        assert answers.count(b"HTTP/1.1 400") >= 1  # was taken, and is no JSON
        assert answers.count(b"HTTP/1.1 503") >= 1
        again = httpx.post(
            f"{server.url}/v1/articles", content=b" " * LIMIT, headers={"Content-Type": "application/json"}
        )
        assert again.status_code == 400


def select_answer(connection: socket.socket) -> bytes:
    """What has been answered already."""
    connection.setblocking(False)
    try:
        return connection.recv(1000)
    except BlockingIOError:
        return b""
    finally:
        connection.settimeout(10)


def test_who_sends_a_byte_now_and_then_is_cut_off(service: Server) -> None:
    with connect(service) as header, connect(service) as body, connect(service) as idle:
        header.sendall(b"POST /v1/articles HTTP/1.1\r\nX: ")
        body.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        service.trigger.pull_trigger(lambda: service.maintenance(time.time() + 50))
        assert header.recv(10) == b""
        assert select_answer(body) == b""
        service.trigger.pull_trigger(lambda: service.maintenance(time.time() + 310))
        assert body.recv(10) == b""
        idle.close()


def test_who_asks_before_sending_too_much_is_answered_at_once(service: Server) -> None:
    status, problem = exchange(service, HEAD + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n")
    assert (status, problem["status"]) == (413, 413)


def test_an_endless_body_is_cut_off(service: Server) -> None:
    with connect(service) as connection, pytest.raises(OSError):
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
def test_what_is_no_http_is_a_problem_document(service: Server, request_bytes: bytes, status: int) -> None:
    answered, problem = exchange(service, request_bytes)
    assert (answered, problem["status"]) == (status, status)


def test_slow_posts_keep_nobody_waiting(service: Server) -> None:
    slow = [connect(service) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        started = time.monotonic()
        assert httpx.get(f"{service.url}/livez").status_code == 200
        assert httpx.post(f"{service.url}/v1/articles", json={"text": "x"}).status_code == 202
        assert time.monotonic() - started < 1
    finally:
        for connection in slow:
            connection.close()


def test_many_who_wait_keep_nobody_else_waiting(service: Server) -> None:
    def wait(number: int) -> None:
        httpx.post(f"{service.url}/v1/articles?wait=3", json={"id": f"w{number}", "text": "x"}, timeout=30)

    waiting = [threading.Thread(target=wait, args=[number]) for number in range(30)]
    for thread in waiting:
        thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    assert httpx.get(f"{service.url}/livez", timeout=30).status_code == 200
    assert time.monotonic() - started < 1
    for thread in waiting:
        thread.join()
