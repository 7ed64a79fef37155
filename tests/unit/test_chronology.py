from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copytrail.chronology import Flag, precedence, reasons, spoken_gap, timing
from copytrail.member import Member

NOON = datetime(2025, 5, 3, 12, 0, tzinfo=UTC)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def member(number: int, published: float | None = None, seen: float = 48.0) -> Member:
    """A member published and first seen that many hours after noon."""
    published_at = None if published is None else NOON + hours(published)
    return Member(number, f"a{number}", "Text.", NOON + hours(seen), published_at)


def test_what_we_saw_before_the_other_claims_to_exist_is_surest() -> None:
    claimed = precedence(timing(member(1, published=1)), timing(member(2, published=5)))
    observed = precedence(timing(member(1, published=1, seen=2)), timing(member(2, published=5)))
    assert 0.5 < claimed < observed < 1


def test_published_after_it_was_seen_is_not_believed() -> None:
    found = timing(member(1, published=10, seen=2))
    assert not found.is_claimed
    assert found.latest == NOON + hours(2)
    assert [doubt.flag for doubt in found.doubts] == [Flag.AFTER_SEEN]
    assert "but we had seen it by 3 May 2025 at 14:00 UTC" in found.doubts[0].sentence


def test_two_claims_after_we_saw_both_still_hint_at_their_order() -> None:
    first, second = timing(member(1, published=60)), timing(member(2, published=70))
    assert 0.5 < precedence(first, second) < 0.7


def test_an_unset_clock_is_not_believed() -> None:
    epoch = Member(1, "a1", "Text.", NOON, datetime(1970, 1, 1, tzinfo=UTC))
    assert not timing(epoch).is_claimed


def test_a_day_without_an_hour_does_not_beat_an_hour_of_that_day() -> None:
    midnight = Member(1, "a1", "Text.", NOON + hours(40), NOON - hours(12))
    assert precedence(timing(midnight), timing(member(2, published=3, seen=40))) == 0.5
    assert precedence(timing(midnight), timing(member(2, published=30, seen=40))) > 0.9


def test_spans_of_time_are_spoken_in_their_largest_unit() -> None:
    assert [spoken_gap(timedelta(seconds=s)) for s in (5, 60, 7200, 86400)] == [
        "less than a minute",
        "1 minute",
        "2 hours",
        "1 day",
    ]


def changed(modified: float | None = None, updated: float | None = None) -> Member:
    """A member published at noon and seen an hour later, which changed that many hours after noon."""
    times = [NOON + hours(each) if each is not None else None for each in (modified, updated)]
    return Member(1, "a1", "Text.", NOON + hours(1), NOON, modified_at=times[0], updated_at=times[1])


def test_a_text_changed_after_the_other_came_out_vouches_for_less() -> None:
    other = timing(member(2, published=6, seen=7))
    kept, later = precedence(timing(changed()), other), precedence(timing(changed(updated=9)), other)
    assert kept > 0.95 > later > 0.5
    told = reasons(changed(updated=9), member(2), timing(changed(updated=9)), other)
    assert any("what it said before was not kept" in sentence for sentence in told)


def test_a_change_before_the_other_came_out_takes_nothing_away() -> None:
    other = timing(member(2, published=6, seen=7))
    assert precedence(timing(changed(modified=0.5)), other) == precedence(timing(changed()), other)


def test_changed_before_it_was_published_is_flagged() -> None:
    found = timing(changed(modified=-30))
    assert [doubt.flag for doubt in found.doubts] == [Flag.MODIFIED_BEFORE]
    assert "before it was published" in found.doubts[0].sentence
