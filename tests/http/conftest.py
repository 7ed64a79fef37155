from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import samples
from credentials import Make, run
from flask import Flask
from flask.testing import FlaskClient

from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.app import create_app


@pytest.fixture(scope="session")
def story() -> list[dict[str, Any]]:
    """First an article and two edited copies of it; the last is an independent report of the same event."""
    return samples.story("tram-depot-fire")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Limits that small bodies reach."""
    return replace(settings, max_body_bytes=1 << 20, max_text_chars=20_000, max_batch=20, max_extra_bytes=200)


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    return create_app(settings, store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


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
