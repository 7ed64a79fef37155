"""Request ids and the log: what an operator follows from a client's answer to the line that explains it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from copytrail.logs import JsonFormatter, set_up


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged as JSON, filled in when the test has asked for it."""
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    set_up("service", "json")
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    handler.setStream(stream)
    said = _Lines(stream)
    yield said
    root.handlers[:], root.level = kept, level


class _Lines(list[dict[str, Any]]):
    def __init__(self, stream: io.StringIO) -> None:
        super().__init__()
        self._stream = stream

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([json.loads(line) for line in self._stream.getvalue().splitlines()])


@pytest.mark.parametrize("given", ["trace-7", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
def test_a_request_keeps_the_id_it_came_with(client: FlaskClient, given: str) -> None:
    assert client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "x\u00e9"])
def test_any_other_gets_one_of_its_own(client: FlaskClient, given: str) -> None:
    ids = {client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert given not in ids


def test_a_post_is_logged_with_its_request_and_its_articles(
    client: FlaskClient, lines: list[dict[str, Any]]
) -> None:
    article = {"id": "a-1", "text": "Something happened in the harbour today."}
    client.post("/v1/articles", json=[article, {"id": "a-2"}], headers={"X-Request-ID": "r1"})
    client.get("/v1/articles/a-1", headers={"X-Request-ID": "r2"})
    client.get("/livez")
    posted, read = lines
    assert (posted["method"], posted["path"], posted["status"]) == ("POST", "/v1/articles", 202)
    assert (posted["request"], posted["articles"]) == ("r1", ["a-1"])
    assert (read["request"], read["articles"]) == ("r2", ["a-1"])
    assert posted["role"] == "service"
    assert posted["milliseconds"] > 0


def test_an_error_is_one_line_with_its_traceback_and_no_secret() -> None:
    try:
        raise ValueError("redis://user:hunter2@store/0\x1b[2J")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "lost %s", ("a\nb",), (ValueError, error, None)
        )
    line = JsonFormatter("worker").format(record)
    fields = json.loads(line)
    assert "\n" not in line
    assert fields["message"] == "lost a\nb"
    assert "hunter2" not in line
    assert "\\x1b" in fields["exception"]
    assert fields["level"] == "error"
