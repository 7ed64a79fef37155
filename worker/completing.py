"""What nobody has compared yet of articles that hang together: so who came first does not decide what is known."""

from __future__ import annotations

from dataclasses import replace

from copytrail.matching import Library
from copytrail.overlooked import telling_pairs
from copytrail.partition import Partition
from copytrail.report import Relation
from copytrail.store.work import Link, Neighbourhood, WorkerStore

_FEWEST = 3  # articles: two that hang together have been compared


def complete(
    store: WorkerStore, library: Library, worker: str, around: Neighbourhood, bound: int
) -> Neighbourhood:
    """The neighbourhood with what its telling pairs say; those that were not compared are now, and kept.

    A pair found makes one core of two now and then, which then has other telling pairs. `bound` says how many pairs
    are asked for at the most.
    """
    if len(around.records) < _FEWEST:
        return around
    numbers = sorted(around.records)
    sketches = dict(zip(numbers, store.buckets(numbers), strict=True))
    names = {number: record.article_id for number, record in around.records.items()}
    while bound > 0:
        known = {(min(link.a, link.b), max(link.a, link.b)) for link in around.links}
        pairs = [pair for pair in telling_pairs(sketches, _cores(around), names) if pair not in known]
        heard = library.heard(pairs[:bound])
        if not heard:
            break
        bound -= len(pairs)
        links = [Link(a, b, *heard[a, b]) for a, b in heard]
        store.link(worker, [], links)
        around = replace(around, links=[*around.links, *links])
    return around


def _cores(around: Neighbourhood) -> dict[int, int]:
    """The smallest number among the articles that are one text with an article, by its number."""
    copies = Partition(around.records)
    for link in around.links:
        if link.report.joins and link.report.relation in (Relation.IDENTICAL, Relation.NEAR_COPY):
            copies.union(link.a, link.b)
    return {number: core[0] for core in copies.sets() for number in core}
