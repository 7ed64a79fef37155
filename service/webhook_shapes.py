"""What the routes of webhooks take and answer, with examples."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from copytrail.events import EventType
from service.examples import example

_GIVEN: dict[str, Any] = {
    "url": "https://desk.herald.example/copytrail",
    "events": ["cluster.created", "cluster.merged", "article.failed"],
}
WEBHOOK: dict[str, Any] = {
    "id": "w_5b1c9d2e8f04",
    **_GIVEN,
    "created_at": "2026-05-04T06:00:00Z",
    "status": "failing",
    "cursor": "1042",
    "delivered_at": "2026-05-04T09:12:45Z",
    "failures": 2,
    "failing_since": "2026-05-04T09:14:01Z",
    "retry_at": "2026-05-04T09:14:18Z",
    "error": "it answered 502 Bad Gateway",
    "skipped": 0,
}
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookPath(BaseModel):
    """Which webhook."""

    id: str = Field(description="The webhook's id.")


class WebhookBody(BaseModel):
    """Whom to tell, of what."""

    model_config = example(_GIVEN, extra="forbid")

    url: str = Field(max_length=2048, description="Where events are posted to: http or https, and public.")
    events: list[EventType] = Field(default_factory=list, max_length=50, description="All when empty.")
    secret: str | None = Field(
        None,
        max_length=200,
        description="What messages are signed with: `whsec_` and 24 to 64 bytes in base64. Made up when not given.",
    )


class WebhookShape(BaseModel):
    """A webhook and how it fares."""

    model_config = example(WEBHOOK)

    id: str
    url: str
    events: list[EventType] = Field(description="All when empty.")
    created_at: AwareDatetime
    status: Literal["active", "failing", "disabled"] = Field(
        description="`disabled` after three days of failures, or when the receiver answered 410; a test that "
        "succeeds brings it back."
    )
    cursor: str = Field(description="The last event that it was told or did not ask for.")
    delivered_at: AwareDatetime | None
    failures: int = Field(description="Failed attempts since the last success.")
    failing_since: AwareDatetime | None
    retry_at: AwareDatetime | None
    error: str | None = Field(description="What went wrong last.")
    skipped: int = Field(description="Events that were no longer kept when it could be told of them.")


class NewWebhook(WebhookShape):
    """A webhook that was just made, with its secret, which is not shown again."""

    model_config = example(WEBHOOK | {"status": "active", "failures": 0, "error": None, "secret": _SECRET})

    secret: str


class Webhooks(BaseModel):
    """All webhooks, oldest first."""

    model_config = example({"webhooks": [WEBHOOK], "next_cursor": None})

    webhooks: list[WebhookShape]
    next_cursor: None
