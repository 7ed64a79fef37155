"""Hashes in compiled loops equal the xxhash library's."""

import numpy as np
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from copytrail.hashing import empty_table, hash_masked, hash_points, hash_runs, slot_of


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**32 - 1), max_size=70))
def test_equals_xxh64(values: list[int]) -> None:
    points = np.array(values, dtype=np.uint32)
    assert int(hash_points(points)) == xxhash.xxh64_intdigest(points.tobytes())


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**32 - 1), max_size=70), st.integers(0, 70))
def test_a_masked_part_equals_xxh64_of_what_the_mask_leaves(values: list[int], low: int) -> None:
    points, mask = np.array(values, dtype=np.uint32), np.uint32(0x1FFFFF)
    part = points[low:]
    assert int(hash_masked(points, low, len(part), mask)) == xxhash.xxh64_intdigest((part & mask).tobytes())


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.integers(1, 12))
def test_runs_of_words_equal_xxh64(values: list[int], size: int) -> None:
    words = np.array(values, dtype=np.uint64)
    runs = np.empty(max(0, len(words) - size + 1), np.uint64)
    hash_runs(words, size, runs)
    assert runs.tolist() == [xxhash.xxh64_intdigest(words[i : i + size].tobytes()) for i in range(len(runs))]


@settings(deadline=None)
@given(st.lists(st.integers(1, 2**64 - 1), unique=True, max_size=50), st.integers(1, 2**64 - 1))
def test_a_table_has_the_keys_put_into_it_and_no_other(values: list[int], other: int) -> None:
    keys = empty_table(len(values))
    for value in values:
        keys[slot_of(keys, np.uint64(value))] = value
    assert all(keys[slot_of(keys, np.uint64(value))] == value for value in values)
    assert (keys[slot_of(keys, np.uint64(other))] == other) == (other in values)
