from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from threading import Thread

import pytest

from copytrail.article import Article
from copytrail.errors import FeedCut, StoreUnavailable
from copytrail.events import Event, EventType
from copytrail.settings import Settings
from copytrail.store import events, keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from copytrail.store.work import ClusterChange
from worker.clustering import changes

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = "abcdefgh"


def accept(store: RedisStore, names: str) -> dict[str, int]:
    store.accept([Article(name, f"Text {name}") for name in names], NOON)
    return {name: record.number for name in names if (record := store.record(name))}


def arrange(store: RedisStore, number: dict[str, int], *groups: str) -> None:
    """Make these the clusters of all articles."""
    around = store.neighbourhood(list(number.values()))
    sets = [frozenset(number[name] for name in group) for group in groups]
    token = store.lease("w", 5)
    assert store.commit(token, changes(store, around, sets, NOON))
    store.return_lease(token)


def everything(store: RedisStore) -> list[Event]:
    return store.events(None, 10_000)


def replayed(told: list[Event]) -> dict[str, set[str]]:
    """The members of each cluster, by the feed alone."""
    clusters: dict[str, set[str]] = {}
    for event in told:
        if not event.type.startswith("cluster."):
            continue
        fields = event.to_json()
        members = clusters.setdefault(str(fields["cluster"]), set())
        joined, left, others = fields["joined"], fields["left"], fields["clusters"]
        assert isinstance(joined, list) and isinstance(left, list) and isinstance(others, list)
        assert members.issuperset(left) and members.isdisjoint(joined)
        members -= set(left)
        members |= set(joined)
        assert len(members) == fields["size"]
        if event.type is EventType.CLUSTER_MERGED:
            for gone in others:
                del clusters[gone]
        if not members:
            del clusters[str(fields["cluster"])]
    return clusters


@pytest.mark.parametrize("seed", range(4))
def test_who_replays_the_feed_knows_all_clusters(store: RedisStore, seed: int) -> None:
    chance, number = Random(seed), accept(store, NAMES)
    for _ in range(12):
        place = {name: chance.randrange(4) for name in NAMES}
        groups = ["".join(n for n in NAMES if place[n] == group) for group in range(1, 4)]
        arrange(store, number, *(group for group in groups if len(group) > 1))
        records = store.records(list(number.values()))
        clusters: dict[str, set[str]] = {}
        for record in records:
            if record and record.cluster:
                clusters.setdefault(record.cluster, set()).add(record.article_id)
        assert replayed(everything(store)) == clusters
    assert [event.id for event in everything(store)] == list(range(1, store.newest_event() + 1))


def test_each_kind_of_change_is_told_by_its_name(store: RedisStore) -> None:
    number = accept(store, "abcdef")
    arrange(store, number, "ab", "cd")
    arrange(store, number, "abe", "cd")
    arrange(store, number, "abcde")
    arrange(store, number, "abe", "cd")
    arrange(store, number, "abe")
    kinds = [event.type.removeprefix("cluster.") for event in everything(store)]
    assert kinds == ["created", "created", "grown", "merged", "shrunk", "split", "dissolved"]
    grown, merged, shrunk, split = (event.to_json() for event in everything(store)[2:6])
    assert (grown["joined"], grown["left"], grown["size"]) == (["e"], [], 3)
    assert merged["joined"] == ["c", "d"]
    assert split["clusters"] == [shrunk["cluster"]] == [merged["cluster"]]
    assert shrunk["clusters"] == [split["cluster"]]


def test_a_change_that_is_committed_again_is_told_once(store: RedisStore) -> None:
    number = accept(store, "ab")
    around = store.neighbourhood(list(number.values()))
    change = changes(store, around, [frozenset(number.values())], NOON)
    token = store.lease("w", 5)
    assert store.commit(token, change)
    assert store.commit(token, change)  # as when the answer was lost on its way
    store.return_lease(token)
    assert [event.type for event in everything(store)] == [EventType.CLUSTER_CREATED]
    assert store.lease("v", 5), "the lease was given back"


