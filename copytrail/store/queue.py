"""The work queue as those see it who put articles in."""

from __future__ import annotations

from collections.abc import Sequence
from random import randrange
from typing import Final

import numpy as np

from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.shards import grouped

ENTRY_ARTICLES: Final = 100  # in one entry of the stream: what a worker handles together


def put(link: Connection, partitions: int, numbers: Sequence[int]) -> None:
    """Queue articles, in entries spread over the partitions from a random one on."""
    first = randrange(partitions)
    batches = [numbers[at : at + ENTRY_ARTICLES] for at in range(0, len(numbers), ENTRY_ARTICLES)]
    link.run(
        [
            ("XADD", keys.work((first + index) % partitions), "*", "n", pack(batch), "d", 0)
            for index, batch in enumerate(batches)
        ]
    )


def depth(link: Connection) -> int:
    """How many articles wait for a worker or are in the hands of one."""
    return sum(link.run([("ZCARD", keys.key(shard, "queued")) for shard in range(keys.SHARDS)]))


def waiting(link: Connection, numbers: Sequence[int]) -> set[int]:
    """Those of the articles that wait for a worker or are in the hands of one."""
    groups = grouped(numbers, keys.shard_of)
    scores = link.run([("ZMSCORE", keys.key(shard, "queued"), *group) for shard, group in groups.items()])
    return {
        number
        for group, of_group in zip(groups.values(), scores, strict=True)
        for number, score in zip(group, of_group, strict=True)
        if score is not None
    }


def pack(numbers: Sequence[int]) -> bytes:
    """Article numbers as 4 bytes each, little-endian."""
    return np.array(numbers, "<u4").tobytes()


def unpack(packed: bytes) -> tuple[int, ...]:
    """The article numbers that `pack` packed."""
    return tuple(np.frombuffer(packed, "<u4").tolist())
