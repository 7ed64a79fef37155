"""Cores: articles that are copies of each other, in practice one text; and what is known between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product
from statistics import fmean

from copytrail.partition import Partition
from copytrail.report import Relation, Report
from copytrail.verdicts import Says, Verdicts

# A pair speaks for a merge from this score, which reports of one event hardly reach; it need not join by itself.
SPEAKING_SCORE = 0.3
# Cores that speak for a group: 3 x 3 comparisons are the most that one attempted merge may cost.
SPEAKERS = 3

Compare = Callable[[int, int], Report]
NO_EVIDENCE = Report(Relation.UNRELATED, 0.0, 0.0, 0.0, 0.0)
"""The verdict on a pair that is not to count."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A verified pair of article numbers; `report` is seen from `a` (its passages and containment)."""

    a: int
    b: int
    report: Report

    def swapped(self) -> Edge:
        """The same pair with its ends exchanged."""
        return Edge(self.b, self.a, self.report.swapped())


class Cores:
    """The cores of a set of articles, and what is known between them.

    Inside, articles are ranks (places in the order of ids), and a core is named by the smallest rank in it.
    """

    def __init__(
        self, members: Mapping[int, str], edges: Iterable[Edge], compare: Compare, verdicts: Verdicts
    ) -> None:
        self._numbers = sorted(members, key=lambda number: (members[number], number))
        self._rank_of = {number: rank for rank, number in enumerate(self._numbers)}
        self._compare = compare
        self._verdicts = verdicts
        ranked = self._ranked(edges)
        copies = Partition(range(len(self._numbers)))
        for a, b, report in ranked:
            if report.joins and report.relation in (Relation.IDENTICAL, Relation.NEAR_COPY):
                copies.union(a, b)
        self._articles = {found[0]: found for found in copies.sets()}
        core_of = {rank: core for core, ranks in self._articles.items() for rank in ranks}
        self.known: dict[int, dict[int, Report]] = {core: {} for core in self._articles}
        for a, b, report in ranked:
            self._remember(core_of[a], core_of[b], report)
        self.confirmed = [
            (core_of[self._rank_of[a]], core_of[self._rank_of[b]])
            for (a, b), says in verdicts.items()
            if says is Says.CONFIRM and a in self._rank_of and b in self._rank_of
        ]
        """Pairs of cores that a person says are one text."""

    def _ranked(self, edges: Iterable[Edge]) -> list[tuple[int, int, Report]]:
        """Edges between ranks, smaller rank first, strongest edge first."""
        ranked = []
        for edge in edges:
            a, b = self._rank_of.get(edge.a), self._rank_of.get(edge.b)
            if a is not None and b is not None and a != b and not self._disputed(edge.a, edge.b):
                ranked.append((a, b, edge.report) if a < b else (b, a, edge.report.swapped()))
        return sorted(ranked, key=_edge_order)

    def _remember(self, x: int, y: int, report: Report) -> None:
        """Keep the first, therefore strongest, report between two cores."""
        if x != y and y not in self.known[x]:
            self.known[x][y] = report
            self.known[y][x] = report.swapped()

    def names(self) -> Iterable[int]:
        """Every core."""
        return self._articles.keys()

    def articles(self, cores: Iterable[int]) -> frozenset[int]:
        """The article numbers in these cores."""
        return frozenset(self._numbers[rank] for core in cores for rank in self._articles[core])

    def size(self, cores: Iterable[int]) -> int:
        """How many articles are in these cores."""
        return sum(len(self._articles[core]) for core in cores)

    def report(self, x: int, y: int) -> Report:
        """The verdict between two cores as seen from x; compared now if nobody has."""
        if y not in self.known[x]:
            a, b = self._numbers[x], self._numbers[y]
            self._remember(x, y, NO_EVIDENCE if self._disputed(a, b) else self._compare(a, b))
        return self.known[x][y]

    def _disputed(self, a: int, b: int) -> bool:
        return self._verdicts.get((min(a, b), max(a, b))) is Says.DISPUTE

    def joining(self, relation: Relation) -> list[tuple[int, int, Report]]:
        """Pairs of cores that this relation joins, smaller core first."""
        return [
            (x, y, report)
            for x, reports in self.known.items()
            for y, report in reports.items()
            if x < y and report.joins and report.relation is relation
        ]

    def support(self, left: list[int], right: list[int]) -> float:
        """The share (0 to 1) of pairs between the speakers of two groups that speak for one text."""
        pairs = product(self._speakers(left, right), self._speakers(right, left))
        return fmean(self.report(x, y).score >= SPEAKING_SCORE for x, y in pairs)

    def _speakers(self, these: list[int], those: list[int]) -> list[int]:
        """The few of `these` with the strongest links to `those`; ids decide between equals."""
        others = set(those)
        pull = {
            core: max((r.score for y, r in self.known[core].items() if r.joins and y in others), default=0.0)
            for core in these
        }
        return nsmallest(SPEAKERS, these, key=lambda core: (-pull[core], core))


def strength(report: Report) -> tuple[float, float]:
    """Sorts stronger reports first, the same from both sides."""
    return -report.score, -max(report.a_in_b, report.b_in_a)


def _edge_order(found: tuple[int, int, Report]) -> tuple[object, ...]:
    """Edges that join before others, then by strength; ids and relation decide between equals."""
    a, b, report = found
    return (not report.joins, *strength(report), a, b, report.relation)
