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
from service import articles, check, clusters, compare, docs, health, metrics, problems, stats
from service.bodies import JsonRequest
from service.context import EXTENSION, Context
from service.documented import ProblemShape
from service.server import THREADS

_DESCRIPTION = (
    "Copytrail watches a stream of news articles and says which of them are the same text: copied word for "
    "word, edited, excerpted, or rewritten sentence by sentence. It also says who was first, who took from "
    "whom, and which passages prove it."
)
_REMEMBERED = 400
"""Analysed texts kept for the next check, about 50 KB each."""


def create_app(settings: Settings, store: Store) -> Flask:
    """The app. It owns neither the store nor a socket: who calls closes the one and serves the other."""
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
    app.extensions[EXTENSION] = Context(
        settings, store, Library(store, _REMEMBERED), BoundedSemaphore(THREADS // 2)
    )
    for resource in (articles, clusters, check, compare, stats, health):
        app.register_api(resource.bp)
    docs.register(app)
    metrics.register(app, store)
    problems.register(app)
    app.after_request(_guarded)
    return app


def _json(app: Flask) -> DefaultJSONProvider:
    """Members in the order they were written, for people who read answers."""
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False
    return provider


def _guarded(response: Response) -> Response:
    """Browsers neither guess types nor run anything that an article brought along."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
    return response
