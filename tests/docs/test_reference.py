"""The reference pages are what the code says now."""

from __future__ import annotations

from blocks import ROOT
from flask import Flask

from copytrail.settings import Settings
from copytrail.store.protocol import Store
from docs.generate import interface, library
from service.app import create_app

STALE = "docs/reference is older than the code: run `make docs`"


def test_the_http_reference_is_that_of_the_service(store: Store, settings: Settings) -> None:
    app: Flask = create_app(settings, store)
    spec = app.test_client().get("/openapi.json", headers={"Host": "localhost"}).get_json()
    assert interface.page(spec) == (ROOT / "docs/reference/http.md").read_text("utf-8"), STALE


def test_the_python_reference_is_that_of_the_source() -> None:
    assert library.page() == (ROOT / "docs/reference/python.md").read_text("utf-8"), STALE
