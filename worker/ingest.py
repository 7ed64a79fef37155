"""The product in one sentence: index the articles, find what matches them, keep the evidence, derive the
clusters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from copytrail.candidates import Hits
from copytrail.document import Document, analyse
from copytrail.hashing import distinct
from copytrail.matching import Library, verify
from copytrail.sketch import sketch
from copytrail.store.protocol import Edition
from copytrail.store.work import Link, Task, WorkerStore
from worker.blocks import Blocks
from worker.clustering import recluster
from worker.metrics import HANDLED, timed


def ingest(store: WorkerStore, library: Library, worker: str, tasks: Sequence[Task]) -> None:
    """Handle articles in hand, new, changed and deleted ones alike. Every step may run twice.

    Neighbours are those who sit in the same buckets at the moment when the article comes in: of two similar articles
    handled at the same moment by two workers, at least one sees the other.
    """
    with timed("index"):
        indexed = place(store, worker, tasks, [analyse(task.text or "", task.language) for task in tasks])
    with timed("compare"):
        links = list(_links(library, tasks, indexed))
        store.link(worker, tasks, links)
    with timed("cluster"):
        recluster(store, library, worker, tasks, links)
    with timed("finish"):
        store.finish(worker, tasks)
    HANDLED.labels("indexed").inc(len(tasks))


def give_up(store: WorkerStore, library: Library, worker: str, tasks: Sequence[Task], reason: str) -> None:
    """Set articles aside that cannot be handled: out of the index and out of their clusters."""
    place(store, worker, tasks, [analyse("")] * len(tasks))
    store.link(worker, tasks, [])
    recluster(store, library, worker, tasks)
    store.give_up(worker, tasks, reason)
    HANDLED.labels("set_aside").inc(len(tasks))


class Indexed(NamedTuple):
    """An article in the index: what of it was read, without what its site repeats, and who shares buckets with it."""

    edition: Edition
    document: Document
    hits: Hits


def place(
    store: WorkerStore, worker: str, tasks: Sequence[Task], documents: Sequence[Document]
) -> list[Indexed]:
    """Put articles into the index without what their sites repeat."""
    blocks = Blocks(store, tasks, documents)
    editions = [Edition(task.version, blocks.repeated(task.number)) for task in tasks]
    left = [d.without_repeats(edition.repeated) for d, edition in zip(documents, editions, strict=True)]
    sketches = [
        distinct(np.concatenate((sketch(d), blocks.buckets(task.number))))
        for task, d in zip(tasks, left, strict=True)
    ]
    hits = store.index(worker, tasks, sketches, [edition.repeated for edition in editions])
    store.look_again(blocks.unsettled())
    return list(map(Indexed, editions, left, hits))


def _links(library: Library, tasks: Sequence[Task], indexed: Sequence[Indexed]) -> Iterator[Link]:
    """The verified pairs of the articles, with the versions of the texts that were compared."""
    for task, article in zip(tasks, indexed, strict=True):
        library.remember(task.number, article.edition, article.document)
    numbers = [task.number for task in tasks]
    matches = verify([a.hits for a in indexed], [a.document for a in indexed], numbers, library)
    for task, found in zip(tasks, matches, strict=True):
        for number, report in found.reports.items():
            yield Link(task.number, number, task.version, found.versions[number], report)
