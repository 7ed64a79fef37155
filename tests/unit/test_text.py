"""Normalisation keeps offsets, undoes disguises and takes linear time."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.text import normalise

PLAIN = "The harbour bridge was closed at noon."
DISGUISES = {
    "zero_width": "The har\u200bbour bri\u200ddge was clo\u2060sed at noon.",
    "soft_hyphens": "The har\u00adbour bri\u00addge was closed at no\u00adon.",
    "bidi_marks": "The \u202aharbour\u202c bridge was \u200eclosed at noon.",
    "compatibility_forms": "\uff34\uff48\uff45 harbour \U0001d41b\U0001d42bidge was closed at \U0001d427oon.",
    "combining_marks": "The h\u0337a\u0337r\u0337bour bridge was clo\u0338\u0338sed at noon.",
}


def normal(text: str) -> str:
    return normalise(text).points.tobytes().decode("utf-32-le")


@pytest.mark.parametrize("flag", DISGUISES)
def test_disguises_are_undone_and_flagged(flag: str) -> None:
    assert normal(DISGUISES[flag]) == normal(PLAIN)
    assert normalise(DISGUISES[flag]).flags == {flag}


def test_typeset_text_is_not_flagged() -> None:
    text = "“Naïve” cafés — 20\u202f°C, ½ of the ﬁeld…\u00a0§ 3 ™\r\nÅngström, Müller, Ἀθῆναι, Москва, हिन्दी, 東京"
    assert normalise(text).flags == frozenset()


@given(st.text(max_size=200))
def test_every_point_comes_from_where_it_says(text: str) -> None:
    result = normalise(text)
    assert ((result.first >= 0) & (result.first <= result.last) & (result.last < len(text))).all()
    assert (result.first[1:] >= result.first[:-1]).all()
    for point, first, last in zip(
        result.points.tolist(), result.first.tolist(), result.last.tolist(), strict=True
    ):
        if first == last and text[first].isascii() and text[first].isalnum():
            assert chr(point) == text[first].lower()


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=100))
def test_unicode_forms_and_case_do_not_matter(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))
    assert normal(unicodedata.normalize("NFC", text).casefold()) == normal(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "hostile",
    [
        "\u0301\u0316" * 200_000,
        "a\u0301" * 200_000,
        "\ufdfa" * 100_000,
        "\u200b" * 400_000,
        "\U0001d400" * 200_000,
    ],
    ids=["marks", "accents", "ligatures", "zero width", "math letters"],
)
def test_hostile_text_is_bounded(hostile: str) -> None:
    began = time.process_time()
    result = normalise(hostile)
    assert len(result.points) <= 18 * len(hostile)
    assert time.process_time() - began < 10
