"""Versions: what one publisher made of its own article. They are no copies and are shown apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from copytrail.cluster import Edge
from copytrail.profile import Profile
from copytrail.report import Relation

_SAME_TEXT = (Relation.IDENTICAL, Relation.NEAR_COPY)


def find_versions(known: Mapping[int, Profile], edges: Iterable[Edge]) -> tuple[tuple[Profile, ...], ...]:
    """Groups of members that are versions of one article, the earliest first in each.

    Members are versions of one article when they have one canonical address, or one publisher and nearly one text.
    """
    leader = {number: number for number in known}

    def root(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for a, b in _pairs(known, edges):
        low, high = sorted((root(a), root(b)))
        leader[high] = low
    groups: dict[int, list[Profile]] = defaultdict(list)
    for number in known:
        groups[root(number)].append(known[number])
    versions = [tuple(sorted(group, key=lambda p: p.age)) for group in groups.values() if len(group) > 1]
    return tuple(sorted(versions, key=lambda group: group[0].age))


def _pairs(known: Mapping[int, Profile], edges: Iterable[Edge]) -> Iterable[tuple[int, int]]:
    pages: dict[str, int] = {}
    for number, profile in known.items():
        if page := profile.member.page:
            yield number, pages.setdefault(page, number)
    for edge in edges:
        same_text = edge.report.relation in _SAME_TEXT
        if same_text and known[edge.a].shares_publisher(known[edge.b]):
            yield edge.a, edge.b
