from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import samples
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
