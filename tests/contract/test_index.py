from __future__ import annotations

from collections.abc import Sequence
from threading import Thread

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from copytrail.candidates import CROWD
from copytrail.store.redis import RedisStore
from copytrail.store.work import TakenOver, Task

Buckets = npt.NDArray[np.uint64]
NOWHERE = np.empty(0, np.uint64)


def task(number: int, indexed: Buckets = NOWHERE) -> Task:
    return Task(number, 1, 1, "", None, "", indexed, frozenset())


def buckets(*seeds: int) -> Buckets:
    """Buckets as spread as real ones, some of which share their shard and page."""
    return np.unique(np.array([seed * 0x9E3779B97F4A7C15 % 2**64 for seed in seeds], np.uint64))


def pairs(store: RedisStore, sketch: Buckets) -> set[tuple[int, int]]:
    (hits,) = store.find([sketch])
    return set(zip(hits.buckets.tolist(), hits.numbers.tolist(), strict=True))


moves = st.lists(st.tuples(st.integers(1, 12), st.sets(st.integers(1, 400), max_size=80)), max_size=30)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=moves)
def test_the_index_is_a_dict_of_sets(store: RedisStore, moves: Sequence[tuple[int, set[int]]]) -> None:
    where: dict[int, Buckets] = {}
    for number, seeds in moves:
        sketch = buckets(*seeds)
        store.index("w", [task(number, where.get(number, NOWHERE))], [sketch])
        where[number] = sketch
    everything = buckets(*range(1, 401))
    expected = {(int(bucket), number) for number, sketch in where.items() for bucket in sketch}
    assert pairs(store, everything) == expected
    assert store.stats()["index_entries"] == len(expected)
    store.index("w", [task(number, sketch) for number, sketch in where.items()], [NOWHERE] * len(where))
    assert pairs(store, everything) == set()


def test_pages_split_without_losing_an_entry(store: RedisStore) -> None:
    rng = np.random.default_rng(7)
    sketches = [np.unique(rng.integers(0, 2**64, 200, dtype=np.uint64)) for _ in range(60)]
    for first in range(0, 60, 7):
        numbers = range(first + 1, min(first + 8, 61))
        store.index("w", [task(n) for n in numbers], [sketches[n - 1] for n in numbers])
    for number, hits in enumerate(store.find(sketches), 1):
        assert hits.buckets.tolist() == sketches[number - 1].tolist()
        assert set(hits.numbers.tolist()) == {number}
        assert not hits.truncated


def test_indexing_twice_is_indexing_once(store: RedisStore) -> None:
    sketch = buckets(*range(100))
    store.index("w", [task(5)], [sketch])
    store.index("w", [task(5)], [sketch])
    assert store.stats()["index_entries"] == 100
    assert len(store.find([sketch])[0].numbers) == 100


def test_a_new_sketch_replaces_the_old(store: RedisStore) -> None:
    old, new = buckets(*range(50)), buckets(*range(25, 90))
    store.index("w", [task(5)], [old])
    store.index("w", [task(5, old)], [new])
    assert pairs(store, np.union1d(old, new)) == {(bucket, 5) for bucket in new.tolist()}


def test_a_crowded_bucket_keeps_the_newest_and_says_so(store: RedisStore) -> None:
    crowded, quiet = buckets(1), buckets(2)
    for first in range(1, CROWD + 41, 50):
        numbers = range(first, min(first + 50, CROWD + 41))
        store.index("w", [task(n) for n in numbers], [crowded for _ in numbers])
    store.index("w", [task(9999)], [quiet])
    (crowd, alone) = store.find([crowded, quiet])
    assert sorted(crowd.numbers.tolist()) == list(range(41, CROWD + 41))
    assert crowd.truncated
    assert alone.numbers.tolist() == [9999]
    assert not alone.truncated
    assert store.stats()["index_overflow"] == 40
    assert store.stats()["index_entries"] == CROWD + 1


def test_nothing_asked_nothing_found(store: RedisStore) -> None:
    assert store.find([]) == []
    (hits,) = store.find([NOWHERE])
    assert len(hits.numbers) == 0


def test_two_workers_at_once_lose_nothing_and_one_sees_the_other(store: RedisStore) -> None:
    rng = np.random.default_rng(11)
    shared = [np.unique(rng.integers(0, 2**62, 40, dtype=np.uint64)) for _ in range(120)]
    seen: dict[int, set[int]] = {}

    def work(name: str, first: int) -> None:
        for at in range(0, len(shared), 20):
            numbers = range(first + at, first + at + 20)
            found = store.index(name, [task(n) for n in numbers], shared[at : at + 20])
            seen.update((n, set(hits.numbers.tolist())) for n, hits in zip(numbers, found, strict=True))

    threads = [Thread(target=work, args=[name, first]) for name, first in (("w1", 1000), ("w2", 2000))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place, hits in enumerate(store.find(shared)):
        assert sorted(hits.numbers.tolist()) == [1000 + place] * len(shared[place]) + [2000 + place] * len(
            shared[place]
        )
        assert 2000 + place in seen[1000 + place] or 1000 + place in seen[2000 + place]
    assert store.stats()["index_entries"] == 2 * sum(map(len, shared))


def test_a_worker_that_was_taken_for_dead_changes_nothing(store: RedisStore) -> None:
    store._fence(["late"])
    with pytest.raises(TakenOver):
        store.index("late", [task(5)], [buckets(*range(50))])
    assert pairs(store, buckets(*range(50))) == set()
    assert store.stats()["index_entries"] == 0
