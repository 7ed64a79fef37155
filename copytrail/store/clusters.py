"""Clusters: read, listed, and, for the worker that holds the lease, changed.

All of it lives in one slot, so that one call changes everything a derivation changes, or nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from copytrail.errors import StoreUnavailable
from copytrail.evidence import binds
from copytrail.report import Relation
from copytrail.store import cursors, events, keys
from copytrail.store.articles import moment
from copytrail.store.connection import Argument, call
from copytrail.store.edges import valid_pairs
from copytrail.store.protocol import Change, ClusterFilter, ClusterRecord, MergedInto
from copytrail.store.reports import HEAD_BYTES, Packed
from copytrail.store.shards import read_articles
from copytrail.store.verdicts import Judgements, what_is_said
from copytrail.store.work import ClusterChange, Link, Neighbourhood
from copytrail.verdicts import Says

_LEASE_POLL: Final = 0.005  # seconds
_LONGEST_WAIT: Final = 60.0  # seconds for the lease
_LISTED_AT_ONCE: Final = 200
_LOOKED_AT: Final = 5_000  # clusters for one page: a filter that few match must not read them all in one call


class Clusters(Judgements):
    """Reading and changing clusters, with the articles that are their members."""

    def cluster(self, cluster_id: str) -> ClusterRecord | MergedInto | None:
        """See `Store.cluster`."""
        packed, merged = self._link.run(
            [("HGET", keys.CLUSTERS, cluster_id), ("HGET", keys.MERGED, cluster_id)]
        )
        if packed:
            return _unpack(packed)
        return MergedInto(cluster_id, self._last_of_chain(merged.decode())) if merged else None

    def clusters(
        self, wanted: ClusterFilter, cursor: str | None, limit: int
    ) -> tuple[list[ClusterRecord], str | None]:
        """See `Store.clusters`."""
        found: list[ClusterRecord] = []
        last: ClusterRecord | None = None
        for seen, record in enumerate(self._from(cursors.unpack(cursor) if cursor else None, wanted)):
            if last and (len(found) == limit or seen == _LOOKED_AT):
                return found, cursors.pack(_stamp(last.last_seen_at), last.id)
            if _matches(record, wanted):
                found.append(record)
            last = record
        return found, None

    def lease(self, worker: str, seconds: float) -> str:
        """See `WorkerStore.lease`."""
        token, deadline = f"{worker} {uuid4()}", time.monotonic() + _LONGEST_WAIT
        while not self._link.one(("SET", keys.LEASE, token, "NX", "PX", int(seconds * 1000))):
            if time.monotonic() > deadline:
                raise StoreUnavailable("Other workers keep the lease on the clusters for too long.")
            time.sleep(_LEASE_POLL)
        return token

    def return_lease(self, token: str) -> None:
        """See `WorkerStore.return_lease`."""
        self._link.one(call("ct_release", [keys.LEASE], token))

    def clustered(self, numbers: Sequence[int]) -> set[int]:
        """See `WorkerStore.clustered`."""
        if not numbers:
            return set()
        found = self._link.run([("HMGET", key, *numbers) for key in (keys.MEMBER, keys.JUDGED)])
        return {number for number, *held in zip(numbers, *found, strict=True) if any(held)}

    def neighbourhood(self, numbers: Sequence[int]) -> Neighbourhood:
        """See `WorkerStore.neighbourhood`."""
        seen: set[int] = set()
        links: dict[tuple[int, int], Link] = {}  # as each of the two articles has it
        found: dict[str, ClusterRecord] = {}
        said: dict[tuple[int, int], Says] = {}
        frontier = set(numbers)
        while frontier:
            seen |= frontier
            pairs, _ = valid_pairs(self._link, frontier, HEAD_BYTES)
            reached = {
                other for near in pairs.values() for other, packed in near.items() if binds(packed.report)
            }
            links |= {(a, b): _link(a, b, packed) for a, near in pairs.items() for b, packed in near.items()}
            opinions = what_is_said(self._link, frontier)
            said |= opinions
            reached |= {end for pair, says in opinions.items() if says is Says.CONFIRM for end in pair}
            ids = set(self._clusters_of(frontier).values()) - found.keys()
            found |= self._records_of(ids)
            reached |= {member for cluster_id in ids & found.keys() for member in found[cluster_id].members}
            frontier = reached - seen
        records = {record.number: record for record in self.records(sorted(seen)) if record}
        inside = [
            link
            for (a, b), link in sorted(links.items())
            if a < b and (b, a) in links and {a, b} <= records.keys()
        ]
        return Neighbourhood(records, inside, found, said, self._left_names(seen - records.keys()))

    def cluster_ids(self, count: int) -> list[str]:
        """See `WorkerStore.cluster_ids`."""
        last = int(self._link.one(("INCRBY", keys.NEXT_CLUSTER, count))) if count else 0
        return [f"c_{number}" for number in range(last - count + 1, last + 1)]

    def commit(self, token: str, change: ClusterChange) -> bool:
        """See `WorkerStore.commit`."""
        kept = [(c.id, _pack(c), c.last_seen_at.timestamp() * 1000) for c in change.kept]
        gone = [(cluster_id, into or "") for cluster_id, into in change.gone.items()]
        memberships = [(number, cluster_id or "") for number, cluster_id in change.memberships.items()]
        told = [(events.pack(event),) for event in change.events]
        written = [keys.LEASE, keys.CLUSTERS, keys.MEMBER, keys.ORDER, keys.MERGED, keys.EVENTS]
        arguments = (token, self.settings.events_kept, *_lists(kept, gone, memberships, told))
        return bool(self._link.one(call("ct_commit", written, *arguments)))

    def _clusters_of(self, numbers: Iterable[int]) -> dict[int, str]:
        asked = list(numbers)
        ids = self._link.one(("HMGET", keys.MEMBER, *asked)) if asked else []
        return {
            number: cluster_id.decode() for number, cluster_id in zip(asked, ids, strict=True) if cluster_id
        }

    def _left_names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The ids of articles that are deleted and not yet removed wholly."""
        found = read_articles(self._link, "ct_fields", list(numbers), "id")
        return {number: name.decode() for number, (name,) in found.items() if name}

    def _records_of(self, cluster_ids: Iterable[str]) -> dict[str, ClusterRecord]:
        asked = list(cluster_ids)
        packed = self._link.one(("HMGET", keys.CLUSTERS, *asked)) if asked else []
        return {cluster_id: _unpack(found) for cluster_id, found in zip(asked, packed, strict=True) if found}

    def _last_of_chain(self, cluster_id: str) -> str:
        while further := self._link.one(("HGET", keys.MERGED, cluster_id)):
            cluster_id = further.decode()
        return cluster_id

    def _from(self, after: tuple[float, str] | None, wanted: ClusterFilter) -> Iterator[ClusterRecord]:
        """The clusters of the wanted time, newest activity first, beginning after the given one."""
        oldest = wanted.since.timestamp() * 1000 if wanted.since else "-inf"
        newest = f"({wanted.until.timestamp() * 1000}" if wanted.until else "+inf"
        if after and (not wanted.until or after[0] < wanted.until.timestamp() * 1000):
            newest = str(after[0])
        for ids in self._listed(newest, oldest):
            behind = [name for score, name in ids if not after or (score, name) < after]
            records = self._records_of(behind)
            yield from (records[name] for name in behind if name in records)

    def _listed(self, newest: str, oldest: float | str) -> Iterator[list[tuple[float, str]]]:
        """Pages of (activity, id) in the order of the list."""
        offset = 0
        while True:
            bounds = (
                "ZRANGE",
                keys.ORDER,
                newest,
                oldest,
                "BYSCORE",
                "REV",
                "LIMIT",
                offset,
                _LISTED_AT_ONCE,
            )
            found = self._link.one((*bounds, "WITHSCORES"))
            yield [(float(score), name.decode()) for name, score in zip(found[::2], found[1::2], strict=True)]
            if len(found) < 2 * _LISTED_AT_ONCE:
                return
            offset += _LISTED_AT_ONCE


