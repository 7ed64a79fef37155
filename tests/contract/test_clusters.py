from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from copytrail.article import Article
from copytrail.report import Relation, Report
from copytrail.store.protocol import ClusterFilter, ClusterRecord, MergedInto
from copytrail.store.redis import RedisStore
from copytrail.store.work import ClusterChange, Link
from worker.clustering import changes

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def cluster(number: int, *members: int, source: str = "News", title: str | None = None) -> ClusterRecord:
    return ClusterRecord(
        id=f"c_{number}",
        members=members,
        created_at=NOON,
        last_seen_at=NOON + timedelta(minutes=number // 2),  # two at a time have the same
        first_published_at=None,
        title=title or f"Title {number}",
        sources=(source,),
        relations=(Relation.NEAR_COPY if number % 2 else Relation.REWRITE,),
    )


def keep(store: RedisStore, *kept: ClusterRecord, gone: dict[str, str | None] | None = None) -> None:
    token = store.lease("w", 5)
    memberships = {member: record.id for record in kept for member in record.members}
    assert store.commit(token, ClusterChange(kept, gone or {}, memberships))
    store.return_lease(token)


def test_a_cluster_comes_back_as_it_was(store: RedisStore) -> None:
    record = cluster(1, 3, 8)
    keep(store, record)
    assert store.cluster("c_1") == record
    assert store.cluster("c_2") is None
    assert store.stats()["clusters"] == 1


def test_a_merged_id_says_where_it_went_along_the_whole_chain(store: RedisStore) -> None:
    keep(store, cluster(1, 1, 2), cluster(2, 3, 4), cluster(3, 5, 6))
    keep(store, cluster(2, 1, 2, 3, 4), gone={"c_1": "c_2"})
    keep(store, cluster(3, 1, 2, 3, 4, 5, 6), gone={"c_2": "c_3"})
    assert store.cluster("c_1") == MergedInto("c_1", "c_3")
    assert store.cluster("c_2") == MergedInto("c_2", "c_3")


def test_lists_go_on_where_they_stopped_newest_first(store: RedisStore) -> None:
    keep(store, *(cluster(number, 2 * number, 2 * number + 1) for number in range(1, 24)))
    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = store.clusters(ClusterFilter(), cursor, 5)
        seen += [record.id for record in page]
        if cursor is None:
            break
        assert len(page) == 5
    assert sorted(seen) == sorted(f"c_{number}" for number in range(1, 24))
    activity = [
        found.last_seen_at for name in seen if isinstance(found := store.cluster(name), ClusterRecord)
    ]
    assert activity == sorted(activity, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (ClusterFilter(min_size=3), {3}),
        (ClusterFilter(source="other"), {2}),
        (ClusterFilter(relation=Relation.REWRITE), {2, 4}),
        (ClusterFilter(q="FLOOD"), {1}),
        (ClusterFilter(since=NOON + timedelta(minutes=1)), {2, 3, 4}),
        (ClusterFilter(until=NOON + timedelta(minutes=1)), {1}),
        (ClusterFilter(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2)), {2, 3}),
    ],
)
def test_filters(store: RedisStore, wanted: ClusterFilter, numbers: set[int]) -> None:
    keep(
        store,
        cluster(1, 1, 2, title="A flood in May"),
        cluster(2, 3, 4, source="Other"),
        cluster(3, 5, 6, 7),
        cluster(4, 8, 9),
    )
    found, _ = store.clusters(wanted, None, 10)
    assert {record.id for record in found} == {f"c_{number}" for number in numbers}


def test_a_made_up_cursor_is_refused(store: RedisStore) -> None:
    with pytest.raises(ValueError, match="was not given by this list"):
        store.clusters(ClusterFilter(), "@@@", 5)


def test_only_the_holder_of_the_lease_changes_clusters(store: RedisStore) -> None:
    token = store.lease("w", 5)
    assert not store.commit(f"{token}x", ClusterChange([cluster(1, 1, 2)], {}, {1: "c_1"}))
    assert store.cluster("c_1") is None
    store.return_lease(f"{token}x")
    assert store.commit(token, ClusterChange([cluster(1, 1, 2)], {}, {1: "c_1"}))
    store.return_lease(token)
    assert not store.commit(token, ClusterChange([cluster(2, 3, 4)], {}, {}))


