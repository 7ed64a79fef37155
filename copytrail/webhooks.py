"""Webhooks: whom to tell of events, how a message is signed, and how long to try.

Messages follow Standard Webhooks (https://www.standardwebhooks.com), so that receivers verify them with a library.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from copytrail.events import Event, EventType

_SECRET_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = range(24, 65)  # as the specification asks for
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=3)
"""A webhook that failed for so long is disabled."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a webhook got and how it fares.

    `cursor` is the last event it was told or did not want. `failures` counts since the last success; `retry_at` is when
    the next attempt is due; `error` says what went wrong last. `skipped` counts events that were dropped from the feed
    before they could be delivered.
    """

    cursor: int
    delivered_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    error: str | None = None
    disabled: bool = False
    skipped: int = 0

    @property
    def status(self) -> str:
        """`active`, `failing` or `disabled`."""
        if self.disabled:
            return "disabled"
        return "failing" if self.failures else "active"

    def succeeded(self, now: datetime) -> Progress:
        """After a message was taken; also brings a disabled webhook back."""
        return Progress(self.cursor, delivered_at=now, skipped=self.skipped)

    def failed(self, now: datetime, error: str, chance: float, final: bool = False) -> Progress:
        """After a failed attempt; `chance` (0 to 1) spreads the next one, `final` ends them at once.

        The pause doubles from 5 s to an hour and is varied by half, so that many webhooks of one receiver that comes
        back do not fall upon it together.
        """
        since = self.failing_since or now
        pause = min(_FIRST_PAUSE * 2 ** min(self.failures, 20), _LONGEST_PAUSE) * (0.75 + chance / 2)
        disabled = self.disabled or final or now - since >= GIVE_UP_AFTER
        return replace(
            self,
            failures=self.failures + 1,
            failing_since=since,
            retry_at=None if disabled else now + pause,
            error=error,
            disabled=disabled,
        )

    def due(self, now: datetime) -> bool:
        """Whether events may be delivered now."""
        return not self.disabled and (self.retry_at is None or self.retry_at <= now)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Whom to tell: `types` are the events wanted, all when empty. `secret` is never shown again, and not in a repr."""

    id: str
    url: str
    types: tuple[EventType, ...]
    secret: Secret
    created_at: datetime
    progress: Progress

    def wants(self, event: Event) -> bool:
        """Whether this event is to be delivered."""
        return not self.types or event.type in self.types


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """The key of a webhook's signatures, as `whsec_` and base64. Raises ValueError when it is not."""

    text: str

    def __post_init__(self) -> None:
        if len(self.key) not in _SECRET_BYTES:
            raise ValueError(
                f"must be {_SECRET_PREFIX} and 24 to 64 bytes in base64, not {len(self.key)} bytes"
            )

    @classmethod
    def of(cls, key: bytes) -> Secret:
        """The secret with this key."""
        return cls(_SECRET_PREFIX + base64.b64encode(key).decode())

    @property
    def key(self) -> bytes:
        """The bytes to sign with."""
        if not self.text.startswith(_SECRET_PREFIX):
            raise ValueError(f"must begin with {_SECRET_PREFIX}")
        try:
            return base64.b64decode(self.text.removeprefix(_SECRET_PREFIX), validate=True)
        except binascii.Error:
            raise ValueError(f"what follows {_SECRET_PREFIX} must be base64") from None

    def headers(self, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
        """The headers that prove who sent this body, and when."""
        timestamp = str(int(at.timestamp()))
        signed = b".".join([message_id.encode(), timestamp.encode(), body])
        signature = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{signature}",
        }

    def __repr__(self) -> str:
        return "Secret(whsec_…)"
