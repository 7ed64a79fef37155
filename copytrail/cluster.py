"""Which articles are one text: clusters out of verified pairs.

Clusters hold evidence, so membership follows from pairs and from nothing else: the same articles and pairs
give the same clusters in any order. Joining happens in four steps, each asking for less than the one before
and therefore allowed less:

1. Copies: articles joined by identical or near copies are one *core*, in practice one text.
2. Rewrites: cores merge into *groups* when the groups support each other, not merely one pair of theirs. This
   is the guard against chains (A like B, B like C, A unlike C).
3. Excerpts: a group may become the guest of one other group and then hosts nobody, so a roundup with
   excerpts of two stories joins one of them at most and never merges the two.
4. Joint evidence: a text that resembles several members of a group a little may join it when all of them
   together are convincing.

A person's verdict comes before all of them. A confirmed pair is in one cluster, whatever its texts say. A disputed pair
is no evidence: the two come together only when others join them, a third text that matches both for one, which is
evidence of its own and can be disputed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nsmallest

from copytrail.cores import NO_EVIDENCE, SPEAKERS, Compare, Cores, Edge, strength
from copytrail.evidence import ENOUGH, HEARD, joint_support
from copytrail.partition import Partition
from copytrail.report import Relation, Report
from copytrail.verdicts import Verdicts

__all__ = ["NO_EVIDENCE", "Edge", "derive"]

# Two groups merge when more than half of their pairs speak for it: of a chain of two links it is one of two.
MAJORITY = 0.5
# A guest with this share of its words in the host is an excerpt of it; with less, it merely borrowed from it.
WHOLE = 0.8
# Members of a group that are heard as joint evidence.
WITNESSES = 9

_NOTHING_SAID: Verdicts = {}


def derive(
    members: Mapping[int, str],
    edges: Iterable[Edge],
    compare: Compare,
    verdicts: Verdicts = _NOTHING_SAID,
) -> list[frozenset[int]]:
    """Clusters of two and more article numbers, in the order of their smallest article id.

    `members` maps article numbers to article ids; ids decide ties because numbers depend on the order of
    arrival. Edges to articles outside `members` are ignored, and so are `verdicts` on them. `compare(a, b)` is asked
    for pairs without an edge that a decision needs, at most 9 for each.
    """
    evidence = Cores(members, edges, compare, verdicts)
    groups = Partition(evidence.names())
    for x, y in evidence.confirmed:
        groups.union(x, y)
    _merge_rewrites(groups, evidence)
    hosts = _seat_guests(groups, evidence)
    hosts |= _seat_newcomers(groups, evidence, hosts)
    for guest, host in hosts.items():
        groups.union(guest, host)
    clusters = (evidence.articles(cores) for cores in groups.sets())
    return [cluster for cluster in clusters if len(cluster) > 1]


def _merge_rewrites(groups: Partition, evidence: Cores) -> None:
    """Step 2. Repeats while something merges: a group that grew may support what was refused before."""
    pending = sorted(evidence.joining(Relation.REWRITE), key=lambda pair: (*strength(pair[2]), pair[:2]))
    refusals: set[tuple[int, int, int, int]] = set()
    while True:
        refused = [pair for pair in pending if not _merge(groups, evidence, pair[0], pair[1], refusals)]
        if len(refused) == len(pending):
            return
        pending = refused


def _merge(
    groups: Partition, evidence: Cores, x: int, y: int, refusals: set[tuple[int, int, int, int]]
) -> bool:
    """Whether x and y are in one group now. Groups only grow, so smallest core and size name their state."""
    if groups.together(x, y):
        return True
    left, right = sorted((groups.of(x), groups.of(y)), key=min)
    state = (min(left), len(left), min(right), len(right))
    if state in refusals:
        return False
    if evidence.support(left, right) <= MAJORITY:
        refusals.add(state)
        return False
    groups.union(x, y)
    return True


def _seat_guests(groups: Partition, evidence: Cores) -> dict[int, int]:
    """Step 3: who is whose guest, a core of each naming its group; the largest excerpts choose first."""
    excerpts = evidence.joining(Relation.PARTIAL_COPY)
    table = _Table(groups, evidence)
    for x, y, report in sorted(excerpts, key=lambda pair: (*reversed(strength(pair[2])), pair[:2])):
        if not groups.together(x, y):
            table.seat(x, y, report)
    return table.hosts


class _Table:
    """Guests and hosts so far. Groups are known by the list that holds their cores."""

    def __init__(self, groups: Partition, evidence: Cores) -> None:
        self.hosts: dict[int, int] = {}
        self._groups, self._evidence = groups, evidence
        self._guests: set[int] = set()
        self._excerpts: dict[int, list[int]] = {}

    def seat(self, x: int, y: int, report: Report) -> None:
        """Seat x with y or y with x, the likelier guest first, if either may sit there."""
        for guest, host in self._roles(x, y, report):
            covered = report if guest == x else report.swapped()
            if self._welcome(guest, host, covered.a_in_b >= covered.b_in_a):
                self.hosts[guest] = host
                return

    def _roles(self, x: int, y: int, report: Report) -> list[tuple[int, int]]:
        """(guest, host) both ways, the natural one first: the smaller group is the guest.

        Between equals a text that lies whole in the other is its excerpt; else the longer one borrowed.
        """
        sizes = [self._evidence.size(self._groups.of(core)) for core in (x, y)]
        if sizes[0] != sizes[1]:
            x_is_guest = sizes[0] < sizes[1]
        else:
            x_is_guest = (report.a_in_b >= report.b_in_a) == (max(report.a_in_b, report.b_in_a) >= WHOLE)
        return [(x, y), (y, x)] if x_is_guest else [(y, x), (x, y)]

    def _welcome(self, guest: int, host: int, is_excerpt: bool) -> bool:
        """Enter the pair unless one is guest twice, or guest and host, or the host a roundup of strangers.

        A host that no rewrite speaks for may be a digest that is shorter than what it was taken from.
        """
        guest_key, host_key = min(self._groups.of(guest)), min(self._groups.of(host))
        if guest_key in self._guests or host_key in self._guests or guest_key in self._excerpts:
            return False
        fellows = self._excerpts.setdefault(host_key, [])
        wary = is_excerpt or len(self._groups.of(host)) == 1
        if wary and any(self._strangers(guest, fellow) for fellow in fellows[:SPEAKERS]):
            return False
        self._guests.add(guest_key)
        if wary:
            fellows.append(guest)
        return True

    def _strangers(self, x: int, y: int) -> bool:
        return self._evidence.report(x, y).relation is Relation.UNRELATED


def _seat_newcomers(groups: Partition, evidence: Cores, hosts: Mapping[int, int]) -> dict[int, int]:
    """Step 4: single cores that no pair placed, each beside the group that speaks for it most clearly."""
    seated = {id(groups.of(core)) for pair in hosts.items() for core in pair}
    alone = [
        core for core in evidence.names() if len(groups.of(core)) == 1 and id(groups.of(core)) not in seated
    ]
    places = {core: _best_group(core, groups, evidence) for core in alone}
    return {core: place for core, place in places.items() if place is not None}


def _best_group(core: int, groups: Partition, evidence: Cores) -> int | None:
    """The smallest core of the group that the joint evidence favours, or None when none convinces."""
    known = evidence.known[core].items()
    ties = [other for other, report in known if report.support >= HEARD and len(groups.of(other)) > 1]
    candidates = sorted({min(groups.of(other)) for other in ties})
    scores = {place: joint_support(_testimony(core, groups.of(place), evidence)) for place in candidates}
    best = max(candidates, key=lambda place: (scores[place], -place), default=None)
    return best if best is not None and scores[best] >= ENOUGH else None


def _testimony(core: int, group: list[int], evidence: Cores) -> list[Report]:
    """Reports of a text against the members of a group that resemble it most, seen from the text."""
    known = evidence.known[core]
    witnesses = nsmallest(
        WITNESSES, group, key=lambda other: (-known[other].score if other in known else 0.0, other)
    )
    return [evidence.report(core, witness) for witness in witnesses]
