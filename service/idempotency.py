"""Idempotency-Key: a post that is sent again is answered as the first time, and done once.

The answer is kept in the store for a day under the client and its key, so every process of the service knows it. A
client that does not know whether its post arrived sends it again under the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, request

from copytrail.access import Scope
from copytrail.errors import StoreError
from service.access import needed_scopes
from service.context import store
from service.problems import Problem
from service.visitor import visitor

_HEADER: Final = "Idempotency-Key"
_MOST_CHARACTERS: Final = 255
_WORK_SECONDS: Final = 60
"""After so long, and what the client was ready to wait, a post whose answer never came may be sent again."""
_MOST_BYTES: Final = 32 * 1024
"""Answers that are larger when packed are not kept: the receipt of a thousand articles is smaller."""
_KEPT_HEADERS: Final = ("Content-Type", "Location")


@dataclass(frozen=True, slots=True)
class _Claim:
    """The right to do what was posted under one key."""

    name: str
    fingerprint: str
    token: str


def register(app: Flask) -> None:
    """Look at every post that carries a key, before and after it is done."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> Response | None:
    if not (_HEADER in request.headers and _creates()):
        return None
    claim = _Claim(_name(request.headers[_HEADER]), _fingerprint(), secrets.token_hex(16))
    seconds = _WORK_SECONDS + (request.args.get("wait", type=_seconds) or 0)
    known = store().begin_once(claim.name, claim.fingerprint, claim.token, seconds)
    if known is None:
        g.claim = claim
        return None
    if known.fingerprint != claim.fingerprint:
        detail = f"This {_HEADER} was sent before with another request; every request needs its own."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    if known.answer is None:
        detail = f"The request with this {_HEADER} is being worked on; ask again for its answer."
        raise Problem(HTTPStatus.CONFLICT, detail, headers={"Retry-After": "1"})
    return _unpacked(known.answer)


def _end(response: Response) -> Response:
    claim: _Claim | None = g.pop("claim", None)
    if claim:
        with suppress(
            StoreError
        ):  # what was posted is done and said; sent again it is done to the same effect
            _keep(claim, response)
    return response


def _keep(claim: _Claim, response: Response) -> None:
    """Keep the answer, unless it is one that another try may turn into a better one."""
    final = response.status_code < 500 and response.status_code != HTTPStatus.TOO_MANY_REQUESTS
    packed = _packed(response) if final else b""
    if packed and len(packed) <= _MOST_BYTES:
        store().finish_once(claim.name, claim.fingerprint, claim.token, packed)
    else:
        store().drop_once(claim.name, claim.fingerprint, claim.token)


def _seconds(given: str) -> int:
    """How long the client waits; what is no such number is for the handler to refuse."""
    return int(given) if re.fullmatch("[0-9]{1,3}", given) else 0


def _creates() -> bool:
    """Whether this is a post that leaves something behind."""
    rule = request.url_rule.rule if request.url_rule else ""
    return (
        request.method == "POST" and rule.startswith("/v1/") and needed_scopes("POST", rule) != (Scope.READ,)
    )


def _name(key: str) -> str:
    if not 1 <= len(key) <= _MOST_CHARACTERS or not (key.isascii() and key.isprintable()):
        raise Problem(
            HTTPStatus.BAD_REQUEST, f"{_HEADER} is not 1 to {_MOST_CHARACTERS} printable ASCII characters."
        )
    return _digest(visitor().name.encode(), key.encode())


def _fingerprint() -> str:
    """What tells one request from another."""
    head = f"{request.full_path}\n{request.mimetype}"
    return _digest(head.encode(), request.get_data(cache=True))


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _packed(response: Response) -> bytes:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    head = json.dumps({"status": response.status_code, "headers": headers})
    return zlib.compress(head.encode() + b"\n" + response.get_data())


def _unpacked(packed: bytes) -> Response:
    head, _, body = zlib.decompress(packed).partition(b"\n")
    fields = json.loads(head)
    return Response(body, fields["status"], fields["headers"] | {"Idempotency-Replayed": "true"})
