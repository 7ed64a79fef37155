"""Request bodies: decoded once, with a clear answer for whatever is not JSON."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from service.problems import Problem

JSON = "application/json"
NDJSON = "application/x-ndjson"
_LONGEST_INTEGER = 18
"""Digits that fit 64 bits; longer numbers become floating point, as in most JSON readers."""
_MOST_CONTAINERS = 2_000_000
"""An empty object takes three bytes of a body and 64 of memory; pages full of code do not come near this."""


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


_DECODER = json.JSONDecoder(parse_int=_number)


class Undecodable(ValueError):
    """What was sent is not JSON."""


class JsonRequest(Request):
    """A request whose JSON body is an object, or a 4xx with the reason."""

    def get_json(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - as in the class extended
        """The object in the body. Raises Problem 400, 413, 415 or 422."""
        value = decoded_body(self, (JSON,))
        if not isinstance(value, dict):
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "The body is JSON but not an object; expected {…}."
            )
        return value


def article_items(request: Request) -> Iterator[object]:
    """Each article of a post: the one object, the items of an array, the lines of NDJSON.

    A line that is no JSON comes out as an Undecodable, so that the others are still taken.
    """
    if media_type(request) == NDJSON:
        checked_type(request, (NDJSON,))
        yield from _lines(_bytes(request))
        return
    value = decoded_body(request, (JSON, NDJSON))
    yield from value if isinstance(value, list) else [value]


def decoded_body(request: Request, accepted: Sequence[str]) -> object:
    """The JSON value in the body. Raises Problem 400, 413 or 415."""
    checked_type(request, accepted)
    try:
        return decode(_bytes(request))
    except Undecodable as fault:
        raise Problem(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {fault}") from None


def decode(raw: bytes) -> object:
    """The JSON value in UTF-8 bytes. Raises Undecodable saying where it is wrong."""
    if raw.count(b"{") + raw.count(b"[") > _MOST_CONTAINERS:
        raise Undecodable(f"it has more than {_MOST_CONTAINERS:,} braces and brackets")
    try:
        return _DECODER.decode(raw.removeprefix(BOM_UTF8).decode())
    except UnicodeDecodeError as fault:
        raise Undecodable(f"byte {fault.start} is not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise Undecodable(f"{fault.msg} at line {fault.lineno}, column {fault.colno}") from None
    except RecursionError:
        raise Undecodable("it is nested too deep") from None


def media_type(request: Request) -> str:
    """The media type in lower case without parameters, with the other names of NDJSON made one."""
    return NDJSON if request.mimetype in ("application/ndjson", "application/jsonl") else request.mimetype


def checked_type(request: Request, accepted: Sequence[str]) -> None:
    """Raises Problem 415 for another media type or a compressed body."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        detail = f"Content-Encoding is {encoding!r}; send the body uncompressed."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    given = media_type(request)
    if given not in accepted and not given.endswith("+json"):
        detail = f"Content-Type is {given or 'missing'}; expected {' or '.join(accepted)}."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


def _bytes(request: Request) -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        detail = f"The body is larger than the {request.max_content_length} bytes that are taken at once."
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail) from None


def _lines(raw: bytes) -> Iterator[object]:
    for line in raw.splitlines():
        if line.strip():
            try:
                yield decode(line)
            except Undecodable as fault:
                yield fault
