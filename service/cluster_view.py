"""A cluster as a request wants it: without what it leaves out, and with what people said of its pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copytrail.cluster import NO_EVIDENCE, Edge, derive
from copytrail.member import Member
from copytrail.provenance import trace
from copytrail.report import Report
from copytrail.roster import Roster
from copytrail.store.protocol import Record
from copytrail.verdicts import Says, Verdict, Verdicts
from service.context import context
from service.selection import Exclusion, Selector

Json = dict[str, Any]

NOBODY: Final[Json] = {
    "original": None,
    "undetermined": ["No members are left that anything joins."],
    "representative": None,
    "articles": [],
    "edges": [],
    "unseen_sources": [],
}
"""The provenance when nobody is left."""


@dataclass(frozen=True, slots=True)
class View:
    """The members that are left, the pairs that count among them, and why each other member was left out."""

    members: Sequence[Member]
    edges: Sequence[Edge]
    excluded: Mapping[str, Exclusion]

    def to_json(self) -> list[Json]:
        """What was left out as answers show it."""
        return [{"article": name, "reason": reason} for name, reason in sorted(self.excluded.items())]


def view(
    members: Mapping[int, tuple[Record, Member]], edges: Iterable[Edge], said: Verdicts, selector: Selector
) -> View:
    """What is left of a cluster: disputed pairs do not count, and who is left must still be joined to the others."""
    counted = [edge for edge in edges if said.get((edge.a, edge.b)) is not Says.DISPUTE]
    if not selector.narrows:
        return View([member for _, member in members.values()], counted, {})
    reasons = {n: reason for n, (record, _) in members.items() if (reason := selector.excludes(record))}
    names = {n: record.article_id for n, (record, _) in members.items() if n not in reasons}
    counted = [edge for edge in counted if selector.excludes_pair(edge.report) is None]
    linked = _largest(names, counted, said, selector)
    reasons |= dict.fromkeys(names.keys() - linked, Exclusion.UNLINKED)
    left = [member for n, (_, member) in members.items() if n in linked]
    return View(left, counted, {members[n][1].id: reason for n, reason in reasons.items()})


def _largest(names: Mapping[int, str], edges: Sequence[Edge], said: Verdicts, selector: Selector) -> set[int]:
    """The largest cluster that the pairs that count make of these articles; empty when they make none."""

    def verdict(a: int, b: int) -> Report:
        try:
            report = context().library.compare(a, b)
        except KeyError:  # deleted just now
            return NO_EVIDENCE
        return NO_EVIDENCE if selector.excludes_pair(report) else report

    groups = derive(names, edges, verdict, said)
    largest: frozenset[int] = max(groups, key=len, default=frozenset[int]())
    return set(largest)


def links(
    links: Iterable[Json], verdicts: Sequence[Verdict], shown: View, edges: Iterable[Edge], roster: Roster
) -> list[Json]:
    """The edges of a cluster with what was said of each; disputed ones, which do not count, are among them."""
    members = {member.number: member for member in shown.members}
    inside = [verdict for verdict in verdicts if verdict.a in members and verdict.b in members]
    says = {frozenset((members[v.a].id, members[v.b].id)): v.last.says for v in inside}
    found = [*links]
    known = {_ends(link) for link in found}
    reports = {frozenset((edge.a, edge.b)): edge for edge in edges}
    for verdict in inside:
        edge = reports.get(frozenset((verdict.a, verdict.b)))
        if edge and frozenset((members[edge.a].id, members[edge.b].id)) not in known:
            found += _link([members[edge.a], members[edge.b]], edge, roster)
    return [link | {"verdict": says.get(_ends(link))} for link in found]


def _ends(link: Json) -> frozenset[str]:
    return frozenset((link["from"], link["to"]))


def _link(pair: Sequence[Member], edge: Edge, roster: Roster) -> Iterator[Json]:
    """The edge as it would be shown if it counted."""
    shown: Any = trace(pair, [edge], roster).to_json()["edges"]
    yield from shown


def what_is_said(verdicts: Iterable[Verdict]) -> Verdicts:
    """The verdicts that count by pair, the smaller number first."""
    return {(min(v.a, v.b), max(v.a, v.b)): v.last.says for v in verdicts if v.last.says}
