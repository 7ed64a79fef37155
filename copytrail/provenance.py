"""The provenance of a cluster: who was first, who took from whom, how sure that is and why.

It is an inference and says so: every statement carries a confidence and reasons an editor could read aloud,
and "undetermined" is an answer. Nothing here depends on the order of members or edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from copytrail.chronology import Doubt, timing
from copytrail.cluster import Edge
from copytrail.explain import backdated, parent_reasons, unknown_parent_reasons
from copytrail.licences import Permission, permission
from copytrail.lineage import Derivation, Link, Origin, Provenance, Traced, UnseenSource, Versions
from copytrail.member import Member
from copytrail.origins import first_of, origin
from copytrail.parents import UNDECIDED, Choice, choose_parents, direction
from copytrail.profile import Profile, profiles
from copytrail.report import Relation, Report
from copytrail.roster import Roster
from copytrail.sources import cited_by, unseen_sources
from copytrail.versions import find_versions

__all__ = ["Derivation", "Link", "Member", "Origin", "Provenance", "Traced", "UnseenSource", "trace"]

_THIN = 0.2
"""A parent less certain than this is not named."""
_FULL = 0.9
"""A text this long, measured by the longest, is full: of full texts the earliest represents the cluster."""


def trace(members: Iterable[Member], edges: Iterable[Edge], roster: Roster | None = None) -> Provenance:
    """The provenance of the cluster made of these members (at least one).

    `edges` are the verified pairs among them; weak ones help, pairs with articles outside are ignored. `roster` is
    what the operator knows of publishers.
    """
    roster = roster or Roster()
    known = profiles(sorted(members, key=lambda member: member.id), roster)
    pairs = _between(known, edges)
    unseen = unseen_sources(known.values(), roster)
    choices = choose_parents(known, pairs, {source.name: source.cited_by for source in unseen})
    first = first_of(known, choices)
    original, undetermined = origin(first, known, choices, unseen, roster)
    cluster = _Cluster(known, pairs, choices, unseen, roster, find_versions(known, pairs))
    articles = cluster.articles(first if original else None)
    return Provenance(
        original,
        undetermined,
        _representative(articles),
        articles,
        cluster.links(),
        unseen,
        tuple(Versions(group[0].publisher, _ids(group)) for group in cluster.versions),
    )


def _between(known: Mapping[int, Profile], edges: Iterable[Edge]) -> list[Edge]:
    """Edges inside the cluster, one a pair, the end with the smaller id first, in the order of ids."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        if edge.a in known and edge.b in known and edge.a != edge.b:
            a, b = known[edge.a].member.id, known[edge.b].member.id
            found[min(a, b), max(a, b)] = edge if a < b else edge.swapped()
    return [edge for _, edge in sorted(found.items())]


