"""What a derivation changed, told as events: whoever replays them from the start knows every cluster's members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from copytrail.events import Event, EventType
from copytrail.store.protocol import ClusterRecord
from copytrail.store.work import Neighbourhood

# Who leaves is told before who comes, so that no article is in two clusters on the way.
_ORDER: Final = ("dissolved", "shrunk", "grown", "merged", "split", "created")


Told = tuple[str, str, Collection[int], Collection[int], Sequence[str]]
"""What happened, to which cluster, its members before and after, and the other clusters involved."""


def events_of(
    around: Neighbourhood, kept: Iterable[ClusterRecord], gone: Mapping[str, str | None], now: datetime
) -> list[Event]:
    """The events of a change; clusters that kept their members have none."""
    names = dict(around.gone) | {number: record.article_id for number, record in around.records.items()}
    told = [*_dissolved(around, gone), *_changed(around, kept)]
    told.sort(key=lambda each: _ORDER.index(each[0]))
    return [_event(each, names, now) for each in told]


def _dissolved(around: Neighbourhood, gone: Mapping[str, str | None]) -> Iterator[Told]:
    for cluster_id, into in gone.items():
        if into is None:
            yield "dissolved", cluster_id, around.clusters[cluster_id].members, (), ()


def _changed(around: Neighbourhood, kept: Iterable[ClusterRecord]) -> Iterator[Told]:
    for record in kept:
        old = around.clusters.get(record.id)
        before = old.members if old else ()
        if before != record.members:
            change = record.history[-1]
            yield change.kind, record.id, before, record.members, change.clusters


def _event(told: Told, names: Mapping[int, str], now: datetime) -> Event:
    kind, cluster_id, before, after, others = told
    about = {
        "cluster": cluster_id,
        "size": len(after),
        "joined": sorted(names[n] for n in set(after).difference(before)),
        "left": sorted(names[n] for n in set(before).difference(after) if n in names),
        "clusters": list(others),
    }
    return Event(EventType(f"cluster.{kind}"), now, about)
