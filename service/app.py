"""`create_app`: the HTTP API over a store."""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI

import copytrail
from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service import (
    access,
    articles,
    check,
    clusters,
    compare,
    docs,
    events,
    health,
    idempotency,
    limits,
    metrics,
    pages,
    problems,
    provenance,
    requests,
    session,
    stats,
    verdicts,
    webhooks,
)
from service.bodies import JsonRequest
from service.context import EXTENSION, Context
from service.documented import ProblemShape
from service.keyfile import KeyFile
from service.limits import Rates
from service.publishers import read_roster
from service.server import THREADS

_DESCRIPTION = (
    "Copytrail watches a stream of news articles and says which of them are the same text: copied word for "
    "word, edited, excerpted, or rewritten sentence by sentence. It also says who was first, who took from "
    "whom, and which passages prove it."
)
_GUARDS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_REMEMBERED = 20 << 20
"""Bytes of analysed texts kept for the next check."""


def create_app(settings: Settings, store: Store) -> Flask:
    """The app. It owns neither the store nor a socket: who calls closes the one and serves the other.

    Raises InvalidSettings when the keys file or the list of publishers cannot be read.
    """
    keys = KeyFile(settings.api_keys_file) if settings.api_keys_file else None
    rates = Rates(settings)
    app = OpenAPI(
        __name__,
        info=Info(title="Copytrail", version=copytrail.__version__, description=_DESCRIPTION),
        validation_error_callback=problems.invalid,
        validation_error_model=ProblemShape,
        doc_ui=False,
    )
    app.openapi_version = "3.1.0"  # what client generators and testers read today
    app.request_class = JsonRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.json = _json(app)
    library, seats = Library(store, _REMEMBERED), BoundedSemaphore(THREADS // 2)
    roster = read_roster(settings.publishers_file)
    app.extensions[EXTENSION] = Context(settings, store, library, seats, keys, rates, roster)
    requests.register(app)
    metrics.register(app, store)
    access.register(app)
    limits.register(app, rates)
    idempotency.register(app)
    resources = (articles, clusters, provenance, check, compare, events, webhooks, verdicts, stats, health)
    for resource in resources:
        app.register_api(resource.bp)
    app.register_blueprint(session.bp)
    docs.register(app)
    pages.register(app)
    problems.register(app)
    app.after_request(_guarded)
    return app


def _json(app: Flask) -> DefaultJSONProvider:
    """Members in the order they were written, for people who read answers."""
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False
    return provider


def _guarded(response: Response) -> Response:
    """Browsers neither guess types nor run anything that an article brought along, and tell nobody where they were."""
    for name, value in _GUARDS.items():
        response.headers.setdefault(name, value)
    return response
