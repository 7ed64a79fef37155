"""/login and /logout: how a person with a key looks at the pages.

The cookie names the key and the time, signed with a secret that the store keeps; it holds while the key does. Neither
scripts nor requests from other sites come by it (HttpOnly, SameSite=Strict).
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer

from copytrail.access import Key, Keyring
from service.context import context, store

bp = Blueprint("session", __name__, template_folder="templates")

_COOKIE: Final = "copytrail"
_SECONDS: Final = 12 * 3600


@bp.get("/login")
def ask() -> str | Response:
    """The form that asks for a key."""
    if context().keys is None:
        return _to(_next())
    return render_template("login.html", next=_next(), fault="")


@bp.post("/login")
def login() -> Response:
    """Start a session for the key in the form and go on to where the person wanted to go."""
    keys = context().keys
    if keys is None:
        return _to(_next())
    key = keys.ring().find(request.form.get("key", "").strip(), datetime.now(UTC))
    if key is None:
        context().rates.count_wrong_key(request.remote_addr or "")
        page = render_template("login.html", next=_next(), fault="This key is unknown, revoked or expired.")
        return make_response(page, HTTPStatus.UNAUTHORIZED)
    answer = _to(_next())
    secure = request.headers.get("Origin", "").startswith("https://")  # what the browser sees, proxies or not
    answer.set_cookie(
        _COOKIE, _signer().dumps(key.id), _SECONDS, httponly=True, samesite="Strict", secure=secure
    )
    return answer


@bp.post("/logout")
def logout() -> Response:
    """End the session."""
    answer = _to("/login")
    answer.delete_cookie(_COOKIE, httponly=True, samesite="Strict")
    return answer


def session_key(ring: Keyring) -> Key | None:
    """The key of the request's session, None when there is no session or its key does not hold any more."""
    cookie = request.cookies.get(_COOKIE)
    if not cookie:
        return None
    try:
        key_id = _signer().loads(cookie, max_age=_SECONDS)
    except BadData:
        return None
    return ring.get(str(key_id), datetime.now(UTC))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(store().secret(), salt="session")


def _next() -> str:
    """Where to go after the login: a path of this service, nowhere else."""
    wanted = request.values.get("next", "/")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if local and not (parts.scheme or parts.netloc) else "/"


def _to(path: str) -> Response:
    answer: Response = make_response(redirect(path, HTTPStatus.SEE_OTHER))
    return answer
