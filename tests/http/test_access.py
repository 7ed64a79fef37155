from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from copytrail.access import InvalidKeys, Keyring, Scope
from copytrail.cli.keys import command
from copytrail.errors import InvalidSettings
from copytrail.logs import JsonFormatter, PlainFormatter
from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.access import needed_scopes
from service.app import create_app
from service.server import Server

Make = Callable[..., str]


def run(*words: str) -> str:
    """What `copytrail keys` prints."""
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def make(keys_file: Path) -> Make:
    """Make a key with these scopes and answer it."""

    def create(*scopes: str) -> str:
        options = [word for scope in scopes for word in ("--scope", scope)]
        return run("create", "a client", *options, "--file", str(keys_file))

    return create


@pytest.fixture
def ingest(make: Make) -> str:
    return make("ingest")


@pytest.fixture
def guarded(settings: Settings, store: Store, keys_file: Path, ingest: str) -> Flask:
    return create_app(replace(settings, api_keys_file=keys_file), store)


@pytest.fixture
def closed(guarded: Flask) -> FlaskClient:
    return guarded.test_client()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


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


def test_the_file_holds_no_key(keys_file: Path, ingest: str) -> None:
    assert ingest.split("_")[2] not in keys_file.read_text()
    assert keys_file.stat().st_mode & 0o077 == 0
    (key,) = Keyring.parse(keys_file.read_text()).keys()
    assert key.line() == keys_file.read_text()
    with pytest.raises(InvalidKeys, match="same id"):
        Keyring.parse(key.line() * 2)


def test_keys_are_listed_without_their_hashes(keys_file: Path, ingest: str) -> None:
    listed = run("list", "--file", str(keys_file)) + run("list", "--json", "--file", str(keys_file))
    assert "a client" in listed
    assert Keyring.parse(keys_file.read_text()).keys()[0].sha256 not in listed


@pytest.mark.parametrize("form", [PlainFormatter("%(message)s"), JsonFormatter("service")])
def test_no_secret_reaches_a_log(
    settings: Settings, store: Store, keys_file: Path, ingest: str, form: logging.Formatter
) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(form)
    before = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.DEBUG)
    server = Server(create_app(replace(settings, api_keys_file=keys_file), store), replace(settings, port=0))
    threading.Thread(target=server.run, daemon=True).start()
    try:
        url = server.url
        assert httpx.get(f"{url}/v1/stats", headers=bearer(ingest)).status_code == 200
        assert httpx.get(f"{url}/v1/stats?key={ingest}", headers=bearer(ingest + "0")).status_code == 401
        httpx.post(f"{url}/login", data={"key": ingest})
        logging.getLogger("service").error("a key in a message: %s", ingest)
        keys_file.write_text(f"broken {ingest}")
        httpx.get(f"{url}/readyz")
    finally:
        server.trigger.pull_trigger(server.close)
        logging.root.removeHandler(handler)
        logging.root.setLevel(before)
    assert "keys file cannot be read" in written.getvalue()
    assert "a key in a message" in written.getvalue()
    assert ingest.split("_")[2] not in written.getvalue()


def test_a_password_of_the_store_reaches_no_message() -> None:
    environment = os.environ | {"COPYTRAIL_REDIS_URL": "redis://user:swordfish@127.0.0.1:1/0"}
    code = "import copytrail.store.connection as c; c._OPEN_SECONDS = 0.1\nimport service.__main__ as m; m.main()"
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert "cannot start" in ended.stderr
    assert "swordfish" not in ended.stdout + ended.stderr


