"""The same for people: pages made on the server, readable without scripts, from the functions that answer programs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, Response, render_template
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from copytrail.errors import InvalidArticle, StoreError
from copytrail.exports.case import name_of, safe_url
from copytrail.exports.evidence import how_sure
from copytrail.exports.pages import style
from copytrail.wording import SAID, moment, percent
from service.context import context
from service.pages import article, cluster, clusters, compare, status

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing but what this service itself brings along, whatever an article holds."""


def register(app: Flask) -> None:
    """Serve the pages."""
    bp = Blueprint("pages", __name__)
    for page in (clusters, cluster, article, compare, status):
        page.register(bp)
    bp.add_url_rule("/static/marks.css", view_func=marks_css)
    bp.context_processor(lambda: {"keyed": context().keys is not None})
    bp.after_request(_guarded)
    bp.register_error_handler(HTTPException, _http)
    bp.register_error_handler(ValidationError, _invalid)
    bp.register_error_handler(InvalidArticle, _invalid_text)
    bp.register_error_handler(StoreError, _store)
    app.jinja_env.filters |= {
        "said": SAID.__getitem__,
        "moment": moment,
        "percent": percent,
        "sure": how_sure,
    }
    app.jinja_env.filters |= {"name": name_of, "safe_url": safe_url}
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    app.register_blueprint(bp)


def marks_css() -> Response:
    """How passages are marked, as on the evidence page."""
    return Response(style("marks.css"), mimetype="text/css")


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _http(error: HTTPException) -> tuple[str, int]:
    return _page(error.code or 500, error.description or "")


def _invalid(error: ValidationError) -> tuple[str, int]:
    faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    return _page(422, "; ".join(faults))


def _invalid_text(error: InvalidArticle) -> tuple[str, int]:
    return _page(422, str(error))


def _store(error: StoreError) -> tuple[str, int]:
    return _page(503, str(error))


def _page(code: int, detail: str) -> tuple[str, int]:
    return render_template("pages/problem.html", code=code, detail=detail), code
