"""Clusters after articles came, changed or went: derive the neighbourhood anew, keep ids, note what happened.

One worker at a time does this, under a lease; what is derived depends on the evidence alone, so it does not
matter who.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, cast

from copytrail.candidates import LIMIT
from copytrail.cluster import Edge, derive
from copytrail.evidence import binds
from copytrail.matching import Library
from copytrail.report import Report
from copytrail.store.protocol import Change, ClusterRecord, Record
from copytrail.store.work import ClusterChange, Link, Neighbourhood, Task, WorkerStore
from worker.completing import complete
from worker.telling import events_of

_HISTORY: Final = 100  # changes remembered of a cluster, the newest
_LEASE_SECONDS: Final = (
    3.0  # a derivation takes milliseconds; others wait so long for a worker that died at it
)


def recluster(
    store: WorkerStore, library: Library, worker: str, tasks: Sequence[Task], links: Sequence[Link] = ()
) -> None:
    """Bring the clusters of these articles up to date, given their verified pairs, and of all they hang together with.

    Most articles hang together with nothing, and never did: they are not looked at.
    """
    bound = {end for link in links if binds(link.report) for end in (link.a, link.b)}
    numbers = bound | {task.number for task in tasks if task.linked}
    numbers |= store.clustered([task.number for task in tasks if task.number not in numbers])
    seconds = _LEASE_SECONDS
    while numbers and not _derived(store, library, worker, sorted(numbers), seconds):
        seconds *= 2  # the lease ran out on the way, and another worker may have changed what was read


def _derived(
    store: WorkerStore, library: Library, worker: str, numbers: Sequence[int], seconds: float
) -> bool:
    token = store.lease(worker, seconds)
    try:
        around = complete(store, library, worker, store.neighbourhood(numbers), LIMIT * len(numbers))
        members = {number: record.article_id for number, record in around.records.items()}
        edges = [Edge(link.a, link.b, link.report) for link in around.links]
        groups = derive(members, edges, library.compare, around.verdicts)
        return store.commit(token, changes(store, around, groups, datetime.now(UTC)))
    finally:
        store.return_lease(token)


def changes(
    store: WorkerStore, around: Neighbourhood, groups: Sequence[frozenset[int]], now: datetime
) -> ClusterChange:
    """What is to be written so that these groups are the clusters of the neighbourhood."""
    heirs = _heirs(around.clusters.values(), groups)
    newcomers = [group for group in groups if group not in heirs]
    ids = heirs | dict(zip(newcomers, store.cluster_ids(len(newcomers)), strict=True))
    gone = {old.id: _successor(old, ids) for old in around.clusters.values() if old.id not in heirs.values()}
    kept = [_record(group, ids, around, gone, now) for group in groups]
    before = {number: old.id for old in around.clusters.values() for number in old.members}
    after = {number: ids[group] for group in groups for number in group}
    moved = {n: after.get(n) for n in sorted(before.keys() | after.keys()) if before.get(n) != after.get(n)}
    changed = [record for record in kept if record != around.clusters.get(record.id)]
    return ClusterChange(changed, gone, moved, events_of(around, changed, gone, now))


def _heirs(old: Iterable[ClusterRecord], groups: Sequence[frozenset[int]]) -> dict[frozenset[int], str]:
    """Which group goes on under which id: the largest common part decides, then the older cluster."""
    claims = sorted(
        (-len(group.intersection(cluster.members)), cluster.created_at, cluster.id, min(group), group)
        for cluster in old
        for group in groups
        if not group.isdisjoint(cluster.members)
    )
    heirs: dict[frozenset[int], str] = {}
    for _, _, cluster_id, _, group in claims:
        if group not in heirs and cluster_id not in heirs.values():
            heirs[group] = cluster_id
    return heirs


def _successor(old: ClusterRecord, ids: Mapping[frozenset[int], str]) -> str | None:
    """The cluster that most members of a cluster that is no more went to."""
    shares = Counter({cluster_id: len(group.intersection(old.members)) for group, cluster_id in ids.items()})
    best, share = max(shares.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return best if share else None


def _record(
    group: frozenset[int],
    ids: Mapping[frozenset[int], str],
    around: Neighbourhood,
    gone: Mapping[str, str | None],
    now: datetime,
) -> ClusterRecord:
    members = [around.records[number] for number in sorted(group)]
    earliest = min(
        members, key=lambda record: (_published(record) or record.first_seen_at, record.article_id)
    )
    published = [time for record in members if (time := _published(record))]
    sources = {str(source) for record in members if (source := record.metadata.get("source"))}
    title = earliest.metadata.get("title")
    old = around.clusters.get(ids[group])
    left = [] if old else _left_by(group, around)
    record = ClusterRecord(
        id=ids[group],
        members=tuple(sorted(group)),
        created_at=old.created_at if old else now,
        last_seen_at=max(record.first_seen_at for record in members),
        first_published_at=min(published, default=None),
        title=str(title) if title else None,
        sources=tuple(sorted(sources)),
        relations=tuple(sorted({report.relation for report in _inside(around, group) if report.joins})),
        history=old.history if old else (),
        split_from=old.split_from if old else next(iter(left), None),
    )
    if old and old.members == record.members:
        return record
    merged = tuple(sorted(name for name, into in gone.items() if into == record.id))
    if old:
        change = _change(record, old, merged, ids, now)
    else:
        change = Change(now, "split" if left else "created", record.size, tuple(left))
    return replace(record, history=(*record.history, change)[-_HISTORY:])


def _left_by(group: frozenset[int], around: Neighbourhood) -> list[str]:
    """The clusters that the members of a new one were in, the one with most of them first."""
    parts = [(len(group.intersection(old.members)), old.id) for old in around.clusters.values()]
    return [name for shared, name in sorted(parts, key=lambda part: (-part[0], part[1])) if shared]


def _change(
    record: ClusterRecord,
    old: ClusterRecord,
    merged: tuple[str, ...],
    ids: Mapping[frozenset[int], str],
    now: datetime,
) -> Change:
    """What happened to a cluster whose members changed."""
    if merged:
        return Change(now, "merged", record.size, merged)
    if record.size > old.size:
        return Change(now, "grown", record.size)
    others = {name for group, name in ids.items() if name != old.id and not group.isdisjoint(old.members)}
    return Change(now, "shrunk", record.size, tuple(sorted(others)))


def _inside(around: Neighbourhood, group: frozenset[int]) -> Iterator[Report]:
    return (link.report for link in around.links if link.a in group and link.b in group)


def _published(record: Record) -> datetime | None:
    published = cast(str | None, record.metadata.get("published_at"))
    return datetime.fromisoformat(published) if published else None
