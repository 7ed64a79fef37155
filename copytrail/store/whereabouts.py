"""What is kept with an article of the buckets it sits in, written before it is put there: enough to get it out again.

An article is taken out of the index by its number, so it is enough to know the pages to look into: 3 bytes of a
bucket, its shard and the lowest 20 bits of its tag. Only the buckets of its lines, with which the worker compares
later versions, are kept whole. Layout: how many those are (4 bytes), they (8 each), 3 bytes of each other bucket, all
little-endian.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Hashes
from copytrail.hashing import distinct
from copytrail.sketch import BLOCK_LANE, LANE

TAG_BITS: Final = 20
_PART: Final = np.uint64((1 << 24) - 1)


def of(buckets: Hashes) -> bytes:
    """What is noted of buckets, or of what `read` found; nothing for none."""
    if not len(buckets):
        return b""
    whole = (buckets & LANE) == BLOCK_LANE
    lines, parts = distinct(buckets[whole]), distinct(parts_of(buckets[~whole]))
    packed = parts.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return len(lines).to_bytes(4, "little") + lines.astype("<u8").tobytes() + packed


def read(packed: bytes) -> Hashes:
    """The buckets noted: those of lines, and the parts of the others, which stand for all that begin with them."""
    if not packed:
        return np.empty(0, np.uint64)
    end = 4 + 8 * int.from_bytes(packed[:4], "little")
    parts = np.zeros(((len(packed) - end) // 3, 4), np.uint8)
    parts[:, :3] = np.frombuffer(packed, np.uint8, offset=end).reshape(-1, 3)
    lines = np.frombuffer(packed[4:end], "<u8").astype(np.uint64)
    return np.concatenate((lines, parts.view("<u4").ravel().astype(np.uint64)))


def parts_of(buckets: Hashes) -> Hashes:
    """What says in which pages a bucket can be: its shard (4 bits) and the lowest bits of its tag."""
    return buckets & _PART
