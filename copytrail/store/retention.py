"""Retention: articles that were kept long enough are deleted, a few at a time, as if somebody had done it.

Who arrived when is known in order, so nothing is scanned: the oldest are looked at, and what is due goes the way of
every deletion. One worker at a time does so, because a number of articles to keep is counted over all shards.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from time import time
from typing import Final
from uuid import uuid4

from copytrail.retention import Rule, source_rules
from copytrail.settings import Settings
from copytrail.store import events, keys, names
from copytrail.store.connection import call
from copytrail.store.part import Part
from copytrail.store.shards import change_articles

_AT_ONCE: Final = 200  # articles deleted in one go
_TOKEN_MS: Final = 30_000
_DAY_MS: Final = 86_400_000


class Retention(Part):
    """Deleting what is due."""

    def expire(self) -> int:
        """See `WorkerStore.expire`."""
        rules = _rules(self.settings)
        token = uuid4().hex
        if not rules or not self._link.one(("SET", keys.RETENTION, token, "NX", "PX", _TOKEN_MS)):
            return 0
        until = time() + _TOKEN_MS / 2000
        try:
            due = list(dict.fromkeys(number for rule in rules for number in self._due(rule)))
            return self._let_go(due) if time() < until else 0
        finally:
            self._link.one(call("ct_release", [keys.RETENTION], token))

    def _due(self, rule: Rule) -> Iterator[int]:
        """The oldest articles that a rule does not keep, at most so many as are deleted in one go."""
        name = f"arrived:{keys.source(rule.source)}" if rule.source else "arrived"
        arrived = [keys.key(shard, name) for shard in range(keys.SHARDS)]
        last, count = "+inf", _AT_ONCE
        if rule.days is not None:
            last = f"({time() * 1000 - rule.days * _DAY_MS}"
        if rule.articles is not None:
            count = min(count, sum(self._link.run([("ZCARD", key) for key in arrived])) - rule.articles)
        if count <= 0:
            return
        oldest = self._link.run(
            [("ZRANGE", key, "-inf", last, "BYSCORE", "LIMIT", 0, count, "WITHSCORES") for key in arrived]
        )
        in_order = merge(*(sorted(zip(map(float, f[1::2]), map(int, f[::2]), strict=True)) for f in oldest))
        yield from (number for _, number in islice(in_order, count))

    def _let_go(self, numbers: list[int]) -> int:
        """Delete articles; how many were still there."""
        arguments = {number: (number,) for number in numbers}
        noted = change_articles(self._link, "ct_expire", arguments, round(time() * 1000))
        gone = {number: name.decode() for number, name in noted.items() if name is not None}
        self._enqueue(list(gone))
        names.forget(self._link, gone)
        events.pass_on(self._link, self.settings.events_kept, {keys.shard_of(number) for number in gone})
        return len(gone)


def _rules(settings: Settings) -> tuple[Rule, ...]:
    everywhere = Rule(days=settings.retain_days), Rule(articles=settings.retain_articles)
    bounded = (rule for rule in everywhere if (rule.days, rule.articles) != (None, None))
    return (*bounded, *source_rules(settings.retain_sources))
