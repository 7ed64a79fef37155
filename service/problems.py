"""Errors as RFC 9457 problem details, whoever raised them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from flask import Flask, Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from copytrail.errors import CopytrailError, InvalidArticle, StoreUnavailable

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class Problem(HTTPException):
    """An error with its status, a sentence for the client, headers, and members of its own such as `errors`."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **members: object
    ) -> None:
        super().__init__(detail)
        self.code = status.value
        self.headers = headers or {}
        self.members = members


def problem_body(status: int, detail: str, members: Mapping[str, object] | None = None) -> dict[str, object]:
    """The members of a problem document; `title` is the status in words."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **(members or {})}


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """A problem document as a response."""
    body = json.dumps(problem_body(status, detail, members))
    return Response(body, status, headers, mimetype=MEDIA_TYPE)


def invalid(error: ValidationError) -> Response:
    """What pydantic found in parameters or a body, one entry a fault."""
    faults = [
        {"field": ".".join(map(str, fault["loc"])) or "body", "error": fault["msg"]}
        for fault in error.errors()
    ]
    return unprocessable(faults)


def unprocessable(faults: Sequence[Mapping[str, str]]) -> Response:
    """422 with each fault named."""
    detail = "; ".join(f"{fault['field']}: {fault['error']}" for fault in faults)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=list(faults))


def register(app: Flask) -> None:
    """Let the app answer every error as a problem document."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ValidationError, invalid)
    app.register_error_handler(InvalidArticle, _invalid_article)
    app.register_error_handler(StoreUnavailable, _store_unavailable)
    app.register_error_handler(CopytrailError, _out_of_service)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return cast(Response, error.response)
    members = error.members if isinstance(error, Problem) else {}
    return problem(error.code or 500, error.description or "", _headers(error), **members)


def _headers(error: HTTPException) -> dict[str, str]:
    if isinstance(error, Problem) and error.headers:
        return dict(error.headers)
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.valid_methods or ())}
    return {"Retry-After": "10"} if error.code == HTTPStatus.SERVICE_UNAVAILABLE else {}


def _invalid_article(error: InvalidArticle) -> Response:
    return unprocessable([{"field": error.field, "error": error.problem}])


def _store_unavailable(error: StoreUnavailable) -> Response:
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(error.retry_after)})


def _out_of_service(error: CopytrailError) -> Response:
    _log.error("%s", error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": "60"})


def _unexpected(error: Exception) -> Response:
    _log.exception("Unexpected error", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "An unexpected error; the service's log has the details."
    )
