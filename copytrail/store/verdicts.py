"""Verdicts of people on pairs of articles, kept beside the clusters that heed them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import xxhash

from copytrail.errors import StoreUnavailable
from copytrail.events import Event, EventType
from copytrail.store import cursors, events, keys
from copytrail.store.articles import Articles
from copytrail.store.connection import Connection, call
from copytrail.store.protocol import Text
from copytrail.verdicts import Opinion, Says, Verdict, Verdicts, verdict_id

_HISTORY: Final = 100  # opinions remembered of a pair, the newest
_ATTEMPTS: Final = 20  # to write when others judge the same pair at the same moment


class Judgements(Articles):
    """Reading verdicts, giving them and taking them back."""

    def judge(self, a: int, b: int, opinion: Opinion) -> Verdict:
        """See `Newsroom.judge`."""
        ids = [record.article_id if record else "" for record in self.records([a, b])]
        for number, found in zip((a, b), ids, strict=True):
            if not found:
                raise KeyError(number)
        verdict = self._written(a, b, ids, opinion)
        self._look_again([a, b])
        self._link.confirm_durable([keys.CLUSTERS_SYNCED], self.settings.replicas)
        self._confirm_durable([a, b])
        return verdict

    def verdict(self, verdict_id: str) -> Verdict | None:
        """See `Newsroom.verdict`."""
        packed = self._link.one(("HGET", keys.VERDICTS, verdict_id))
        return _unpack(packed) if packed else None

    def verdicts(self, cursor: str | None, limit: int) -> tuple[list[Verdict], str | None]:
        """See `Newsroom.verdicts`."""
        after = cursors.unpack(cursor) if cursor else None
        newest = after[0] if after else "+inf"
        # Of one millisecond there may be several; no more than a person, or a script of theirs, gives in one.
        wanted = ("ZRANGE", keys.JUDGED_AT, newest, "-inf", "BYSCORE", "REV", "LIMIT", 0, limit + 1000)
        found = self._link.one((*wanted, "WITHSCORES"))
        places = [(float(at), name.decode()) for name, at in zip(found[::2], found[1::2], strict=True)]
        behind = [place for place in places if after is None or place < after]
        page = self._verdicts([name for _, name in behind[:limit]])
        return page, cursors.pack(*behind[limit - 1]) if len(behind) > limit else None

    def verdicts_on(self, numbers: Sequence[int]) -> list[Verdict]:
        """See `Newsroom.verdicts_on`."""
        ids = {verdict_id(a, b) for a, others in judged(self._link, numbers).items() for b in others}
        return [verdict for verdict in self._verdicts(sorted(ids)) if verdict.last.says]

    def _verdicts(self, ids: Sequence[str]) -> list[Verdict]:
        packed = self._link.one(("HMGET", keys.VERDICTS, *ids)) if ids else []
        return [_unpack(found) for found in packed if found]

    def _written(self, a: int, b: int, ids: Sequence[str], opinion: Opinion) -> Verdict:
        """Add the opinion to what was said before and tell it, in one step."""
        texts = dict(zip((a, b), map(_hash, self.texts([a, b])), strict=True))
        for _ in range(_ATTEMPTS):
            known = self._link.one(("HGET", keys.VERDICTS, verdict_id(a, b))) or b""
            before = _unpack(known) if known else Verdict(a, b, ("", ""), ())
            history = (*before.history, opinion)[-_HISTORY:]
            now = _pack(Verdict(before.a, before.b, (texts[before.a], texts[before.b]), history))
            if self._replaced(
                known, now, _told(verdict_id(a, b), ids, opinion, before), (min(a, b), max(a, b))
            ):
                return _unpack(now.encode())
        raise StoreUnavailable(
            f"Too many others judge the articles {ids[0]!r} and {ids[1]!r} at this moment."
        )

    def _replaced(self, was: bytes, now: str, told: Event, pair: tuple[int, int]) -> bool:
        """Write a verdict and tell it, unless somebody else has written another meanwhile."""
        touched = [keys.VERDICTS, keys.JUDGED, keys.JUDGED_AT, keys.EVENTS]
        at = "" if told.type is EventType.VERDICT_WITHDRAWN else round(told.at.timestamp() * 1000)
        arguments = (self.settings.events_kept, verdict_id(*pair), *pair, was, now, at, events.pack(told))
        return bool(self._link.one(call("ct_judge", touched, *arguments)))


def _hash(found: Text | None) -> str:
    """What a text is known by; empty for one that is gone."""
    return xxhash.xxh3_128_hexdigest(found.text.encode()) if found else ""


def judged(link: Connection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """Those of the articles that were ever judged, and together with which others."""
    asked = list(numbers)
    noted = link.one(("HMGET", keys.JUDGED, *asked)) if asked else []
    return {
        number: set(map(int, others.split())) for number, others in zip(asked, noted, strict=True) if others
    }


def what_is_said(link: Connection, numbers: Iterable[int]) -> Verdicts:
    """The verdicts that count on pairs with one of these articles."""
    near = judged(link, numbers)
    ids = sorted({verdict_id(a, b) for a, others in near.items() for b in others})
    packed = link.one(("HMGET", keys.VERDICTS, *ids)) if ids else []
    found = [_unpack(each) for each in packed if each]
    return {(min(v.a, v.b), max(v.a, v.b)): v.last.says for v in found if v.last.says}


def forget(link: Connection, numbers: Sequence[int]) -> None:
    """Forget all that was said of articles that are gone."""
    if numbers:
        link.one(call("ct_forget_verdicts", [keys.VERDICTS, keys.JUDGED, keys.JUDGED_AT], *numbers))


def _told(name: str, ids: Sequence[str], opinion: Opinion, before: Verdict) -> Event:
    says = opinion.says or (before.last.says if before.history else None)
    kind = EventType.VERDICT_GIVEN if opinion.says else EventType.VERDICT_WITHDRAWN
    return Event(kind, opinion.at, {"verdict": name, "articles": list(ids), "says": says})


def _pack(verdict: Verdict) -> str:
    said = [
        (round(opinion.at.timestamp() * 1000), opinion.says, opinion.reason, opinion.by)
        for opinion in verdict.history
    ]
    return json.dumps([verdict.a, verdict.b, verdict.texts, said], ensure_ascii=False, separators=(",", ":"))


def _unpack(packed: bytes) -> Verdict:
    a, b, texts, said = json.loads(packed)
    history = tuple(
        Opinion(datetime.fromtimestamp(at / 1000, UTC), Says(says) if says else None, reason, by)
        for at, says, reason, by in said
    )
    return Verdict(a, b, tuple(texts), history)
