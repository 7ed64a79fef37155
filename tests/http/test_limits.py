from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from credentials import bearer, run
from flask.testing import FlaskClient

from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.app import create_app

Limited = Callable[..., FlaskClient]


@pytest.fixture
def limited(settings: Settings, store: Store) -> Limited:
    """A client of a service with these settings."""

    def make(**given: Any) -> FlaskClient:  # noqa: ANN401 - settings of any type
        return create_app(replace(settings, **given), store).test_client()

    return make


def key(file: Path, name: str) -> dict[str, str]:
    return bearer(run("create", name, "--scope", "admin", "--file", str(file)))


def test_one_key_floods_and_the_others_do_not_notice(limited: Limited, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    flood, calm = key(file, "flood"), key(file, "calm")
    client = limited(api_keys_file=file, requests_per_minute=20)
    answers = [client.get("/v1/stats", headers=flood) for _ in range(40)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 20
    assert (answers[-1].content_type, answers[-1].get_json()["status"]) == ("application/problem+json", 429)
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert client.get("/v1/stats", headers=calm).status_code == 200


def test_a_client_is_told_what_it_has_left(limited: Limited, tmp_path: Path) -> None:
    headers = key(tmp_path / "keys", "a")
    client = limited(api_keys_file=tmp_path / "keys", requests_per_minute=20, articles_per_minute=100)
    answer = client.post("/v1/articles", json=[{"text": "x"}, {"text": "y"}], headers=headers)
    assert answer.headers["RateLimit-Policy"] == '"requests";q=20;w=60, "articles";q=100;w=60'
    assert re.fullmatch(r'"requests";r=19;t=\d+, "articles";r=98;t=\d+', answer.headers["RateLimit"])


def test_articles_are_counted_one_by_one(limited: Limited, tmp_path: Path) -> None:
    headers = key(tmp_path / "keys", "a")
    client = limited(api_keys_file=tmp_path / "keys", articles_per_minute=10)
    seven, four = ([{"text": f"{n} {count}"} for n in range(count)] for count in (7, 4))
    assert client.post("/v1/articles", json=seven, headers=headers).status_code == 202
    assert client.post("/v1/articles", json=four, headers=headers).status_code == 429
    assert client.get("/v1/stats", headers=headers).get_json()["articles"] == 7
    assert client.post("/v1/articles", json=four[:3], headers=headers).status_code == 202


def test_a_post_that_could_never_be_taken_says_so(limited: Limited, tmp_path: Path) -> None:
    headers = key(tmp_path / "keys", "a")
    client = limited(api_keys_file=tmp_path / "keys", articles_per_minute=3)
    answer = client.post("/v1/articles", json=[{"text": str(n)} for n in range(4)], headers=headers)
    assert answer.status_code == 429
    assert "send fewer" in answer.get_json()["detail"]


def test_without_keys_each_address_is_counted_but_not_this_machine(limited: Limited) -> None:
    client = limited(requests_per_minute=3)
    for address, allowed in (("10.0.0.1", 3), ("10.0.0.2", 3), ("127.0.0.1", 6), ("::1", 6)):
        answers = [client.get("/livez", environ_base={"REMOTE_ADDR": address}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * allowed + [429] * (6 - allowed)


def test_zero_is_no_limit(limited: Limited) -> None:
    client = limited(requests_per_minute=0, articles_per_minute=0)
    answer = client.post("/v1/articles", json={"text": "x"}, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert answer.status_code == 202
    assert "RateLimit" not in answer.headers
