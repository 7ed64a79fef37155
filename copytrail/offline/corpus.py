"""A whole set of articles on its way to clusters: what is known of all of them at once, and who does which step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from copytrail.compiled import Longs, Numbers
from copytrail.offline import steps
from copytrail.offline.furniture import Lines, furniture
from copytrail.offline.hands import Hands
from copytrail.offline.join import join
from copytrail.offline.steps import Entry, Neighbourhood, Posted, Refused
from copytrail.partition import Partition

T = TypeVar("T")

Watch = Callable[[str, int, int], object]
"""Is told what is being done, how much of it is done, and how much there is."""

# What a process is given at once: a tenth of a second of work.
_ARTICLES: Final = 100
_QUERIES: Final = 1000
_PAIRS: Final = 500
_REPORTS: Final = 50


class Corpus:
    """Articles on the shelves of `hands`, by number: their places in the order of ids."""

    def __init__(self, hands: Hands, folder: Path, watch: Watch) -> None:
        self._hands = hands
        self._folder = folder
        self._watch = watch
        self._entries: list[Entry] = []

    def enter(self, posted: Iterable[Posted], refuse: Callable[[str, str], object]) -> None:
        """Analyse the articles, then leave out what their sites repeat; the last one with an id stays."""
        latest: dict[str, Entry] = {}
        for found in self._hands.spread(steps.enter, _chunks(posted, _ARTICLES)):
            for each in found:
                if isinstance(each, Refused):
                    refuse(*each)
                else:
                    latest[each.id] = each
        self._entries = [latest[name] for name in sorted(latest)]
        self._leave_out()

    def clusters(self, seen_at: datetime) -> Iterator[str]:
        """The clusters as lines of JSON, in the order of their smallest id."""
        reports = self._evidence()
        parts = sorted(self._neighbourhoods(reports), key=lambda part: -len(part.reports))  # long work first
        tasks = list(_gathered(parts))
        step = partial(steps.cluster, seen_at=seen_at)
        found: list[tuple[int, int]] = []
        done = 0
        for task, some in zip(tasks, self._hands.spread(step, tasks), strict=True):
            found += some
            done += sum(len(part.ids) for part in task)
            self._watch("clustering", done, sum(len(part.ids) for part in parts))
        for _, place in sorted(found):
            yield self._hands.shelf.get(place)

    def _leave_out(self) -> None:
        lines = Lines(
            np.cumsum([0, *(len(entry.lines) for entry in self._entries)]),
            np.concatenate([np.empty(0, np.uint64), *(entry.lines for entry in self._entries)]),
            np.concatenate([np.empty(0, np.int32), *(entry.line_words for entry in self._entries)]),
            np.array([entry.words for entry in self._entries], np.int32),
        )
        repeated = furniture(lines)
        tasks = [(self._entries[article].place, buckets) for article, buckets in repeated.items()]
        changed = self._watched("leaving out what sites repeat", steps.leave_out, tasks, _ARTICLES)
        for article, entry in zip(repeated, (entry for some in changed for entry in some), strict=True):
            self._entries[article] = entry

    def _evidence(self) -> dict[tuple[int, int], int]:
        """Where the report lies on each pair that is evidence. Texts with relatives are looked at twice."""
        self._join()
        first = self._pairs("looking for candidates", np.arange(len(self._entries)), closely=False)
        reports = self._reports(first)
        related = np.unique(np.array([*reports], np.int64))
        more = self._pairs("looking more closely", related, closely=True)
        row = np.array([len(self._entries), 1])
        return reports | self._reports(more[~np.isin(more @ row, first @ row)])

    def _join(self) -> None:
        """Find out who shares buckets with whom; they are in the folder from then on, and no longer here."""
        sizes = [len(entry.buckets) for entry in self._entries]
        keys = np.concatenate([np.empty(0, np.uint64), *(entry.buckets for entry in self._entries)])
        self._entries = [entry._replace(buckets=keys[:0]) for entry in self._entries]
        join(keys, np.repeat(np.arange(len(sizes), dtype=np.int32), sizes), len(sizes)).save(self._folder)

    def _pairs(self, doing: str, articles: Longs, closely: bool) -> Longs:
        """Rows of two articles that are worth comparing, each once, in order: what these articles ask for."""
        found: list[Numbers] = [np.empty((0, 2), np.int32)]
        step = partial(steps.candidates, folder=self._folder, closely=closely)
        found += self._watched(doing, step, articles, _QUERIES)
        return np.unique(np.concatenate(found).astype(np.int64), axis=0)

    def _reports(self, pairs: Longs) -> dict[tuple[int, int], int]:
        """Where the report lies on each pair that is evidence."""
        places = np.array([entry.place for entry in self._entries], np.int64)[pairs]
        heard = self._watched("comparing pairs", steps.hear, places, _PAIRS)
        found = (place for some in heard for place in some)
        return {(a, b): place for (a, b), place in zip(pairs.tolist(), found, strict=True) if place >= 0}

    def _neighbourhoods(self, reports: dict[tuple[int, int], int]) -> Iterator[Neighbourhood]:
        """All evidence, in parts that have nothing to do with each other."""
        together = Partition(dict.fromkeys(number for pair in reports for number in pair))
        for a, b in reports:
            together.union(a, b)
        inside: dict[int, dict[tuple[int, int], int]] = {}
        for pair, place in reports.items():
            inside.setdefault(id(together.of(pair[0])), {})[pair] = place
        for numbers in together.sets():
            entries = {number: self._entries[number] for number in numbers}
            yield Neighbourhood(
                {number: entry.id for number, entry in entries.items()},
                {number: entry.place for number, entry in entries.items()},
                inside[id(together.of(numbers[0]))],
            )

    def _watched(
        self, doing: str, step: Callable[..., T], work: Sequence[object] | Longs, size: int
    ) -> Iterator[T]:
        """What a step makes of each part of the work, whose progress is told."""
        tasks = (work[low : low + size] for low in range(0, len(work), size))
        for count, result in enumerate(self._hands.spread(step, tasks), 1):
            yield result
            self._watch(doing, min(count * size, len(work)), len(work))


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _gathered(neighbourhoods: Iterable[Neighbourhood]) -> Iterator[list[Neighbourhood]]:
    """Small ones together."""
    some: list[Neighbourhood] = []
    for each in neighbourhoods:
        some.append(each)
        if sum(len(one.reports) for one in some) >= _REPORTS:
            yield some
            some = []
    if some:
        yield some
