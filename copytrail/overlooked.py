"""Which pairs of a set of articles say how its texts hang together, whatever was compared when the articles came.

Of many candidates an article is compared with some, and which these are depends on who was there before. So once
articles are known to hang together, each two of their cores are compared in the two articles that share most buckets:
that follows from the articles alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeVar

import numpy as np

from copytrail.candidates import LIMIT
from copytrail.compiled import Hashes, Longs
from copytrail.evidence import binds
from copytrail.partition import Partition
from copytrail.report import Relation, Report

_CROWDED: Final = 64  # cores that share a bucket at which it says nothing of them
_FEWEST: Final = 3  # articles: two that hang together have been compared
_PASSES: Final = 8  # a pair found makes one core of two now and then, which then has other telling pairs


class Compared(Protocol):
    """Two articles by number and the report on them."""

    @property
    def a(self) -> int:
        """The one."""

    @property
    def b(self) -> int:
        """The other."""

    @property
    def report(self) -> Report:
        """What was found, seen from `a`."""


C = TypeVar("C", bound=Compared)


def completed(
    known: Sequence[C],
    names: Mapping[int, str],
    sketches_of: Callable[[list[int]], Sequence[Hashes]],
    ask: Callable[[list[tuple[int, int]]], Sequence[C]],
) -> list[C]:
    """What is known of the articles `names`, with what the telling pairs say of those that hang together.

    `ask` compares pairs that are not known, and answers with those that are evidence. For the rest see `telling_pairs`.
    """
    found = list(known)
    cores = _cores(names, found)
    parts = [part for part in _hanging_together(names, found) if _families(part, cores) > 1]
    if not parts:
        return found
    numbers = sorted(number for part in parts for number in part)
    sketches = dict(zip(numbers, sketches_of(numbers), strict=True))
    asked = {(min(each.a, each.b), max(each.a, each.b)) for each in known}
    for _ in range(_PASSES):
        telling = (telling_pairs({n: sketches[n] for n in part}, cores, names) for part in parts)
        pairs = [pair for found_in in telling for pair in found_in if pair not in asked]
        more = ask(pairs)
        if not more:
            break
        asked.update(pairs)
        found += more
        cores = _cores(names, found)
    return found


def _hanging_together(numbers: Iterable[int], compared: Sequence[Compared]) -> list[list[int]]:
    """Parts of the articles with evidence inside and none between them; only those that were not compared wholly."""
    parts = Partition(numbers)
    for each in compared:
        if binds(each.report):
            parts.union(each.a, each.b)
    return [part for part in parts.sets() if len(part) >= _FEWEST]


def _families(numbers: Sequence[int], cores: Mapping[int, int]) -> int:
    return len({cores[number] for number in numbers})


def _cores(numbers: Mapping[int, str], compared: Sequence[Compared]) -> dict[int, int]:
    """The smallest number among the articles that are one text with an article, by its number."""
    copies = Partition(numbers)
    for each in compared:
        if each.report.joins and each.report.relation in (Relation.IDENTICAL, Relation.NEAR_COPY):
            copies.union(each.a, each.b)
    return {number: core[0] for core in copies.sets() for number in core}


def telling_pairs(
    sketches: Mapping[int, Hashes], cores: Mapping[int, int], names: Mapping[int, str]
) -> list[tuple[int, int]]:
    """For cores that share buckets the pair of articles, smaller number first, that shares most of them.

    `sketches` has the buckets of each article by number, `cores` what its core goes by, `names` its id, which decides
    between equals. In each bucket one article speaks for its core; a core is in `LIMIT` pairs at the most.
    """
    numbers = sorted(sketches, key=lambda number: (names[number], number))
    core = np.array([cores[number] for number in numbers], np.int64)
    if len(set(core.tolist())) < 2:
        return []
    pairs, counts = _shared(*_speakers([sketches[number] for number in numbers], core), len(numbers))
    low, high = pairs // len(numbers), pairs % len(numbers)
    best = np.lexsort((high, low, -counts))
    found = []
    for x, y in _first_of_each(core, low[best].tolist(), high[best].tolist()):
        a, b = numbers[x], numbers[y]
        found.append((min(a, b), max(a, b)))
    return found


def _speakers(sketches: list[Hashes], core: Longs) -> tuple[Hashes, Longs]:
    """Buckets, ascending, and the place of the first article of each core that is in them; none of crowded ones."""
    buckets = np.concatenate(sketches)
    places = np.repeat(np.arange(len(sketches)), [len(sketch) for sketch in sketches])
    order = np.lexsort((places, core[places], buckets))
    buckets, places = buckets[order], places[order]
    again = (buckets[1:] == buckets[:-1]) & (core[places][1:] == core[places][:-1])
    speaks = np.concatenate((np.ones(min(1, len(buckets)), np.bool_), ~again))
    buckets, places = buckets[speaks], places[speaks]
    _, group, sizes = np.unique(buckets, return_inverse=True, return_counts=True)
    quiet = sizes[group] <= _CROWDED
    return buckets[quiet], places[quiet]


def _shared(buckets: Hashes, places: Longs, count: int) -> tuple[Longs, Longs]:
    """The pairs of places that share buckets, as lower * count + higher, and how many buckets each shares."""
    found = [np.empty(0, np.int64)]
    for step in range(1, _CROWDED):
        alike = np.flatnonzero(buckets[step:] == buckets[:-step])
        if not len(alike):
            break
        one, other = places[alike], places[alike + step]
        found.append(np.minimum(one, other) * count + np.maximum(one, other))
    return np.unique(np.concatenate(found), return_counts=True)


def _first_of_each(core: Longs, low: list[int], high: list[int]) -> Iterator[tuple[int, int]]:
    """The first pair of each two cores, while neither is in too many."""
    seen: set[tuple[int, int]] = set()
    taken: Counter[int] = Counter()
    for x, y in zip(low, high, strict=True):
        a, b = int(core[x]), int(core[y])
        both = (min(a, b), max(a, b))
        if both not in seen and max(taken[a], taken[b]) < LIMIT:
            seen.add(both)
            taken.update(both)
            yield x, y
