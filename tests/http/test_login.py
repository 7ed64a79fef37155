"""People sign in with a key, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from credentials import Make, run
from flask.testing import FlaskClient


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


def test_a_key_that_may_read_opens_the_pages_until_it_signs_out(closed: FlaskClient, make: Make) -> None:
    assert closed.get("/", headers={"Accept": "text/html"}).status_code == 303
    closed.post("/login", data={"key": make("read"), "next": "/"})
    front = closed.get("/")
    assert (front.status_code, "Sign out" in front.text) == (200, True)
    assert closed.post("/compare", data={"a": "One text.", "b": "Another text."}).status_code == 200
    closed.post("/logout")
    assert closed.get("/").status_code == 401
