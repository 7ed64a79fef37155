"""Other machines, other sites and scripts in pages: what a service without keys keeps out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.app import create_app


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


def test_no_answer_lets_a_browser_run_anything(client: FlaskClient) -> None:
    for path in ("/", "/docs", "/v1/stats", "/v1/articles/none", "/login", "/metrics"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert not re.search(r"script-src (?!'(none|self)')", policy)
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
