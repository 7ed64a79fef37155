"""The product in one sentence: index the articles, find what matches them, keep the evidence, derive the
clusters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copytrail.document import Document, analyse
from copytrail.matching import Library, find_matches
from copytrail.sketch import sketch
from copytrail.store.work import Link, Task, WorkerStore
from worker.clustering import recluster


def ingest(store: WorkerStore, library: Library, worker: str, tasks: Sequence[Task]) -> None:
    """Handle articles in hand, new, changed and deleted ones alike. Every step may run twice.

    Buckets are written before neighbours are looked for: of two similar articles handled at the same moment
    by two workers, at least one sees the other.
    """
    documents = [analyse(task.text or "", task.language) for task in tasks]
    store.index(worker, tasks, [sketch(document) for document in documents])
    store.link(worker, tasks, list(_links(store, library, tasks, documents)))
    recluster(store, library, worker, [task.number for task in tasks])
    store.finish(worker, tasks)


def give_up(store: WorkerStore, library: Library, worker: str, tasks: Sequence[Task], reason: str) -> None:
    """Set articles aside that cannot be handled: out of the index and out of their clusters."""
    nowhere = [sketch(analyse(""))] * len(tasks)
    store.index(worker, tasks, nowhere)
    store.link(worker, tasks, [])
    recluster(store, library, worker, [task.number for task in tasks])
    store.give_up(worker, tasks, reason)


def _links(
    store: WorkerStore, library: Library, tasks: Sequence[Task], documents: Sequence[Document]
) -> Iterator[Link]:
    """The verified pairs of the articles, with the versions of the texts that were compared."""
    for task, document in zip(tasks, documents, strict=True):
        library.remember(task.number, task.version, document)
    matches = find_matches(store, documents, [task.number for task in tasks], library=library)
    for task, found in zip(tasks, matches, strict=True):
        for number, report in found.reports.items():
            yield Link(task.number, number, task.version, found.versions[number], report)
