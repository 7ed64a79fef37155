"""The event feed: what changed, each thing told once and in the order in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from copytrail.article import rfc3339


class EventType(StrEnum):
    """What may happen."""

    CLUSTER_CREATED = "cluster.created"
    CLUSTER_GROWN = "cluster.grown"
    CLUSTER_SHRUNK = "cluster.shrunk"
    CLUSTER_MERGED = "cluster.merged"
    CLUSTER_SPLIT = "cluster.split"
    CLUSTER_DISSOLVED = "cluster.dissolved"
    ARTICLE_FAILED = "article.failed"
    ARTICLE_DELETED = "article.deleted"
    VERDICT_GIVEN = "verdict.given"
    VERDICT_WITHDRAWN = "verdict.withdrawn"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the feed.

    `about` names clusters, articles and verdicts by id and nothing else of them, so that a deleted article leaves
    nothing in the feed but its id. `id` counts the events from 1, without a gap but for one at each restore from a
    backup, and is 0 until the event is told.
    """

    type: EventType
    at: datetime
    about: Mapping[str, object]
    id: int = 0

    def to_json(self) -> dict[str, object]:
        """The event as the feed and webhooks show it."""
        return {"id": str(self.id), "type": self.type.value, "at": rfc3339(self.at), **self.about}