def _matches(record: ClusterRecord, wanted: ClusterFilter) -> bool:
    return (
        record.size >= wanted.min_size
        and (wanted.source is None or wanted.source.casefold() in map(str.casefold, record.sources))
        and (wanted.relation is None or wanted.relation in record.relations)
        and (wanted.q is None or wanted.q.casefold() in (record.title or "").casefold())
    )


def _link(a: int, b: int, packed: Packed) -> Link:
    return Link(a, b, packed.own_version, packed.other_version, packed.report)


def _lists(*lists: Sequence[tuple[Argument, ...]]) -> Iterator[Argument]:
    """Each list as its length and then its items, flat."""
    for items in lists:
        yield len(items)
        for item in items:
            yield from item


def _pack(record: ClusterRecord) -> str:
    return json.dumps(
        {
            "id": record.id,
            "members": record.members,
            "created": _stamp(record.created_at),
            "seen": _stamp(record.last_seen_at),
            "published": _stamp(record.first_published_at) if record.first_published_at else None,
            "title": record.title,
            "sources": record.sources,
            "relations": record.relations,
            "split_from": record.split_from,
            "history": [(_stamp(c.at), c.kind, c.size, c.clusters) for c in record.history],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _unpack(packed: bytes) -> ClusterRecord:
    fields = json.loads(packed)
    published = fields["published"]
    return ClusterRecord(
        id=fields["id"],
        members=tuple(fields["members"]),
        created_at=moment(fields["created"]),
        last_seen_at=moment(fields["seen"]),
        first_published_at=None if published is None else moment(published),
        title=fields["title"],
        sources=tuple(fields["sources"]),
        relations=tuple(map(Relation, fields["relations"])),
        split_from=fields["split_from"],
        history=tuple(
            Change(moment(at), kind, size, tuple(others)) for at, kind, size, others in fields["history"]
        ),
    )


def _stamp(time_of: datetime) -> float:
    return time_of.timestamp() * 1000
