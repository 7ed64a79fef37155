"""Fixtures: a real service on a socket with its client, and the demo site as all the web there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from listening import listening

from copytrail.client import Client
from copytrail.settings import Settings
from copytrail.store.protocol import Store
from seeds.site import serving
from service.app import create_app


@pytest.fixture
def copytrail(store: Store, settings: Settings) -> Iterator[Client]:
    """A client of a real service over the store."""
    with listening(create_app(settings, store), settings) as server, Client(server.url) as client:
        yield client


@pytest.fixture(scope="session")
def demo_site() -> Iterator[str]:
    """The demo web site: its address, which is also the proxy to its outlets."""
    with serving() as address:
        yield address


@pytest.fixture
def web(demo_site: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo site is all the web there is, for this process and those it starts."""
    monkeypatch.setenv("http_proxy", demo_site)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return demo_site
