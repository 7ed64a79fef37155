"""xxHash's XXH64 in compiled loops, equal bit for bit to the `xxhash` package on the same bytes; tables by hash."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Codes, Hashes, compiled

_P1: Final = np.uint64(0x9E3779B185EBCA87)
_P2: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_P3: Final = np.uint64(0x165667B19E3779F9)
_P4: Final = np.uint64(0x85EBCA77C2B2AE63)
_P5: Final = np.uint64(0x27D4EB2F165667C5)
_LANE_1: Final = np.uint64((0x9E3779B185EBCA87 + 0xC2B2AE3D27D4EB4F) % 2**64)
_LANE_4: Final = np.uint64(2**64 - 0x9E3779B185EBCA87)
_ZERO: Final = np.uint64(0)
_ALL: Final = np.uint32(0xFFFFFFFF)
# Unsigned all along: a signed index costs a look at whether it counts from the end.
_1, _2, _4, _6, _8 = map(np.uint64, (1, 2, 4, 6, 8))


@compiled
def _rotate(value: np.uint64, bits: int) -> np.uint64:
    return np.uint64((value << np.uint64(bits)) | (value >> np.uint64(64 - bits)))


@compiled
def _round(lane: np.uint64, word: np.uint64) -> np.uint64:
    return np.uint64(_rotate(lane + word * _P2, 31) * _P1)


@compiled
def _merge(value: np.uint64, lane: np.uint64) -> np.uint64:
    return np.uint64((value ^ _round(_ZERO, lane)) * _P1 + _P4)


@compiled
def _stripes(one: np.uint64, two: np.uint64, three: np.uint64, four: np.uint64) -> np.uint64:
    """What the four lanes of a value of 32 bytes or more come to."""
    value = _rotate(one, 1) + _rotate(two, 7) + _rotate(three, 12) + _rotate(four, 18)
    return _merge(_merge(_merge(_merge(value, one), two), three), four)


@compiled
def _step(value: np.uint64, word: np.uint64) -> np.uint64:
    return np.uint64(_rotate(value ^ _round(_ZERO, word), 27) * _P1 + _P4)


@compiled
def _finish(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> np.uint64(33))) * _P2
    value = (value ^ (value >> np.uint64(29))) * _P3
    return np.uint64(value ^ (value >> np.uint64(32)))


@compiled
def _pair(points: Codes, index: np.uint64, mask: np.uint32) -> np.uint64:
    return np.uint64(
        np.uint64(points[index] & mask) | (np.uint64(points[index + _1] & mask) << np.uint64(32))
    )


@compiled
def hash_masked(points: Codes, low: int, size: int, mask: np.uint32) -> np.uint64:
    """XXH64 with seed 0 of `points[low : low + size] & mask` in little-endian order."""
    at, left, value = np.uint64(low), np.uint64(size), _P5
    if left >= _8:
        one, two, three, four = _LANE_1, _P2, _ZERO, _LANE_4
        while left >= _8:
            one = _round(one, _pair(points, at, mask))
            two = _round(two, _pair(points, at + _2, mask))
            three = _round(three, _pair(points, at + _4, mask))
            four = _round(four, _pair(points, at + _6, mask))
            at += _8
            left -= _8
        value = _stripes(one, two, three, four)
    value += np.uint64(size) * _4
    if left >= _2:
        value = _step(value, _pair(points, at, mask))
    if left >= _4:
        value = _step(value, _pair(points, at + _2, mask))
    if left >= _6:
        value = _step(value, _pair(points, at + _4, mask))
    if left & _1:
        value = _rotate(value ^ (np.uint64(points[at + left - _1] & mask) * _P1), 23) * _P2 + _P3
    return _finish(value)


@compiled
def hash_points(points: Codes) -> np.uint64:
    """XXH64 with seed 0 of 32-bit words in little-endian order, such as `text.encode("utf-32-le")`."""
    return hash_masked(points, 0, len(points), _ALL)


@compiled
def hash_runs(words: Hashes, size: int, out: Hashes) -> None:
    """Fill in the XXH64 with seed 0 of `words[i : i + size]` in little-endian order, for every i.

    Step by step for all runs at once, which processors do for several at a time.
    """
    count, whole = len(out), size // 4 * 4
    out[:] = _P5
    if whole:
        one, two = np.full(count, _LANE_1, np.uint64), np.full(count, _P2, np.uint64)
        three, four = np.zeros(count, np.uint64), np.full(count, _LANE_4, np.uint64)
        for at in range(0, whole, 4):
            for i in range(count):
                one[i], two[i] = _round(one[i], words[at + i]), _round(two[i], words[at + 1 + i])
                three[i], four[i] = _round(three[i], words[at + 2 + i]), _round(four[i], words[at + 3 + i])
        for i in range(count):
            out[i] = _stripes(one[i], two[i], three[i], four[i])
    for i in range(count):
        out[i] += np.uint64(8 * size)
    for at in range(whole, size):
        for i in range(count):
            out[i] = _step(out[i], words[at + i])
    for i in range(count):
        out[i] = _finish(out[i])


@compiled
def spread(key: np.uint64) -> np.uint64:
    """MurmurHash3's 64-bit finaliser, a bijection that spreads structured keys evenly."""
    key = (key ^ (key >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    key = (key ^ (key >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return np.uint64(key ^ (key >> np.uint64(33)))


@compiled
def table_size(most: int) -> int:
    """Slots of an open-addressing table for that many keys: a power of two that they fill by half at the most."""
    size = 2
    while size < 2 * most:
        size *= 2
    return size


@compiled
def empty_table(most: int) -> Hashes:
    """The keys of an open-addressing table for that many; 0 is a free place."""
    return np.zeros(table_size(most), np.uint64)


@compiled
def slot_of(keys: Hashes, key: np.uint64) -> np.uint64:
    """Where a key, not 0, is or would be put in the keys of an open-addressing table."""
    mask = np.uint64(len(keys) - 1)
    slot = np.uint64(key & mask)
    while keys[slot] != _ZERO and keys[slot] != key:
        slot = np.uint64((slot + _1) & mask)
    return slot


def distinct(keys: Hashes) -> Hashes:
    """The keys sorted, each once; they are sorted where they are."""
    keys.sort()
    return keys[: _distinct(keys)]


@compiled
def _distinct(keys: Hashes) -> int:
    """Move the distinct ones of sorted keys to the front; returns how many."""
    count = min(1, len(keys))
    for i in range(1, len(keys)):
        keys[count] = keys[i]
        count += keys[i] != keys[count - 1]
    return count