def test_a_service_that_others_can_reach_wants_keys(settings: Settings) -> None:
    environment = os.environ | replace(settings, host="0.0.0.0", port=0).to_env()
    ended = subprocess.run(
        [sys.executable, "-m", "service"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert "COPYTRAIL_API_KEYS_FILE" in ended.stderr


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": "http://localhost"}, 202),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://proxy.example"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[", "Host": "localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_pages_of_other_sites_change_nothing(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/v1/articles", json={"text": "x"}, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("10.1.2.3", 200),
        ("service:8080", 200),
        ("news.localhost", 200),
        ("copytrail.example:8080", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:80", 421),
    ],
)
def test_an_open_service_answers_to_its_own_names_only(
    settings: Settings, store: Store, host: str, status: int
) -> None:
    client = create_app(replace(settings, allowed_hosts="copytrail.example"), store).test_client()
    assert client.get("/v1/stats", headers={"Host": host}).status_code == status


def sign_in(client: FlaskClient, key: str, **headers: str) -> str:
    """Sign in and answer the cookie's line."""
    answer = client.post("/login", data={"key": key, "next": "/v1/stats"}, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/v1/stats")
    return answer.headers["Set-Cookie"]


def test_a_person_signs_in_with_a_key(closed: FlaskClient, make: Make, keys_file: Path) -> None:
    sent = closed.get("/v1/clusters?q=a b", headers={"Accept": "text/html"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/login?next=%2Fv1%2Fclusters%3Fq%3Da%20b")
    key = make("read")
    cookie = sign_in(closed, key)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert key.split("_")[2] not in cookie
    assert closed.get("/v1/clusters").status_code == 200
    assert closed.delete("/v1/articles/a").status_code == 403
    run("revoke", key.split("_")[1], "--file", str(keys_file))
    assert closed.get("/v1/clusters").status_code == 401


def test_a_person_signs_out(closed: FlaskClient, make: Make) -> None:
    sign_in(closed, make("read"))
    assert closed.post("/logout").status_code == 303
    assert closed.get("/v1/clusters").status_code == 401


def test_behind_tls_the_cookie_is_only_for_tls(closed: FlaskClient, make: Make) -> None:
    assert "Secure" in sign_in(
        closed, make("read"), Origin="https://copytrail.example", Host="copytrail.example"
    )


def test_a_wrong_key_does_not_sign_in(closed: FlaskClient) -> None:
    answer = closed.post("/login", data={"key": "ct_x", "next": "/"})
    assert answer.status_code == 401
    assert "unknown" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "IjAwMDAwMDAwMDAi.aGVsbG8.AAAA"])
def test_a_forged_cookie_is_no_session(closed: FlaskClient, cookie: str) -> None:
    closed.set_cookie("copytrail", cookie)
    assert closed.get("/v1/clusters").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "/a\nb",
        "/\t/evil",
        "[",
        "",
    ],
)
def test_a_login_leads_nowhere_else(closed: FlaskClient, make: Make, wanted: str) -> None:
    answer = closed.post("/login", data={"key": make("read"), "next": wanted})
    assert answer.headers["Location"] == "/"


def test_who_tries_many_keys_is_told_to_wait(closed: FlaskClient) -> None:
    answers = [closed.get("/v1/stats", headers=bearer("ct_no")) for _ in range(40)]
    assert [answer.status_code for answer in answers[:30]] == [401] * 30
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_key_that_may_read_opens_the_pages_until_it_signs_out(closed: FlaskClient, make: Make) -> None:
    assert closed.get("/", headers={"Accept": "text/html"}).status_code == 303
    closed.post("/login", data={"key": make("read"), "next": "/"})
    front = closed.get("/")
    assert (front.status_code, "Sign out" in front.text) == (200, True)
    assert closed.post("/compare", data={"a": "One text.", "b": "Another text."}).status_code == 200
    closed.post("/logout")
    assert closed.get("/").status_code == 401


def test_no_answer_lets_a_browser_run_anything(client: FlaskClient) -> None:
    for path in ("/", "/docs", "/v1/stats", "/v1/articles/none", "/login", "/metrics"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert not re.search(r"script-src (?!'(none|self)')", policy)
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_log_line_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
    from copytrail.logs import PlainFormatter

    said = (
        "\x1b[2J\x07a\r\n2026-01-01 service INFO all is well \u202e redis://u:swordfish@host ct_0123456789_"
        + "a" * 64
    )
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (said,), None)
    line = PlainFormatter("%(message)s").format(record)
    assert line.isprintable() or line.replace("\n", "").isprintable()
    assert "\n  2026-01-01" in line
    assert "swordfish" not in line
    assert "a" * 64 not in line


def test_keys_over_a_socket(guarded: Flask, settings: Settings, ingest: str) -> None:
    import threading

    server = Server(guarded, replace(settings, port=0))
    threading.Thread(target=server.run, daemon=True).start()
    try:
        with httpx.Client(base_url=server.url) as http:
            assert http.post("/v1/articles", json={"text": "x"}).status_code == 401
            assert http.post("/v1/articles", json={"text": "x"}, headers=bearer(ingest)).status_code == 202
    finally:
        server.trigger.pull_trigger(server.close)
