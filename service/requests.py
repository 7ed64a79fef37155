"""Every request has an id, taken from `X-Request-ID` or made here: it is in the answer and in all log lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from time import perf_counter
from typing import Final
from uuid import uuid4

from flask import Flask, Response, g, request

from copytrail.logs import REQUEST, about

_log = logging.getLogger(__name__)

_ID: Final = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}")
_UNSAID: Final = ("/livez", "/readyz", "/metrics", "/static/")
"""What machines ask every few seconds."""


def register(app: Flask) -> None:
    """Give every request of the app an id, and log it when it is answered."""
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)


def concerns(articles: Iterable[str]) -> None:
    """Note which articles the request at hand is about, for its line in the log."""
    g.articles = [*g.get("articles", []), *articles]


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    REQUEST.set(given if _ID.fullmatch(given) else uuid4().hex)
    g.begun = perf_counter()


def _answered(response: Response) -> Response:
    response.headers["X-Request-ID"] = REQUEST.get() or ""
    if not request.path.startswith(_UNSAID):
        milliseconds = round(1000 * (perf_counter() - g.begun), 1)
        said = {"method": request.method, "path": request.path, "status": response.status_code}
        _log.info(
            "%s %s answered %d in %.0f ms",
            *said.values(),
            milliseconds,
            extra=said | {"milliseconds": milliseconds} | _articles(),
        )
    return response


def _articles() -> dict[str, object]:
    articles = g.get("articles")
    return about(articles) if articles else {}


def _end(error: BaseException | None) -> None:
    REQUEST.set(None)
