"""The event feed: read, and fed with what the shards of the articles have to tell.

What happens to clusters is written to the feed in the call that makes it happen. An article's shard is elsewhere, so
what happens to articles is noted there first, in the call that makes it happen, and then passed on; the feed knows how
far it has heard each shard, so whoever passes on again after a crash tells nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from copytrail.errors import FeedCut, StoreUnavailable
from copytrail.events import Event, EventType
from copytrail.store import keys
from copytrail.store.connection import Argument, Connection, call, read
from copytrail.store.part import Part

_PASSED_AT_ONCE: Final = 1000


class Events(Part):
    """Reading the feed."""

    def events(self, after: int | None, limit: int) -> list[Event]:
        """See `Newsroom.events`."""
        oldest, newest, found = self._link.one(read("ct_feed", [keys.EVENTS], after or 0, limit))
        first, last = _number(oldest) if oldest else 1, _number(newest) if newest else 0
        if after is not None and not first - 1 <= after <= last:
            raise FeedCut(after, first, last)
        if after and found and _number(found[0][0]) > after + 1 and not self._was_told(after):
            raise FeedCut(after, first, last)
        return [_event(entry, fields[1]) for entry, fields in found]

    def _was_told(self, number: int) -> bool:
        """Whether there is an event of this number: after a restore the feed goes on with higher ones."""
        return bool(self._link.one(("XRANGE", keys.EVENTS, f"0-{number}", f"0-{number}")))

    def newest_event(self) -> int:
        """See `Newsroom.newest_event`."""
        _, newest, _ = self._link.one(read("ct_feed", [keys.EVENTS], 0, 1))
        return _number(newest) if newest else 0


def pass_on(link: Connection, kept: int, shards: Iterable[int]) -> None:
    """Tell what the articles of these shards noted for the feed, which keeps `kept` events.

    What cannot be told now is told after the next sweep of a worker: what happened has happened.
    """
    with suppress(StoreUnavailable):
        _hand_over(link, kept, shards)


def _hand_over(link: Connection, kept: int, shards: Iterable[int]) -> None:
    asked = list(shards)
    outboxes = [keys.key(shard, "outbox") for shard in asked]
    found = link.run([("XRANGE", outbox, "-", "+", "COUNT", _PASSED_AT_ONCE) for outbox in outboxes])
    for shard, outbox, entries in zip(asked, outboxes, found, strict=True):
        if entries:
            link.one(call("ct_pass_on", [keys.EVENTS, keys.PASSED], kept, shard, *_noted(entries)))
            link.one(("XDEL", outbox, *(entry for entry, _ in entries)))


def pack(event: Event) -> str:
    """An event as the feed keeps it, without its id."""
    return json.dumps([event.type, round(event.at.timestamp() * 1000), dict(event.about)], ensure_ascii=False)


def _noted(entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> Iterable[Argument]:
    """The id of each entry of an outbox and the event it stands for; the id begins with its time (ms)."""
    for entry, noted in entries:
        at = datetime.fromtimestamp(int(entry.split(b"-")[0]) / 1000, UTC)
        yield entry
        yield pack(Event(EventType(noted[b"type"].decode()), at, {"article": noted[b"article"].decode()}))


def _event(entry: bytes, packed: bytes) -> Event:
    kind, at, about = json.loads(packed)
    return Event(EventType(kind), datetime.fromtimestamp(at / 1000, UTC), about, _number(entry))


def _number(entry: bytes) -> int:
    """The event's number: the second half of the entry's id."""
    return int(entry.split(b"-")[1])
