"""Keys and passwords are written down nowhere, and nobody forges what a log says."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import httpx
import pytest
from credentials import bearer, run
from flask import Flask
from listening import listening

from copytrail.access import InvalidKeys, Keyring
from copytrail.logs import JsonFormatter, PlainFormatter
from copytrail.settings import Settings


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
    guarded: Flask, settings: Settings, keys_file: Path, ingest: str, form: logging.Formatter
) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(form)
    before = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.DEBUG)
    try:
        with listening(guarded, settings) as server:
            url = server.url
            assert httpx.get(f"{url}/v1/stats", headers=bearer(ingest)).status_code == 200
            assert httpx.get(f"{url}/v1/stats?key={ingest}", headers=bearer(ingest + "0")).status_code == 401
            httpx.post(f"{url}/login", data={"key": ingest})
            logging.getLogger("service").error("a key in a message: %s", ingest)
            keys_file.write_text(f"broken {ingest}")
            httpx.get(f"{url}/readyz")
    finally:
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


def test_a_log_line_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
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
