"""Webhooks, how far each was told, and who tells it: one worker at a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from copytrail.events import EventType
from copytrail.store import keys
from copytrail.store.connection import call
from copytrail.store.part import Part
from copytrail.store.work import WEBHOOK_SECONDS
from copytrail.webhooks import Progress, Secret, Webhook

_TIMES: Final = ("delivered_at", "failing_since", "retry_at")


class Webhooks(Part):
    """Keeping webhooks, and for workers their progress."""

    def add_webhook(self, webhook: Webhook) -> None:
        """See `Newsroom.add_webhook`."""
        self._link.one(("HSET", keys.DELIVERIES, webhook.id, _pack_progress(webhook.progress)))
        self._link.one(("HSET", keys.WEBHOOKS, webhook.id, _pack(webhook)))
        self._link.confirm_durable([keys.CLUSTERS_SYNCED], self.settings.replicas)

    def webhook(self, webhook_id: str) -> Webhook | None:
        """See `Newsroom.webhook`."""
        found, progress = self._link.run(
            [("HGET", keys.WEBHOOKS, webhook_id), ("HGET", keys.DELIVERIES, webhook_id)]
        )
        return _unpack(webhook_id, found, progress) if found and progress else None

    def webhooks(self) -> list[Webhook]:
        """See `Newsroom.webhooks`."""
        found, progress = self._link.run([("HGETALL", keys.WEBHOOKS), ("HGETALL", keys.DELIVERIES)])
        known = [
            _unpack(name.decode(), found[name], progress[name]) for name in found.keys() & progress.keys()
        ]
        return sorted(known, key=lambda webhook: (webhook.created_at, webhook.id))

    def delete_webhook(self, webhook_id: str) -> bool:
        """See `Newsroom.delete_webhook`."""
        done, _, _ = self._link.run(
            [
                ("HDEL", keys.WEBHOOKS, webhook_id),
                ("HDEL", keys.DELIVERIES, webhook_id),
                ("SREM", keys.TESTS, webhook_id),
            ]
        )
        return bool(done)

    def test_webhook(self, webhook_id: str) -> None:
        """See `Newsroom.test_webhook`."""
        self._link.one(("SADD", keys.TESTS, webhook_id))

    def tested_webhooks(self) -> set[str]:
        """See `WorkerStore.tested_webhooks`."""
        return {name.decode() for name in self._link.one(("SMEMBERS", keys.TESTS))}

    def begin_delivery(self, webhook_id: str) -> str | None:
        """See `WorkerStore.begin_delivery`."""
        token = str(uuid4())
        taken = self._link.one(("SET", keys.courier(webhook_id), token, "NX", "PX", WEBHOOK_SECONDS * 1000))
        return token if taken else None

    def delivered(self, webhook_id: str, token: str, progress: Progress, tested: bool = False) -> bool:
        """See `WorkerStore.delivered`."""
        touched = [keys.courier(webhook_id), keys.WEBHOOKS, keys.DELIVERIES, keys.TESTS]
        arguments = (webhook_id, token, WEBHOOK_SECONDS * 1000, _pack_progress(progress), int(tested))
        return bool(self._link.one(call("ct_delivered", touched, *arguments)))

    def end_delivery(self, webhook_id: str, token: str) -> None:
        """See `WorkerStore.end_delivery`."""
        self._link.one(call("ct_release", [keys.courier(webhook_id)], token))


def _pack(webhook: Webhook) -> str:
    return json.dumps([webhook.url, webhook.types, webhook.secret.text, webhook.created_at.isoformat()])


def _unpack(webhook_id: str, packed: bytes, progress: bytes) -> Webhook:
    url, types, secret, created = json.loads(packed)
    known = json.loads(progress)
    times = {name: datetime.fromisoformat(known[name]) if known[name] else None for name in _TIMES}
    return Webhook(
        id=webhook_id,
        url=url,
        types=tuple(map(EventType, types)),
        secret=Secret(secret),
        created_at=datetime.fromisoformat(created).astimezone(UTC),
        progress=Progress(**(known | times)),
    )


def _pack_progress(progress: Progress) -> str:
    return json.dumps(
        {
            "cursor": progress.cursor,
            **{name: at.isoformat() if (at := getattr(progress, name)) else None for name in _TIMES},
            "failures": progress.failures,
            "error": progress.error,
            "disabled": progress.disabled,
            "skipped": progress.skipped,
        }
    )
