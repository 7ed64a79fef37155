"""/v1/events: what changed, each thing once, in order."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any, Final

from flask_openapi.blueprint import APIBlueprint

from copytrail.errors import FeedCut
from copytrail.events import Event
from service.context import context, store
from service.documented import failures
from service.event_shapes import Events, EventsQuery
from service.problems import Problem

bp = APIBlueprint("events", __name__, url_prefix="/v1/events", abp_tags=[{"name": "events"}])

_POLL: Final = 0.1  # seconds between two looks at the feed


@bp.get("", responses={200: Events, **failures(410)})
def list_events(query: EventsQuery) -> dict[str, Any]:
    """Read what changed since a cursor: clusters, failed and deleted articles, verdicts; oldest first.

    Each thing is told once. Whoever keeps `next_cursor` and gives it as `after` misses nothing, and with `wait`
    hears of everything at once. When the events that follow are no longer kept the answer is 410, with the cursor
    to go on from as `oldest`.
    """
    after = int(query.after) if query.after else None
    try:
        found = _awaited(after, query.limit, query.wait)
    except FeedCut as cut:
        raise Problem(HTTPStatus.GONE, str(cut), oldest=str(cut.oldest - 1)) from None
    last = found[-1].id if found else after or 0
    return {"events": [event.to_json() for event in found], "next_cursor": str(last)}


def _awaited(after: int | None, limit: int, seconds: float) -> list[Event]:
    """The events, as soon as there is one; at once when too many others wait already."""
    found = store().events(after, limit)
    seats = context().waiting
    if found or not seconds or not seats.acquire(blocking=False):
        return found
    try:
        deadline = time.monotonic() + seconds
        while not found and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(_POLL, left))
            found = store().events(after, limit)
        return found
    finally:
        seats.release()
