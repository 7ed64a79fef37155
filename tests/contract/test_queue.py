from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from copytrail.article import Article
from copytrail.store import keys
from copytrail.store.connection import Connection, call
from copytrail.store.protocol import Status
from copytrail.store.queue import pack, unpack
from copytrail.store.redis import RedisStore
from copytrail.store.work import Delivery, TakenOver

NOW = datetime.now(UTC)
NOWHERE = np.empty(0, np.uint64)


def accept(store: RedisStore, count: int, prefix: str = "n") -> list[int]:
    store.accept([Article(f"{prefix}{n}", f"Text {n}") for n in range(count)], NOW)
    records = [store.record(f"{prefix}{n}") for n in range(count)]
    return [record.number for record in records if record]


def test_numbers_are_packed_and_unpacked() -> None:
    assert unpack(pack([1, 2**32 - 1, 70_000])) == (1, 2**32 - 1, 70_000)


def test_every_article_is_handed_out_once(store: RedisStore) -> None:
    numbers = accept(store, 250)
    first, second = store.claim("a", 1000), store.claim("b", 1000)
    assert sorted(n for delivery in first for n in delivery.numbers) == sorted(numbers)
    assert second == []
    assert {delivery.deliveries for delivery in first} == {1}


def test_about_as_many_as_wanted(store: RedisStore) -> None:
    for n in range(40):
        accept(store, 1, prefix=f"single{n}-")
    assert 8 <= sum(len(delivery.numbers) for delivery in store.claim("a", 8)) <= 11


def test_what_is_acknowledged_does_not_come_back(store: RedisStore) -> None:
    accept(store, 3)
    store.ack("a", store.claim("a", 10))
    time.sleep(1.1)
    assert store.claim("b", 10) == []


def test_what_is_released_comes_back_at_once_and_nobody_is_shut_out(store: RedisStore) -> None:
    numbers = accept(store, 1)
    store.release("a", store.claim("a", 10))
    (again,) = store.claim("b", 10)
    assert (again.numbers, again.deliveries) == (tuple(numbers), 2)
    assert store.begin("a", numbers)  # a may still write


def test_a_split_entry_comes_back_as_single_articles(store: RedisStore) -> None:
    numbers = accept(store, 3)
    (delivery,) = store.claim("a", 10)
    store.split("a", delivery)
    singles = store.claim("b", 100)
    assert sorted(single.numbers for single in singles) == [(number,) for number in numbers]
    assert {single.deliveries for single in singles} == {2}


def test_who_was_silent_loses_everything_to_the_next(store: RedisStore) -> None:
    numbers = accept(store, 2)
    (delivery,) = store.claim("a", 10)
    tasks = store.begin("a", numbers)
    time.sleep(1.1)
    (taken,) = store.claim("b", 10)
    assert (taken.entry, taken.deliveries) == (delivery.entry, 2)
    for late in late_writes(store, delivery):
        with pytest.raises(TakenOver):
            late()
    store.ack("a", [delivery])  # changes nothing: it is b's now
    again = store.begin("b", numbers)
    assert [task.number for task in again] == [task.number for task in tasks]
    store.finish("b", again)
    assert [record.status for record in store.records(numbers) if record] == [Status.INDEXED] * 2


def late_writes(store: RedisStore, delivery: Delivery) -> list[Callable[[], object]]:
    (task,) = store.begin("b", delivery.numbers[:1])
    sketch = np.arange(5, dtype=np.uint64)
    writes: list[Callable[[], object]] = [
        lambda: store.begin("a", delivery.numbers),
        lambda: store.index("a", [task], [sketch]),
        lambda: store.finish("a", [task]),
        lambda: store.give_up("a", [task], "late"),
    ]
    store.put_back("b", [task])
    return writes


def test_an_article_in_hand_is_nobody_elses(store: RedisStore) -> None:
    numbers = accept(store, 2)
    assert len(store.begin("a", numbers)) == 2
    assert store.begin("b", numbers) == []
    store.put_back("a", store.begin("a", numbers))
    assert len(store.begin("b", numbers)) == 2


def test_what_changed_in_hand_is_queued_again(store: RedisStore) -> None:
    (number,) = accept(store, 1)
    (delivery,) = store.claim("a", 10)
    tasks = store.begin("a", [number])
    store.accept([Article("n0", "Changed")], NOW)
    store.finish("a", tasks)
    store.ack("a", [delivery])
    assert [record.status for record in store.records([number]) if record] == [Status.QUEUED]
    assert {d.numbers for d in store.claim("b", 10)} == {(number,)}


def test_a_lost_stream_is_made_good(store: RedisStore, link: Connection, index: Callable[[], None]) -> None:
    accept(store, 5)
    store.begin("dead", [1, 2])  # as by a worker that died together with the stream
    for partition in range(store.settings.partitions):
        link.one(("DEL", keys.work(partition)))
    assert store.claim("a", 10) == []
    time.sleep(1.1)
    assert store.sweep("a") == 5
    index()
    assert store.stats()["queued"] == 0
    assert store.audit()["unqueued"] == 0


def test_a_stream_lost_under_a_batch_disturbs_nobody(store: RedisStore, link: Connection) -> None:
    (number,) = accept(store, 1)
    held = store.claim("a", 10)
    tasks = store.begin("a", [number])
    for partition in range(store.settings.partitions):
        link.one(("DEL", keys.work(partition)))
    store.hold("a", held)
    store.finish("a", tasks)
    store.ack("a", held)
    store.release("a", held)
    assert store.stats()["queued"] == 0


def test_a_lost_group_is_made_again(store: RedisStore, link: Connection) -> None:
    numbers = accept(store, 3)
    for partition in range(store.settings.partitions):
        link.one(("DEL", keys.work(partition)))
    store.claim("a", 10)
    accept(store, 2, prefix="more")
    for partition in range(store.settings.partitions):
        link.run([("XGROUP", "DESTROY", keys.work(partition), "workers")])
    assert len({n for delivery in store.claim("a", 10) for n in delivery.numbers} - set(numbers)) == 2


def test_lost_functions_are_loaded_again(store: RedisStore, link: Connection) -> None:
    for server in link.primaries():
        server.function_flush()
    accept(store, 1)
    assert store.claim("a", 10)


def test_a_worker_that_leaves_is_forgotten(store: RedisStore, link: Connection) -> None:
    accept(store, 1)
    store.join("a")
    store.ack("a", store.claim("a", 10))
    assert store.stats()["workers"] == 1
    store.leave("a")
    assert store.stats()["workers"] == 0
    for partition in range(store.settings.partitions):
        assert link.one(("XINFO CONSUMERS", keys.work(partition), "workers")) == []


def test_consumers_long_gone_are_taken_off_unless_they_hold_something(
    store: RedisStore, link: Connection
) -> None:
    accept(store, 1)
    assert store.claim("holds", 10)
    assert store.claim("idle", 10) == []
    for partition in range(store.settings.partitions):
        link.one(call("ct_tidy", [keys.work(partition)], -1))
    left = [link.one(("XINFO CONSUMERS", keys.work(p), "workers")) for p in range(store.settings.partitions)]
    assert [consumer["name"] for consumers in left for consumer in consumers] == [b"holds"]
