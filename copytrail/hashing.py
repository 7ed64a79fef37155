"""xxHash's XXH64 in compiled loops, equal bit for bit to the `xxhash` package on the same bytes."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Codes, compiled

_P1: Final = np.uint64(0x9E3779B185EBCA87)
_P2: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_P3: Final = np.uint64(0x165667B19E3779F9)
_P4: Final = np.uint64(0x85EBCA77C2B2AE63)
_P5: Final = np.uint64(0x27D4EB2F165667C5)
_LANE_1: Final = np.uint64((0x9E3779B185EBCA87 + 0xC2B2AE3D27D4EB4F) % 2**64)
_LANE_4: Final = np.uint64(2**64 - 0x9E3779B185EBCA87)
_ZERO: Final = np.uint64(0)


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
def _pair(points: Codes, index: int) -> np.uint64:
    return np.uint64(np.uint64(points[2 * index]) | (np.uint64(points[2 * index + 1]) << np.uint64(32)))


@compiled
def hash_points(points: Codes) -> np.uint64:
    """XXH64 with seed 0 of 32-bit words in little-endian order, such as `text.encode("utf-32-le")`."""
    pairs = len(points) // 2
    position = 0
    value = _P5
    if pairs >= 4:
        one, two, three, four = _LANE_1, _P2, _ZERO, _LANE_4
        while position + 4 <= pairs:
            one = _round(one, _pair(points, position))
            two = _round(two, _pair(points, position + 1))
            three = _round(three, _pair(points, position + 2))
            four = _round(four, _pair(points, position + 3))
            position += 4
        value = _rotate(one, 1) + _rotate(two, 7) + _rotate(three, 12) + _rotate(four, 18)
        value = _merge(_merge(_merge(_merge(value, one), two), three), four)
    value += np.uint64(4 * len(points))
    while position < pairs:
        value = _rotate(value ^ _round(_ZERO, _pair(points, position)), 27) * _P1 + _P4
        position += 1
    if len(points) % 2:
        value = _rotate(value ^ (np.uint64(points[-1]) * _P1), 23) * _P2 + _P3
    value = (value ^ (value >> np.uint64(33))) * _P2
    value = (value ^ (value >> np.uint64(29))) * _P3
    return np.uint64(value ^ (value >> np.uint64(32)))
