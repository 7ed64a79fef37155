"""Verified pairs, kept with both articles.

A pair counts only while both texts are still those it was made from, which the versions in it tell: so two
workers that handle the two articles at the same time need not agree on anything, and the newer pair wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import zstandard

from copytrail.report import Report
from copytrail.store import keys, reports
from copytrail.store.connection import Argument, Connection, call
from copytrail.store.part import Part
from copytrail.store.shards import grouped, read_articles
from copytrail.store.work import Link, Task

Pair = tuple[int, int]


class Edges(Part):
    """Reading and, for workers, writing verified pairs."""

    def edges(self, numbers: Sequence[int]) -> list[dict[int, Report]]:
        """See `Store.edges`."""
        found, versions = valid_pairs(self._link, numbers, 0)
        return [{other: packed.report for other, packed in found[number].items()} for number in numbers]

    def link(self, worker: str, tasks: Sequence[Task], links: Sequence[Link]) -> None:
        """See `WorkerStore.link`.

        The article's own side is written first and the other's side only where it is still at the version
        compared, so that what is left behind by a crash is found from the article that will be handled again.
        """
        compressor = zstandard.ZstdCompressor()
        near = {(link.a, link.b): _near(link, compressor) for link in links}
        far = {(link.b, link.a): _far(link, compressor) for link in links}
        kept = _write(self._link, worker, near)
        accepted = _write(self._link, worker, {pair: far[pair] for pair in map(_turned, kept)})
        refused = {_turned(pair) for pair in kept} - accepted
        gone = {(t.number, other) for t in tasks for other in t.linked if (t.number, other) not in near}
        version = {task.number: task.version for task in tasks}
        _unlink(self._link, worker, {(other, number): version[number] for number, other in gone})
        _unlink(self._link, worker, dict.fromkeys(gone | set(map(_turned, refused)), _NEWEST))


_NEWEST = 2**32 - 1


def valid_pairs(
    link: Connection, numbers: Iterable[int], head_bytes: int
) -> tuple[dict[int, dict[int, reports.Packed]], dict[int, int]]:
    """For each article its pairs by the other's number, as far as both texts are still the same, and all
    versions.

    `head_bytes` 0 reads whole reports. An article that is gone has no pairs and no version.
    """
    wanted = list(dict.fromkeys(numbers))
    answers = read_articles(link, "ct_edges", wanted, head_bytes)
    versions = {number: int(answer[0]) for number, answer in answers.items() if answer}
    pairs = {number: _unpacked(answers[number] or ()) for number in wanted}
    others = {other for found in pairs.values() for other in found} - set(wanted)
    versions |= _versions(link, others)
    valid = {
        number: {
            other: packed
            for other, packed in found.items()
            if (packed.own_version, packed.other_version) == (versions.get(number), versions.get(other))
        }
        for number, found in pairs.items()
    }
    return valid, versions


def _versions(link: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """The versions of those articles that exist."""
    found = read_articles(link, "ct_fields", list(numbers), "version meta")
    return {number: int(version) for number, (version, metadata) in found.items() if metadata is not None}


def _unpacked(answer: Sequence[Any]) -> dict[int, reports.Packed]:
    return {
        int(other): reports.unpack(packed) for other, packed in zip(answer[1::2], answer[2::2], strict=True)
    }


def _near(link: Link, compressor: zstandard.ZstdCompressor) -> bytes:
    return reports.pack(link.a_version, link.b_version, link.report, compressor)


def _far(link: Link, compressor: zstandard.ZstdCompressor) -> bytes:
    return reports.pack(link.b_version, link.a_version, link.report.swapped(), compressor)


def _turned(pair: Pair) -> Pair:
    return pair[1], pair[0]


def _write(link: Connection, worker: str, sides: Mapping[Pair, bytes]) -> set[Pair]:
    """Write one side of each pair; those that were taken."""
    groups = grouped(sides, lambda pair: keys.shard_of(pair[0]))
    answers = link.run([_call("ct_link", shard, worker, pairs, sides) for shard, pairs in groups.items()])
    return {
        pair
        for pairs, taken in zip(groups.values(), answers, strict=True)
        for pair, was_taken in zip(pairs, taken, strict=True)
        if was_taken
    }


def _unlink(link: Connection, worker: str, sides: Mapping[Pair, int]) -> None:
    """Forget one side of each pair, unless it was made from a newer text of the other than the version given."""
    groups = grouped(sides, lambda pair: keys.shard_of(pair[0]))
    link.run([_call("ct_unlink", shard, worker, pairs, sides) for shard, pairs in groups.items()])


def _call(
    name: str, shard: int, worker: str, pairs: Sequence[Pair], values: Mapping[Pair, Argument]
) -> tuple[Argument, ...]:
    arguments = (part for pair in pairs for part in (*pair, values[pair]))
    return call(name, [keys.key(shard, "shard")], worker, *arguments)
