"""What the sites of a batch repeat, and who is to be looked at again because of the batch.

When a block becomes furniture, or is none any more, the earlier articles that carry it are queued once more: so what
is left out of an article does not depend on the order of arrival. It ends there, because what an article testifies
follows from who carries its blocks, never from what others testify.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from copytrail.compiled import Hashes
from copytrail.document import Document
from copytrail.repeats import (
    DIFFERENT_ARTICLES,
    SETTLED,
    Stretches,
    block_buckets,
    noted,
    page_of,
    rule,
    testimony,
)
from copytrail.store.work import Task, WorkerStore

Buckets = frozenset[int]


class Blocks:
    """The blocks of a batch of articles, as they are known before the batch is in the index."""

    def __init__(self, store: WorkerStore, tasks: Sequence[Task], documents: Sequence[Document]) -> None:
        self._store = store
        self._tasks = tasks
        self._pages = {task.number: page_of(d, task.site) for task, d in zip(tasks, documents, strict=True)}
        self._left = _union(block_buckets(task.indexed) for task in tasks)
        self._ruling = rule(store, self._pages, self._left)

    def repeated(self, number: int) -> Stretches:
        """The stretches of an article (offsets) that its site repeats."""
        return self._pages[number].stretches(self._ruling.furniture)

    def buckets(self, number: int) -> Hashes:
        """The buckets in which an article sits on account of its blocks."""
        return noted(self._pages[number], self._ruling.testimonies[number])

    def unsettled(self) -> set[int]:
        """Once the batch is in the index: the articles that it gives reason to look at again.

        Those of the batch are among them for which other workers have changed the facts meanwhile.
        """
        ruling = rule(self._store, self._pages, self._left)
        overtaken = {
            number
            for number, page in self._pages.items()
            if ruling.testimonies[number] != self._ruling.testimonies[number]
            or page.stretches(ruling.furniture) != self.repeated(number)
        }
        removed, changed, retried = self._moves()
        own = frozenset(self._pages)
        for bucket, carriers in ruling.carriers.items():
            names = {bucket, testimony(bucket)}
            if names.isdisjoint(changed):
                continue
            others = carriers - own
            was = bucket in self._ruling.told or testimony(bucket) in self._left
            now = bucket in ruling.furniture
            fewest = DIFFERENT_ARTICLES - 1 if names.isdisjoint(removed) else 1
            may_testify = not now or fewest == 1
            if was != now or bucket in retried or (may_testify and fewest <= len(others) < SETTLED):
                overtaken |= others
        return overtaken

    def _moves(self) -> tuple[Buckets, Buckets, Buckets]:
        """Buckets that articles left; that they left or entered; and those of articles that were interrupted before.

        Of these it is not known any more what they changed.
        """
        before = {task.number: block_buckets(task.indexed) for task in self._tasks}
        after = {task.number: frozenset(self.buckets(task.number).tolist()) for task in self._tasks}
        retried = _union(after[task.number] for task in self._tasks if task.tries > 1)
        return (
            _union(before[number] - after[number] for number in before),
            _union(before[number] ^ after[number] for number in before) | retried,
            retried,
        )


def _union(sets: Iterable[Buckets]) -> Buckets:
    return frozenset[int]().union(*sets)
