from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.slips import Slip, Spellings

WORDS = st.text(alphabet="abcdefgh", min_size=6, max_size=9)


def slips(odd: str, *elsewhere: str) -> tuple[Slip, ...]:
    """The slips among two texts that share one odd word, beside a third text with others."""
    both = frozenset({odd, "bridge"})
    return Spellings([both, both | {"harbour"}, frozenset(elsewhere)]).slips([odd], both, both)


@pytest.mark.parametrize(
    ("odd", "elsewhere"),
    [
        ("hatherage", "hathersage"),
        ("hathersgae", "hathersage"),
        ("hatthersage", "hathersage"),
        ("hathursage", "hathersage"),
        ("1191", "1911"),
        ("412", "413"),
    ],
)
def test_one_edit_from_what_others_have_is_a_slip(odd: str, elsewhere: str) -> None:
    assert slips(odd, elsewhere) == (Slip(odd, elsewhere),)


@pytest.mark.parametrize(
    ("odd", "elsewhere"),
    [
        ("hathersages", "hathersage"),
        ("fellbridgen", "fellbridger"),
        ("ottering", "wuthering"),
        ("mill", "mile"),
        ("31", "41"),
        ("800", "00"),
        ("140", "14"),
        ("1911", "hathersage"),
    ],
)
def test_endings_short_words_other_words_and_longer_figures_are_none(odd: str, elsewhere: str) -> None:
    assert slips(odd, elsewhere) == ()


def test_a_word_that_only_the_two_texts_have_right_is_no_slip() -> None:
    both = frozenset({"hatherage", "hathersage"})
    assert Spellings([both, both, frozenset({"bridge"})]).slips(["hatherage"], both, both) == ()


@given(WORDS, st.integers(0, 8), st.sampled_from("abcdefghxyz"))
def test_who_has_it_right_does_not_change_whether_it_is_a_slip(word: str, place: int, letter: str) -> None:
    other = word[:place] + letter + word[place + 1 :]
    assert bool(slips(word, other)) == bool(slips(other, word))
