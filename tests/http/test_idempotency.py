from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from copytrail.errors import StoreUnavailable
from copytrail.store import once
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore


def post(client: FlaskClient, body: object, key: str = "k", path: str = "/v1/articles") -> TestResponse:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


def test_a_post_that_is_sent_again_is_answered_as_the_first_time(client: FlaskClient) -> None:
    first = post(client, [{"id": "a", "text": "x"}, {}])
    client.post("/v1/articles", json={"id": "a", "text": "changed meanwhile"})
    again = post(client, [{"id": "a", "text": "x"}, {}])
    assert (again.status_code, again.data, again.content_type) == (202, first.data, first.content_type)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert client.get("/v1/articles/a").get_json()["version"] == 2


def test_a_refusal_is_repeated_too(client: FlaskClient) -> None:
    first, again = post(client, [{}]), post(client, [{}])
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert again.content_type == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true"


def test_one_key_is_for_one_request(client: FlaskClient) -> None:
    assert post(client, {"text": "x"}).status_code == 202
    for answer in (post(client, {"text": "y"}), post(client, {"text": "x"}, path="/v1/articles?wait=0")):
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert post(client, {"text": "y"}, key="another").status_code == 202


def test_two_clients_may_use_the_same_key(client: FlaskClient) -> None:
    elsewhere = {"REMOTE_ADDR": "10.0.0.1"}
    assert post(client, {"text": "x"}).status_code == 202
    headers = {"Idempotency-Key": "k"}
    other = client.post("/v1/articles", json={"text": "y"}, headers=headers, environ_base=elsewhere)
    assert other.status_code == 202


def test_of_many_at_once_one_is_done(app: Flask, store: RedisStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda _: post(app.test_client(), {"id": "a", "text": "x"}, path="/v1/articles?wait=1"),
                range(8),
            )
        )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [202] * statuses.count(202) + [409] * statuses.count(409)
    assert statuses.count(409) >= 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert len({answer.data for answer in answers if answer.status_code == 202}) == 1
    assert post(app.test_client(), {"id": "a", "text": "x"}, path="/v1/articles?wait=1").status_code == 202


def test_a_failure_may_be_tried_again(
    client: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as broken:
        broken.setattr(RedisStore, "accept", fail)
        assert post(client, {"text": "x"}).status_code == 503
    assert post(client, {"text": "x"}).status_code == 202


def test_an_answer_that_cannot_be_kept_is_given(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(RedisStore, "finish_once", fail)
    assert post(client, {"text": "x"}).status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "\x7f", "é", "tab\there"])
def test_a_key_is_short_and_printable(client: FlaskClient, key: str) -> None:
    assert post(client, {"text": "x"}, key=key).status_code == 400


@pytest.mark.parametrize("wait", ["nan", "-1", "9" * 5000, "1e400", "x"])
def test_a_key_does_not_hide_wrong_parameters(client: FlaskClient, wait: str) -> None:
    assert post(client, {"text": "x"}, path=f"/v1/articles?wait={wait}").status_code == 422


def test_what_only_reads_leaves_nothing_behind(client: FlaskClient, link: Connection) -> None:
    assert post(client, {"text": "x"}, path="/v1/check").status_code == 200
    assert post(client, {"a": "", "b": ""}, path="/v1/compare").status_code == 200
    assert not [key for server in link.primaries() for key in server.scan_iter("*:o:*")]


def test_answers_are_kept_for_a_day_and_not_without_end(
    store: RedisStore, link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "_MOST", 5)
    names = [secrets.token_hex(16) for _ in range(200)]
    for name in names:
        assert store.begin_once(name, "f" * 32, "t", 60) is None
        store.finish_once(name, "f" * 32, "t", b"answer")
    kept = [key for server in link.primaries() for key in server.scan_iter("*:o:*")]
    assert 5 <= len(kept) <= 5 * 16
    newest = store.begin_once(names[-1], "f" * 32, "other", 60)
    assert newest is not None
    assert newest.answer == b"answer"
    (server,) = link.primaries()
    assert all(0 < server.pttl(key) <= 86_400_000 for key in kept)
