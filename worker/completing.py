"""What nobody has compared yet of articles that hang together: so who came first does not decide what is known."""

from __future__ import annotations

from dataclasses import replace

from copytrail.matching import Library
from copytrail.overlooked import completed
from copytrail.store.work import Link, Neighbourhood, WorkerStore


def complete(
    store: WorkerStore, library: Library, worker: str, around: Neighbourhood, bound: int
) -> Neighbourhood:
    """The neighbourhood with what its telling pairs say; those that were not compared are now, and kept.

    `bound` says how many are compared in one pass at the most. What is left is compared with the next change.
    """

    def ask(pairs: list[tuple[int, int]]) -> list[Link]:
        heard = library.heard(pairs, bound)
        links = [
            Link(a, b, found.version, found.other_version, found.report) for (a, b), found in heard.items()
        ]
        if links:
            store.link(worker, [], links)
        return links

    names = {number: record.article_id for number, record in around.records.items()}
    return replace(around, links=completed(around.links, names, store.buckets, ask))
