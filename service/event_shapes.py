"""What the event feed takes and answers, with examples."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from copytrail.events import EventType
from copytrail.verdicts import Says
from service.examples import example
from service.parameters import Query

EVENT: dict[str, Any] = {
    "id": "1042",
    "type": "cluster.merged",
    "at": "2026-05-04T09:12:44.518000Z",
    "cluster": "c_1711",
    "size": 5,
    "joined": ["a_4mano632c45444szm3jtjj4z2y", "a_6qis3ykaa3uqmjii4ijlydqhum"],
    "left": [],
    "clusters": ["c_1718"],
}


class EventsQuery(Query):
    """Where to go on, and how long to wait."""

    after: str | None = Field(
        None,
        pattern="^[0-9]{1,18}$",
        description="`next_cursor` of the answer before, or an event's `id`; without it from the oldest event kept.",
    )
    limit: int = Field(100, ge=1, le=1000, description="Events at most.")
    wait: float = Field(
        0.0,
        ge=0,
        le=60,
        allow_inf_nan=False,
        description="When there is nothing new, wait for it so many seconds.",
    )


class EventShape(BaseModel):
    """One thing that happened. Which of the fields there are depends on the type."""

    model_config = example(EVENT)

    id: str = Field(description="Its number, and the cursor to go on with after it.")
    type: EventType
    at: AwareDatetime
    cluster: str | None = Field(
        None, description="`cluster.…`: the cluster; of those that merged the one that lives on."
    )
    size: int | None = Field(None, description="`cluster.…`: its members now.")
    joined: list[str] | None = Field(None, description="`cluster.…`: articles that became members.")
    left: list[str] | None = Field(None, description="`cluster.…`: articles that are members no more.")
    clusters: list[str] | None = Field(
        None,
        description="`cluster.merged`: those that became part of it; `cluster.split`: the one it came from; "
        "`cluster.shrunk`: those that split off.",
    )
    article: str | None = Field(None, description="`article.…`: the article.")
    verdict: str | None = Field(None, description="`verdict.…`: the verdict.")
    articles: list[str] | None = Field(None, description="`verdict.…`: the two articles.")
    says: Says | None = Field(None, description="`verdict.…`: what was said, or taken back.")


class Events(BaseModel):
    """Events, oldest first; give `next_cursor` as `after` the next time."""

    model_config = example({"events": [EVENT], "next_cursor": "1042"})

    events: list[EventShape]
    next_cursor: str