class Story:
    """Articles that are linked as a test says, and the clusters that follow."""

    def __init__(self, store: RedisStore, names: str) -> None:
        self.store = store
        store.accept([Article(name, f"Text {name}", title=f"Title {name}") for name in names], NOON)
        self.number = {name: record.number for name in names if (record := store.record(name))}

    def cluster(self, *groups: str) -> None:
        """Make these the clusters of all articles, and commit that."""
        around = self.store.neighbourhood(list(self.number.values()))
        sets = [frozenset(self.number[name] for name in group) for group in groups]
        token = self.store.lease("w", 5)
        assert self.store.commit(token, changes(self.store, around, sets, NOON))
        self.store.return_lease(token)

    def ids(self) -> dict[str, str]:
        """The cluster of each article that has one."""
        records = self.store.records(list(self.number.values()))
        return {record.article_id: record.cluster for record in records if record and record.cluster}

    def kinds(self, name: str) -> Sequence[str]:
        """The history of the cluster of an article."""
        found = self.store.cluster(self.ids()[name])
        assert isinstance(found, ClusterRecord)
        return [change.kind for change in found.history]


def test_ids_survive_growth(store: RedisStore) -> None:
    story = Story(store, "abcd")
    story.cluster("ab")
    before = story.ids()["a"]
    story.cluster(
        "abc",
    )
    story.cluster("abcd")
    assert set(story.ids().values()) == {before}
    assert story.kinds("a") == ["created", "grown", "grown"]
    story.cluster("acd")
    assert story.ids().keys() == {"a", "c", "d"}
    assert story.kinds("a")[-1] == "shrunk"


def test_of_two_that_merge_the_larger_keeps_its_id(store: RedisStore) -> None:
    story = Story(store, "abcde")
    story.cluster("ab", "cde")
    small, large = story.ids()["a"], story.ids()["c"]
    story.cluster("abcde")
    assert set(story.ids().values()) == {large}
    assert store.cluster(small) == MergedInto(small, large)
    assert story.kinds("a") == ["created", "merged"]


def test_of_a_split_cluster_the_larger_part_keeps_the_id(store: RedisStore) -> None:
    story = Story(store, "abcde")
    story.cluster("abcde")
    before = story.ids()["a"]
    story.cluster("ab", "cde")
    assert story.ids()["c"] == before
    assert story.ids()["a"] != before
    assert story.kinds("a") == ["split"]
    assert story.kinds("c") == ["created", "shrunk"]


def test_a_dissolved_cluster_is_gone(store: RedisStore) -> None:
    story = Story(store, "ab")
    story.cluster("ab")
    before = story.ids()["a"]
    story.cluster()
    assert story.ids() == {}
    assert store.cluster(before) is None
    assert store.stats()["clusters"] == 0


def test_nothing_is_written_when_nothing_changed(store: RedisStore) -> None:
    story = Story(store, "abc")
    story.cluster("ab")
    around = store.neighbourhood(list(story.number.values()))
    same = changes(store, around, [frozenset([story.number["a"], story.number["b"]])], NOON)
    assert same == ClusterChange([], {}, {}, [])


def test_the_neighbourhood_follows_pairs_that_join_and_clusters(store: RedisStore) -> None:
    story = Story(store, "abcdef")
    tasks = {task.number: task for task in store.begin("w", list(story.number.values()))}
    a, b, c, d, e, f = (tasks[story.number[name]] for name in "abcdef")

    def link(near: int, far: int, joins: bool) -> Link:
        return Link(near, far, 1, 1, Report(Relation.REWRITE, 0.9, 0.0, 0.5, 0.5, joins=joins))

    store.link("w", [a], [link(a.number, b.number, True)])
    store.link("w", [b], [link(b.number, a.number, True), link(b.number, c.number, True)])
    store.link("w", [d], [link(d.number, a.number, False)])
    story.cluster("ce")
    around = store.neighbourhood([a.number])
    assert set(around.records) == {a.number, b.number, c.number, e.number}
    assert {(link.a, link.b) for link in around.links} <= {
        (x, y) for x in around.records for y in around.records
    }
    assert set(around.clusters) == {story.ids()["c"]}
    assert f.number not in around.records
