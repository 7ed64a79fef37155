from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.frontier import MOST_TRIES, Frontier, Known
from scraper.listings import Lead

NOW = datetime(2026, 5, 4, 7, tzinfo=UTC)
URL = "https://a.example/1"


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with closing(Frontier(tmp_path / "new" / "state.sqlite")) as frontier:
        yield frontier


def test_an_article_is_due_once_under_all_its_addresses(frontier: Frontier) -> None:
    assert frontier.add([Lead(URL, NOW), Lead("http://www.a.example/1?utm_source=feed", NOW)], NOW) == 1
    (due,) = frontier.due(NOW)
    frontier.done(due.key, "posted", Known('"1"', None))
    assert frontier.add([Lead(URL, NOW)], NOW) == 0
    assert frontier.due(NOW + timedelta(days=9)) == []


def test_an_article_that_changed_is_asked_for_again_with_what_is_known_of_it(frontier: Frontier) -> None:
    frontier.add([Lead(URL, NOW)], NOW)
    frontier.done(frontier.due(NOW)[0].key, "posted", Known('"1"', "Mon"))
    assert frontier.add([Lead(URL, NOW + timedelta(hours=1))], NOW) == 1
    assert frontier.due(NOW)[0].known == Known('"1"', "Mon")


def test_a_listing_that_states_no_time_makes_nothing_due_again(frontier: Frontier) -> None:
    frontier.add([Lead(URL, NOW)], NOW)
    frontier.done(frontier.due(NOW)[0].key, "posted")
    assert frontier.add([Lead(URL)], NOW) == 0


def test_what_fails_is_tried_later_each_time_and_then_given_up(frontier: Frontier) -> None:
    frontier.add([Lead(URL)], NOW)
    (due,) = frontier.due(NOW)
    now, pauses = NOW, []
    for _ in range(MOST_TRIES):
        assert frontier.due(now) == [due]
        frontier.failed(due.key, "failed", now)
        begun = now
        while not frontier.due(now) and now - begun < timedelta(days=2):
            now += timedelta(minutes=1)
        pauses.append(now - begun)
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[1] == timedelta(minutes=4)
    assert frontier.due(now + timedelta(days=99)) == []


def test_putting_off_counts_as_no_try(frontier: Frontier) -> None:
    frontier.add([Lead(URL)], NOW)
    (due,) = frontier.due(NOW)
    for _ in range(MOST_TRIES + 1):
        frontier.postpone(due.key, 0, NOW)
    assert frontier.due(NOW) == [due]


def test_it_is_kept_on_disk(tmp_path: Path) -> None:
    for expected in (1, 0):
        with closing(Frontier(tmp_path / "state.sqlite")) as frontier:
            assert frontier.add([Lead(URL, NOW)], NOW) == expected
            frontier.keep_listing("https://a.example/feed", Known('"f"', None))
            assert frontier.listing("https://a.example/feed") == Known('"f"', None)


def test_what_nobody_lists_any_more_is_forgotten(frontier: Frontier) -> None:
    frontier.add([Lead(URL, NOW)], NOW)
    frontier.forget(NOW + timedelta(days=181))
    assert frontier.add([Lead(URL, NOW)], NOW) == 1, "as if it had never been seen"
