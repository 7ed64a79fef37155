"""Who may ask for what: keys of programs, sessions of browsers, and everybody where no keys are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from copytrail.access import Key, Scope
from service.context import context
from service.problems import Problem
from service.session import session_key
from service.visitor import Visitor

_OPEN: Final = frozenset({"/livez", "/readyz", "/docs", "/openapi.json", "/login", "/logout"})
"""Routes that need no key: what tells nothing about articles, and the way in."""

_NEEDED: Final[Mapping[tuple[str, str], tuple[Scope, ...]]] = {
    ("POST", "/v1/articles"): (Scope.INGEST,),
    ("GET", "/v1/articles"): (Scope.ADMIN,),  # the failed ones, with what the inside said
    ("GET", "/v1/stats"): (Scope.INGEST, Scope.READ),  # who posts may wait for the queue
    ("GET", "/v1/webhooks"): (Scope.ADMIN,),  # their addresses may be secrets
    ("GET", "/v1/webhooks/<id>"): (Scope.ADMIN,),
    ("POST", "/v1/check"): (Scope.READ,),
    ("POST", "/v1/compare"): (Scope.READ,),
    ("POST", "/compare"): (Scope.READ,),
}
"""Where another scope is needed than `read` to read and `admin` to change."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def needed_scopes(method: str, rule: str) -> tuple[Scope, ...]:
    """The scopes of which one is needed for a route; none for those that are open."""
    if rule in _OPEN or rule.startswith("/static/"):
        return ()
    method = "GET" if method == "HEAD" else method
    return _NEEDED.get((method, rule), (Scope.READ if method in _SAFE else Scope.ADMIN,))


def register(app: Flask) -> None:
    """Check every request before its handler sees it."""
    app.before_request(_check)


def _check() -> BaseResponse | None:
    _refuse_other_sites()
    address = request.remote_addr or ""
    if context().keys is None:
        _refuse_strange_hosts()
        g.visitor = Visitor(address, trusted=_is_loopback(address))
        return None
    needed = needed_scopes(request.method, request.url_rule.rule) if request.url_rule else ()
    key = _key() if needed else None
    if needed and key is None:
        return _ask_for_key()
    if key and not key.may(*needed):
        lacking = " or ".join(needed)
        raise Problem(HTTPStatus.FORBIDDEN, f"The key {key.id} lacks the scope {lacking}.", scope=needed[0])
    g.visitor = Visitor(key.id if key else address, key)
    return None


def _key() -> Key | None:
    """The key of the request or of its session. Raises Problem 401 for one that does not hold."""
    keys = context().keys
    assert keys is not None
    authorization = request.headers.get("Authorization")
    if authorization is None:
        return session_key(keys.ring())
    scheme, _, token = authorization.partition(" ")
    key = keys.ring().find(token.strip(), datetime.now(UTC)) if scheme.lower() == "bearer" else None
    if key is None:
        context().rates.count_wrong_key(request.remote_addr or "")
        raise unauthorized("The key is unknown, revoked or expired.", ', error="invalid_token"')
    return key


def unauthorized(detail: str, error: str = "") -> Problem:
    """401, and how to do better."""
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        f"{detail} Send one as `Authorization: Bearer ct_…`; `copytrail keys create` makes them.",
        headers={"WWW-Authenticate": f'Bearer realm="copytrail"{error}'},
    )


def _ask_for_key() -> BaseResponse:
    """Browsers are shown the way in, programs are told what is missing."""
    if request.method in _SAFE and request.accept_mimetypes.best_match(["application/json", "text/html"]) == (
        "text/html"
    ):
        wanted = request.full_path.rstrip("?")
        return redirect(f"/login?next={quote(wanted, safe='')}", HTTPStatus.SEE_OTHER)
    raise unauthorized("This needs a key.")


def _refuse_other_sites() -> None:
    """A page of another site must not change anything in the name of whoever looks at it."""
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    foreign = site not in ("same-origin", "none") if site else origin and _host_of(origin) != request.host
    if foreign:
        raise Problem(HTTPStatus.FORBIDDEN, "A page of another site may not ask for this.")


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _refuse_strange_hosts() -> None:
    """Without keys a page whose name was pointed at this machine must not read what the service knows.

    Only names can be pointed anywhere, and nobody else can own one without a dot.
    """
    name = _name_of(request.host)
    own = {context().settings.host.lower(), *(context().settings.allowed_hosts or "").split(",")}
    if "." in name and not name.endswith(".localhost") and name not in own and not _is_address(name):
        raise Problem(
            HTTPStatus.MISDIRECTED_REQUEST,
            f"The service does not go by the name {name[:100]!r}; COPYTRAIL_ALLOWED_HOSTS lists its names.",
        )


def _name_of(host: str) -> str:
    """The host in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    return _is_address(address) and ip_address(address).is_loopback
