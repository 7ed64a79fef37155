from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import LABELS, TEXTS

from copytrail.direction import COMMON_SOURCE, MOST_ODDS, SIGNS, Marks, direction_model
from copytrail.document import analyse
from copytrail.wear import IT, Party, wear_reasons

REWRITES = [
    (copy["of"], copy["id"])
    for story in LABELS
    for copy in story["copies"]
    if copy["of"] and copy["relation"] == "rewrite"
]
SETS = st.frozensets(st.integers(0, 40), max_size=12)
LENGTHS = st.floats(0, 60)
MARKS = st.builds(Marks, SETS, SETS, SETS, SETS, LENGTHS, LENGTHS, LENGTHS, st.just(True))


def marks(article: str) -> Marks:
    return Marks.of(analyse(TEXTS[article]))


def test_of_the_seeds_rewrites_most_are_told_and_hardly_one_wrongly() -> None:
    odds = [direction_model().odds(marks(original), marks(copy)) for original, copy in REWRITES]
    told = [each for each in odds if abs(each) >= 0.4]
    assert len(told) >= 0.25 * len(odds)
    assert sum(each > 0 for each in told) >= 0.85 * len(told)


@given(MARKS, MARKS)
def test_turning_a_pair_round_turns_the_answer_round(a: Marks, b: Marks) -> None:
    model = direction_model()
    assert model.odds(a, b) == pytest.approx(-model.odds(b, a), abs=1e-9)
    assert -MOST_ODDS <= model.odds(a, b) <= MOST_ODDS


@given(MARKS, MARKS)
def test_the_texts_say_nothing_until_there_is_more_than_a_common_source_explains(a: Marks, b: Marks) -> None:
    weights = direction_model().contributions(a, b)
    assert len(weights) == len(SIGNS)
    assert (direction_model().odds(a, b) == 0) == (abs(sum(weights)) <= COMMON_SOURCE)


def test_texts_that_are_the_same_or_too_short_say_nothing() -> None:
    long = marks(REWRITES[0][0])
    assert direction_model().odds(long, Marks.of(analyse(TEXTS[REWRITES[0][0]]))) == 0
    assert direction_model().odds(long, Marks.of(analyse("Too short."))) == 0


def test_losing_more_never_speaks_for_being_the_original() -> None:
    assert all(weight >= 0 for weight in direction_model().weight)


def test_reasons_say_what_was_lost() -> None:
    original = Marks(
        frozenset(range(9)), frozenset({1, 2}), frozenset(), frozenset(range(30)), 20, 9, 30, True
    )
    copy = Marks(frozenset(), frozenset(), frozenset(), frozenset(), 11, 3, 12, True)
    said = " ".join(wear_reasons(Party(original, "The Ledger"), Party(copy, IT)))
    assert "It leaves out 9 names that The Ledger has, and adds none." in said
    assert "Its sentences are" in said
