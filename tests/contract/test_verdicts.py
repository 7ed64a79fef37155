from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from copytrail.article import Article
from copytrail.events import EventType
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from copytrail.verdicts import Opinion, Says, Verdict

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def number(store: RedisStore) -> dict[str, int]:
    """Articles without anything in common, by their ids."""
    store.accept([Article(name, f"Text {name}") for name in "abcd"], NOON)
    return {name: record.number for name in "abcd" if (record := store.record(name))}


def say(says: Says | None, minutes: int = 0) -> Opinion:
    return Opinion(NOON + timedelta(minutes=minutes), says, "because", "desk")


def test_what_was_said_is_kept_and_the_last_counts(store: RedisStore, number: dict[str, int]) -> None:
    a, b = number["a"], number["b"]
    first = store.judge(b, a, say(Says.CONFIRM))
    assert (first.a, first.b) == (b, a)
    second = store.judge(a, b, say(Says.DISPUTE, 1))
    assert second.id == first.id
    assert second.history == (say(Says.CONFIRM), say(Says.DISPUTE, 1))
    assert store.verdict(first.id) == second
    store.judge(a, b, Opinion(NOON, None))
    found = store.verdict(first.id)
    assert found is not None and found.last.says is None and len(found.history) == 3
    assert store.verdicts(None, 10) == ([], None)
    assert store.verdicts_on([a]) == []
    told = [(event.type, event.to_json()["says"]) for event in store.events(None, 10)]
    assert told == [
        (EventType.VERDICT_GIVEN, "confirm"),
        (EventType.VERDICT_GIVEN, "dispute"),
        (EventType.VERDICT_WITHDRAWN, "dispute"),
    ]


def test_lists_go_on_where_they_stopped_newest_first(store: RedisStore, number: dict[str, int]) -> None:
    pairs = [(x, y) for x in "abcd" for y in "abcd" if x < y]
    given = [
        store.judge(number[x], number[y], say(Says.DISPUTE, place // 2)) for place, (x, y) in enumerate(pairs)
    ]
    seen: list[Verdict] = []
    cursor = None
    while True:
        page, cursor = store.verdicts(cursor, 2)
        seen += page
        if cursor is None:
            break
    assert {verdict.id for verdict in seen} == {verdict.id for verdict in given}
    assert len(seen) == len(given)
    times = [verdict.last.at for verdict in seen]
    assert times == sorted(times, reverse=True)
    on_a = store.verdicts_on([number["a"]])
    assert {frozenset((verdict.a, verdict.b)) for verdict in on_a} == {
        frozenset((number["a"], number[other])) for other in "bcd"
    }


@pytest.mark.parametrize("cursor", ["@@@", "bmFuIGE=", "aW5mIGE="])
def test_a_made_up_cursor_is_refused(store: RedisStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="was not given by this list"):
        store.verdicts(cursor, 5)


def test_nobody_judges_what_is_not_there(store: RedisStore, number: dict[str, int]) -> None:
    with pytest.raises(KeyError):
        store.judge(number["a"], 999, say(Says.CONFIRM))
    assert store.newest_event() == 0


def test_opinions_at_one_moment_are_all_kept(store: RedisStore, number: dict[str, int]) -> None:
    several = [
        Thread(target=store.judge, args=[number["a"], number["b"], say(Says.CONFIRM, minute)])
        for minute in range(6)
    ]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    (found,) = store.verdicts_on([number["a"]])
    assert sorted(opinion.at for opinion in found.history) == [
        NOON + timedelta(minutes=minute) for minute in range(6)
    ]
    assert store.newest_event() == 6


def test_with_an_article_goes_all_that_was_said_of_it(
    store: RedisStore, number: dict[str, int], index: Callable[[], None], link: Connection
) -> None:
    index()
    store.judge(number["a"], number["b"], say(Says.CONFIRM))
    store.judge(number["c"], number["b"], say(Says.DISPUTE))
    store.judge(number["c"], number["a"], say(Says.DISPUTE))
    index()
    store.delete("a")
    index()
    (left,) = store.verdicts(None, 10)[0]
    assert {left.a, left.b} == {number["b"], number["c"]}
    judged = link.one(("HGETALL", keys.JUDGED))
    assert {int(name): int(others) for name, others in judged.items()} == {
        number["b"]: number["c"],
        number["c"]: number["b"],
    }
    store.delete("b")
    index()
    assert link.run([("EXISTS", key) for key in (keys.VERDICTS, keys.JUDGED, keys.JUDGED_AT)]) == [0, 0, 0]
