"""Who holds which key may do what its scopes name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from credentials import Make, bearer, run
from flask import Flask
from flask.testing import FlaskClient
from listening import listening

from copytrail.access import Scope
from copytrail.errors import InvalidSettings
from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.access import needed_scopes
from service.app import create_app

CALLS = [
    ("POST", "/v1/articles", {"ingest", "admin"}),
    ("GET", "/v1/articles/a", {"read", "admin"}),
    ("GET", "/v1/articles/a/text", {"read", "admin"}),
    ("HEAD", "/v1/articles/a/text", {"read", "admin"}),
    ("GET", "/v1/articles?status=failed", {"admin"}),
    ("DELETE", "/v1/articles/a", {"admin"}),
    ("POST", "/v1/articles/a/retry", {"admin"}),
    ("POST", "/v1/check", {"read", "admin"}),
    ("POST", "/v1/compare", {"read", "admin"}),
    ("GET", "/v1/clusters", {"read", "admin"}),
    ("GET", "/v1/stats", {"ingest", "read", "admin"}),
    ("GET", "/metrics", {"read", "admin"}),
]


@pytest.mark.parametrize("scope", [scope.value for scope in Scope])
def test_a_key_opens_what_its_scope_names_and_nothing_else(
    closed: FlaskClient, make: Make, scope: str
) -> None:
    key = make(scope)
    for method, path, scopes in CALLS:
        answer = closed.open(path, method=method, headers=bearer(key), json={"text": "x", "a": "", "b": ""})
        if scope in scopes:
            assert answer.status_code not in (401, 403), (method, path)
        else:
            assert answer.status_code == 403, (method, path)
            assert method == "HEAD" or answer.get_json()["scope"] in scopes


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer ct_0000000000_" + "0" * 64,
        "Basic YTpi",
        "Bearer " + "é" * 9,
        "Bearer ct_" + "9" * 100_0,
    ],
)
def test_without_a_key_that_holds_nothing_is_answered(closed: FlaskClient, authorization: str | None) -> None:
    for method, path, _ in CALLS:
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = closed.open(path, method=method, headers=headers, json={"text": "x"})
        assert answer.status_code in (401, 429), (method, path)
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="copytrail"')
    assert closed.get("/v1/articles/x").status_code == 401


def test_a_key_with_one_digit_wrong_is_no_key(closed: FlaskClient, ingest: str) -> None:
    wrong = ingest[:-1] + ("0" if ingest[-1] != "0" else "1")
    assert closed.get("/v1/stats", headers=bearer(ingest)).status_code == 200
    assert closed.get("/v1/stats", headers=bearer(wrong)).status_code == 401


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/docs", "/openapi.json", "/login", "/static/plain.css"]
)
def test_what_tells_nothing_about_articles_is_open(closed: FlaskClient, path: str) -> None:
    assert closed.get(path).status_code == 200


def test_only_what_is_meant_to_be_open_is_open(guarded: Flask) -> None:
    free = {rule.rule for rule in guarded.url_map.iter_rules() if not needed_scopes("POST", rule.rule)}
    assert free == {
        "/livez",
        "/readyz",
        "/docs",
        "/openapi.json",
        "/login",
        "/logout",
        "/static/<path:filename>",
        "/static/marks.css",
    }


def test_a_revoked_key_is_refused_at_once(closed: FlaskClient, make: Make, keys_file: Path) -> None:
    key = make("read")
    assert closed.get("/v1/stats", headers=bearer(key)).status_code == 200
    run("revoke", key.split("_")[1], "--file", str(keys_file))
    assert closed.get("/v1/stats", headers=bearer(key)).status_code == 401


def test_a_rotated_key_has_a_successor_and_holds_for_a_while(
    closed: FlaskClient, make: Make, keys_file: Path
) -> None:
    old = make("read")
    new = run("rotate", old.split("_")[1], "--file", str(keys_file))
    for key in (old, new):
        assert closed.get("/v1/stats", headers=bearer(key)).status_code == 200
    newest = run("rotate", new.split("_")[1], "--hours", "0", "--file", str(keys_file))
    assert closed.get("/v1/stats", headers=bearer(new)).status_code == 401
    assert closed.get("/v1/stats", headers=bearer(newest)).status_code == 200


@pytest.mark.parametrize("broken", ["{", '{"id": 1}\n', "[]", "\xff", "null"])
def test_a_broken_keys_file_changes_nothing_and_is_said(
    closed: FlaskClient, ingest: str, keys_file: Path, broken: str
) -> None:
    good = keys_file.read_text()
    keys_file.write_text(broken, "latin-1")
    assert closed.get("/v1/stats", headers=bearer(ingest)).status_code == 200
    assert "keys_file" in {problem["code"] for problem in closed.get("/readyz").get_json()["problems"]}
    keys_file.unlink()
    assert closed.get("/v1/stats", headers=bearer(ingest)).status_code == 200
    keys_file.write_text(good)
    assert closed.get("/v1/stats", headers=bearer(ingest)).status_code == 200
    assert "keys_file" not in {problem["code"] for problem in closed.get("/readyz").get_json()["problems"]}


def test_a_service_does_not_start_without_good_keys(settings: Settings, store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="COPYTRAIL_API_KEYS_FILE"):
        create_app(replace(settings, api_keys_file=tmp_path / "none"), store)


def test_who_tries_many_keys_is_told_to_wait(closed: FlaskClient) -> None:
    answers = [closed.get("/v1/stats", headers=bearer("ct_no")) for _ in range(40)]
    assert [answer.status_code for answer in answers[:30]] == [401] * 30
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_keys_over_a_socket(guarded: Flask, settings: Settings, ingest: str) -> None:
    with listening(guarded, settings) as server, httpx.Client(base_url=server.url) as http:
        assert http.post("/v1/articles", json={"text": "x"}).status_code == 401
        assert http.post("/v1/articles", json={"text": "x"}, headers=bearer(ingest)).status_code == 202