def _ids(group: Iterable[Profile]) -> tuple[str, ...]:
    return tuple(profile.member.id for profile in group)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A cluster with the parents chosen: what its members and links are told from."""

    known: Mapping[int, Profile]
    pairs: Sequence[Edge]
    choices: Mapping[int, Choice]
    unseen: Sequence[UnseenSource]
    roster: Roster
    versions: Sequence[Sequence[Profile]]

    def articles(self, original: Profile | None) -> tuple[Traced, ...]:
        """The members in order: the original, then by time."""
        strongest = _strongest(self.pairs, self.known.keys() - self.choices.keys())
        traced = [
            self._as_original(profile) if profile is original else self._traced(n, strongest.get(n))
            for n, profile in self.known.items()
        ]
        return tuple(sorted(traced, key=lambda t: (t.relation is not None, self.known[t.member.number].age)))

    def _as_original(self, profile: Profile) -> Traced:
        flags = tuple(sorted(doubt.flag for doubt in profile.timing.doubts))
        cited, version_of = cited_by(profile, self.known.values()), self._version_of(profile)
        return Traced(profile.member, None, None, 1.0, cited, flags, profile.publisher, version_of=version_of)

    def _traced(self, n: int, strongest: Edge | None) -> Traced:
        """A member that is not the original, beside its likely parent, or else the one it is most like."""
        profile, choice = self.known[n], self.choices.get(n)
        nearest = choice.link.parent if choice else self.known[strongest.b] if strongest else None
        report = choice.link.report if choice else strongest.report if strongest else None
        derivation, doubts = self._derivation(profile, choice, nearest, report)
        return Traced(
            profile.member,
            derivation.relation,
            derivation,
            report.a_in_b if report else 0.0,
            cited_by(profile, self.known.values()),
            tuple(sorted({doubt.flag for doubt in (*profile.timing.doubts, *doubts)})),
            profile.publisher,
            nearest is not None and profile.shares_publisher(nearest),
            self._version_of(profile),
            self._permission(profile, nearest),
        )

    def _derivation(
        self, profile: Profile, choice: Choice | None, nearest: Profile | None, report: Report | None
    ) -> tuple[Derivation, tuple[Doubt, ...]]:
        """What a member was taken from, and doubts about its time that follow from that."""
        relation = report.relation if report and report.relation.is_reuse else Relation.REWRITE
        confidence = choice.confidence if choice else 0.0
        told = choice is not None and confidence >= _THIN and choice.link.direction >= UNDECIDED
        if choice and told:
            doubt = backdated(profile, choice.link.parent)
            doubts = (doubt,) if doubt else ()
            reasons = (*parent_reasons(choice, self._common_sources(choice)), *(d.sentence for d in doubts))
        else:
            doubts, reasons = (), unknown_parent_reasons(profile, choice)
        if permitted := self._permission(profile, nearest):
            reasons = (*reasons, permitted.reason)
        closest = nearest.member.id if nearest else None
        score, passages = (report.score, report.passages) if report else (0.0, ())
        parent = closest if told else None
        return Derivation(parent, closest, relation, score, confidence, reasons, passages), doubts

    def _common_sources(self, choice: Choice) -> list[str]:
        pair = {choice.link.child.member.id, choice.link.parent.member.id}
        return [source.name for source in self.unseen if pair <= set(source.cited_by)]

    def _permission(self, copy: Profile, parent: Profile | None) -> Permission | None:
        own = parent is not None and copy.shares_publisher(parent)
        return None if own else permission(self.roster, copy, parent)

    def _version_of(self, profile: Profile) -> str | None:
        """The earliest version of the same article, unless that is the member itself."""
        group = next((group for group in self.versions if profile in group[1:]), None)
        return group[0].member.id if group else None

    def links(self) -> tuple[Link, ...]:
        """Pairs of reuse, and weak ones that a derivation rests on, from the likely source to the likely copy."""
        derived = {frozenset((n, choice.link.parent.member.number)) for n, choice in self.choices.items()}
        found = (
            self._link(self.known[edge.a], self.known[edge.b], edge.report)
            for edge in self.pairs
            if edge.report.relation.is_reuse or frozenset((edge.a, edge.b)) in derived
        )
        return tuple(sorted(found, key=lambda link: (link.source, link.target)))

    def _link(self, a: Profile, b: Profile, report: Report) -> Link:
        """A pair in its likely direction, in the order of time when that is open."""
        chance = direction(a, b, report.relation)
        forward = a.age <= b.age if chance == 0.5 else chance > 0.5
        source, target = (a, b) if forward else (b, a)
        return Link(
            source.member.id,
            target.member.id,
            report.relation,
            report.score,
            len(report.passages),
            a.shares_publisher(b),
            self._permission(target, source) is not None,
        )


def _strongest(pairs: Iterable[Edge], wanted: Set[int]) -> dict[int, Edge]:
    """For every wanted member with a pair its strongest one, seen from it."""
    found: dict[int, Edge] = {}
    for edge in pairs:
        for end in wanted & {edge.a, edge.b}:
            if end not in found or _strength(edge.report) < _strength(found[end].report):
                found[end] = edge if edge.a == end else edge.swapped()
    return found


def _strength(report: Report) -> tuple[int, float]:
    """Sorts the strongest relation first, then the highest score."""
    return list(Relation).index(report.relation), -report.score


def _representative(articles: Sequence[Traced]) -> str:
    """The id of the earliest among the full texts; an excerpt, or a longer piece around one, is not asked."""
    whole = [traced for traced in articles if traced.relation is not Relation.PARTIAL_COPY] or articles
    longest = max(len(traced.member.text) for traced in whole)
    full = [traced.member for traced in whole if len(traced.member.text) >= _FULL * longest]
    return min(full, key=lambda member: (timing(member).latest, member.id)).id
