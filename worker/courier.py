"""Delivery of events to webhooks: in order, each until it is taken, one worker at a time for each webhook.

How far a webhook got is kept after each message, so what was on its way when a worker died is sent again, under the
same `webhook-id`. One that fails is tried again ever more slowly; the others do not wait for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import random
from threading import Event as Signal
from typing import Final

from copytrail import __version__
from copytrail.addresses import Exceptions
from copytrail.article import rfc3339
from copytrail.errors import FeedCut, StoreError
from copytrail.events import Event
from copytrail.settings import Settings
from copytrail.store.work import WorkerStore
from copytrail.webhooks import Progress, Webhook
from worker.outbound import Outbound, Undelivered

log = logging.getLogger("worker")

_REST: Final = 0.5  # seconds between two looks at the webhooks
_AT_ONCE: Final = 8  # webhooks delivered to at the same time
_PAGE: Final = 100  # events read together
_TURN: Final = 500  # events looked at before other webhooks have a turn


class Courier:
    """Delivers what is due, beside the worker's own work."""

    def __init__(self, store: WorkerStore, settings: Settings) -> None:
        self._store = store
        self._exceptions = Exceptions.parse(settings.webhook_private)
        self._hands = ThreadPoolExecutor(_AT_ONCE, "courier")
        self._busy: dict[str, Future[None]] = {}
        self._ending = Signal()

    def run(self, stop: Signal) -> None:
        """Deliver until `stop` is set; only the message on its way to each webhook then comes to its end."""
        self._ending = stop
        while not stop.is_set():
            try:
                self.round()
            except StoreError as error:
                log.warning("webhooks wait: %s", error)
            stop.wait(_REST)
        self._hands.shutdown(cancel_futures=True)

    def round(self) -> list[Future[None]]:
        """Begin with every webhook that has something to be told; the deliveries under way."""
        self._busy = {name: done for name, done in self._busy.items() if not done.done()}
        tested, newest = self._store.tested_webhooks(), self._store.newest_event()
        for webhook in self._store.webhooks():
            waits = webhook.progress.due(_now()) and webhook.progress.cursor != newest
            if webhook.id not in self._busy and (waits or webhook.id in tested):
                self._busy[webhook.id] = self._hands.submit(self._serve, webhook.id)
        return list(self._busy.values())

    def _serve(self, webhook_id: str) -> None:
        token = self._store.begin_delivery(webhook_id)
        if token is None:
            return
        outbound = Outbound(self._exceptions)
        try:
            webhook = self._store.webhook(webhook_id)
            if webhook:
                self._deliver(webhook, token, outbound)
        except StoreError as error:
            log.warning("webhook %s waits: %s", webhook_id, error)
        except Exception:
            log.exception("webhook %s waits", webhook_id)
        finally:
            outbound.close()
            self._store.end_delivery(webhook_id, token)

    def _deliver(self, webhook: Webhook, token: str, outbound: Outbound) -> None:
        """The test that was asked for, then the events, until one is not taken or the turn is over."""
        progress = webhook.progress
        if webhook.id in self._store.tested_webhooks():
            progress = _sent(webhook, progress, _test(webhook), outbound)
            if not self._store.delivered(webhook.id, token, progress, tested=True):
                return
        for _ in range(_TURN // _PAGE if progress.due(_now()) else 0):
            progress, events = self._page(progress)
            for event in events:
                progress = replace(progress, cursor=event.id)
                if webhook.wants(event):
                    progress = _sent(webhook, progress, _Message.of(event), outbound)
                    kept = self._store.delivered(webhook.id, token, progress)
                    if not kept or progress.failures or self._ending.is_set():
                        return
            if not events or not self._store.delivered(webhook.id, token, progress):
                return

    def _page(self, progress: Progress) -> tuple[Progress, list[Event]]:
        """The next events; those that are no longer kept are counted as skipped."""
        try:
            return progress, self._store.events(progress.cursor, _PAGE)
        except FeedCut as cut:
            lost = max(0, cut.oldest - 1 - progress.cursor)
            cursor = progress.cursor + lost if lost else cut.newest
            progress = replace(progress, cursor=cursor, skipped=progress.skipped + lost)
            return progress, self._store.events(cursor, _PAGE)


@dataclass(frozen=True, slots=True)
class _Message:
    """What is posted: its id, the same whenever it is sent again, and the event it tells (0: none)."""

    id: str
    fields: Mapping[str, object]
    event: int = 0

    @classmethod
    def of(cls, event: Event) -> _Message:
        return cls(f"event_{event.id}", event.to_json(), event.id)


def _test(webhook: Webhook) -> _Message:
    at = _now()
    fields = {"type": "webhook.test", "at": rfc3339(at), "webhook": webhook.id}
    return _Message(f"test_{round(at.timestamp() * 1000)}", fields)


def _sent(webhook: Webhook, progress: Progress, message: _Message, outbound: Outbound) -> Progress:
    """Send a message; the progress after it."""
    body = json.dumps(message.fields, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": f"copytrail/{__version__}",
        **webhook.secret.headers(message.id, _now(), body),
    }
    try:
        outbound.post(webhook.url, headers, body)
    except Undelivered as error:
        log.warning("webhook %s: %s", webhook.id, error)
        missed = replace(progress, cursor=message.event - 1) if message.event else progress
        return missed.failed(_now(), str(error), random(), final=error.gone)
    return progress.succeeded(_now())


def _now() -> datetime:
    return datetime.now(UTC)
