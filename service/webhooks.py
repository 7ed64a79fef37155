"""/v1/webhooks: who is told of events, how far they got, and what went wrong."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from flask_openapi.blueprint import APIBlueprint

from copytrail.addresses import Exceptions, literal
from copytrail.article import rfc3339
from copytrail.urls import checked_url
from copytrail.webhooks import Progress, Secret, Webhook
from service.context import context, store
from service.documented import failures
from service.problems import Problem
from service.webhook_shapes import NewWebhook, WebhookBody, WebhookPath, Webhooks, WebhookShape

Json = dict[str, Any]
bp = APIBlueprint("webhooks", __name__, url_prefix="/v1/webhooks", abp_tags=[{"name": "events"}])

_MOST: Final = 100
_SECRET_BYTES: Final = 32


@bp.post("", responses={201: NewWebhook, **failures(400, 409, 413, 415)})
def add_webhook(body: WebhookBody) -> tuple[Json, int]:
    """Have events posted to an address from now on, as they happen, in order, each until it is taken.

    A message is an event as `/v1/events` shows it, signed as Standard Webhooks ask for: `webhook-id`,
    `webhook-timestamp` and `webhook-signature`. Any 2xx takes it; the same `webhook-id` again is the same event.
    Addresses that are not public are refused unless the operator allowed them.
    """
    if len(store().webhooks()) >= _MOST:
        raise Problem(HTTPStatus.CONFLICT, f"There are {_MOST} webhooks, the most there may be: delete one.")
    webhook = Webhook(
        id=f"w_{secrets.token_hex(6)}",
        url=_checked(body.url),
        types=tuple(dict.fromkeys(body.events)),
        secret=_secret(body.secret),
        created_at=datetime.now(UTC),
        progress=Progress(store().newest_event()),
    )
    store().add_webhook(webhook)
    return _shown(webhook) | {"secret": webhook.secret.text}, HTTPStatus.CREATED


@bp.get("", responses={200: Webhooks, **failures()})
def list_webhooks() -> Json:
    """List the webhooks, oldest first."""
    return {"webhooks": [_shown(webhook) for webhook in store().webhooks()], "next_cursor": None}


@bp.get("/<id>", responses={200: WebhookShape, **failures(404)})
def get_webhook(path: WebhookPath) -> Json:
    """Read a webhook: how far it got, and what went wrong."""
    return _shown(_known(path.id))


@bp.delete("/<id>", responses={204: None, **failures(404)})
def delete_webhook(path: WebhookPath) -> tuple[str, int]:
    """Tell this address nothing more."""
    if not store().delete_webhook(path.id):
        raise _unknown(path.id)
    return "", HTTPStatus.NO_CONTENT


@bp.post("/<id>/test", responses={202: WebhookShape, **failures(404)})
def test_webhook(path: WebhookPath) -> tuple[Json, int]:
    """Send a message of type `webhook.test` within a second or two; look at the webhook to see how it went.

    When it is taken, a webhook that was disabled or waits for its next attempt goes on where it stopped.
    """
    webhook = _known(path.id)
    store().test_webhook(path.id)
    return _shown(webhook), HTTPStatus.ACCEPTED


def _checked(url: str) -> str:
    """The address. Raises Problem 422 unless it can be one; a name is looked up at each delivery."""
    try:
        url = checked_url(url)
    except ValueError as fault:
        raise _wrong("url", str(fault)) from None
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not url.isascii():
        raise _wrong("url", "has letters beyond ASCII: write the host in punycode and escape the rest")
    if parts.username is not None or parts.password is not None:
        raise _wrong("url", "holds a name or a password; messages are proven by their signature")
    exceptions = Exceptions.parse(context().settings.webhook_private)
    address = literal(host) or ("127.0.0.1" if host.rstrip(".").endswith("localhost") else None)
    if address and not exceptions.permit(host, address):
        raise _wrong(
            "url", f"{host} is not public; COPYTRAIL_WEBHOOK_PRIVATE lists what may be reached all the same"
        )
    return url


def _secret(given: str | None) -> Secret:
    try:
        return Secret(given) if given else Secret.of(secrets.token_bytes(_SECRET_BYTES))
    except ValueError as fault:
        raise _wrong("secret", str(fault)) from None


def _shown(webhook: Webhook) -> Json:
    progress = webhook.progress
    times = {
        name: rfc3339(at) if (at := getattr(progress, name)) else None
        for name in ("delivered_at", "failing_since", "retry_at")
    }
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.types),
        "created_at": rfc3339(webhook.created_at),
        "status": progress.status,
        "cursor": str(progress.cursor),
        **times,
        "failures": progress.failures,
        "error": progress.error,
        "skipped": progress.skipped,
    }


def _known(webhook_id: str) -> Webhook:
    found = store().webhook(webhook_id)
    if found is None:
        raise _unknown(webhook_id)
    return found


def _unknown(webhook_id: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"There is no webhook {webhook_id!r}.")


def _wrong(field: str, error: str) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, f"{field}: {error}", errors=[{"field": field, "error": error}]
    )