def test_the_feed_goes_on_after_any_event(store: RedisStore) -> None:
    number = accept(store, "abcd")
    for groups in (["ab"], ["abc"], ["abcd"], ["ab", "cd"], ["ab"]):
        arrange(store, number, *groups)
    whole = everything(store)
    for after in range(len(whole) + 1):
        assert store.events(after, 10) == whole[after:]
        assert store.events(after, 2) == whole[after : after + 2]
    with pytest.raises(FeedCut, match=f"newest event is {len(whole)}"):
        store.events(len(whole) + 1, 10)


def test_what_is_no_longer_kept_is_not_passed_over_in_silence(link: Connection, settings: Settings) -> None:
    for primary in link.primaries():
        primary.flushall()
    store = RedisStore(link, replace(settings, events_kept=3))
    number = accept(store, "abc")
    for groups in (["ab"], ["abc"], ["ac"], ["abc"], ["ab"]):
        arrange(store, number, *groups)
    assert [event.id for event in everything(store)] == [3, 4, 5]
    assert [event.id for event in store.events(2, 10)] == [3, 4, 5]
    with pytest.raises(FeedCut, match="go on with after=2") as cut:
        store.events(1, 10)
    assert cut.value.oldest == 3


def test_failed_and_deleted_articles_are_told_once(
    store: RedisStore, index: Callable[[], None], fail: Callable[[str], None]
) -> None:
    accept(store, "ab")
    index()
    fail("a")
    fail("a")  # as by a worker that died before it could say that it was done
    store.delete("b")
    store.delete("b")
    index()
    store.sweep("w")
    told = [(event.type, event.to_json()["article"]) for event in everything(store)]
    assert told == [(EventType.ARTICLE_FAILED, "a"), (EventType.ARTICLE_DELETED, "b")]
    assert store.retry("a")
    index()
    fail("a")
    assert everything(store)[-1].type is EventType.ARTICLE_FAILED
    assert store.newest_event() == 3


def test_what_was_noted_before_a_crash_is_told_later_and_once(store: RedisStore, link: Connection) -> None:
    shards = range(keys.SHARDS)
    for shard in shards:
        for name in ("x", "y"):
            link.one(
                (
                    "XADD",
                    keys.key(shard, "outbox"),
                    "*",
                    "type",
                    "article.failed",
                    "article",
                    f"{name}{shard}",
                )
            )
    several = [Thread(target=events.pass_on, args=[link, 1000, shards]) for _ in range(4)]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    told = [str(event.to_json()["article"]) for event in everything(store)]
    assert sorted(told) == sorted(f"{name}{shard}" for shard in shards for name in ("x", "y"))
    assert all(told.index(f"x{shard}") < told.index(f"y{shard}") for shard in shards)


def test_what_cannot_be_told_now_is_done_and_told_later(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise StoreUnavailable("The slot of the feed is down.")

    accept(store, "a")
    with monkeypatch.context() as broken:
        broken.setattr(events, "_hand_over", unreachable)
        assert store.delete("a")
    assert everything(store) == []
    store.sweep("w")
    assert [event.type for event in everything(store)] == [EventType.ARTICLE_DELETED]


def test_ten_thousand_changes_are_told_quickly(store: RedisStore) -> None:
    told = [Event(EventType.CLUSTER_GROWN, NOON, {"cluster": f"c_{n}"}) for n in range(10_000)]
    token = store.lease("w", 5)
    started = datetime.now(UTC)
    assert store.commit(token, ClusterChange([], {}, {}, told))
    assert (datetime.now(UTC) - started).total_seconds() < 2
    store.return_lease(token)
    after, seen = 0, 0
    while page := store.events(after, 1000):
        after, seen = page[-1].id, seen + len(page)
    assert seen == 10_000
