"""Hashes in compiled loops equal the xxhash library's."""

import numpy as np
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from copytrail.hashing import hash_points


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**32 - 1), max_size=70))
def test_equals_xxh64(values: list[int]) -> None:
    points = np.array(values, dtype=np.uint32)
    assert int(hash_points(points)) == xxhash.xxh64_intdigest(points.tobytes())
