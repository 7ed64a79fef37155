"""However long two texts are, the work of comparing them has a bound, and what was copied is found wherever it is."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from copytrail.anchors import MOST_GROUPS, groups
from copytrail.compare import compare
from copytrail.document import Document, analyse
from copytrail.html import extract
from copytrail.report import Relation
from copytrail.sides import two_sides
from copytrail.sketch import sketch
from copytrail.traits import COMPARED_SENTENCES, COMPARED_WORDS, opened

NEWS = (
    "Divers found cracks in two piers of the harbour bridge at Kestrel Bay, and the council closed it on Monday. "
    "“We had no choice,” Anna Holm, the mayor, told forty angry drivers. Repairs will take nine weeks and cost three "
    "million crowns, a third of it lent by the port, whose lorries will go round by the old mill until October. "
    "The ferry sails every ten minutes from six, and nobody pays."
)
SYLLABLES = [a + b for a in "bdfgklmnprst" for b in ("an", "el", "ir", "os", "um")]


def noise(seed: int, words: int, sentence: int = 12) -> str:
    chance = random.Random(seed)
    made = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(words)]
    return " ".join(" ".join(made[at : at + sentence]).capitalize() + "." for at in range(0, words, sentence))


LONG = {
    "many words": lambda seed: noise(seed, 60_000),
    "a sentence for each word": lambda seed: noise(seed, 30_000, sentence=1),
    "one sentence": lambda seed: noise(seed, 60_000, sentence=60_000),
    "one paragraph over and over": lambda seed: f"{NEWS} {seed}\n\n" * 1500,
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_compared_sentence_by_sentence_is_bounded(name: str) -> None:
    document = analyse(LONG[name](1))
    compared = opened(document.traits)
    assert document.truncated
    assert len(compared.all.mass) <= COMPARED_SENTENCES
    assert len(compared.own.mass) <= COMPARED_SENTENCES
    assert len(compared.units) <= COMPARED_SENTENCES + 1
    assert len(compared.term) <= COMPARED_WORDS
    assert compared.all.sentence.max() < COMPARED_SENTENCES
    assert len(compared.words) == len(document) > COMPARED_WORDS


def test_however_often_two_texts_touch_few_places_are_looked_into() -> None:
    """Sentences of the other text between sentences of one's own, in another order: each is a group by itself."""
    chance = random.Random(4)
    shared = [noise(seed, 9, sentence=9) for seed in range(280)]
    mixed = [f"{text} {noise(1000 + at, 60, sentence=60)}" for at, text in enumerate(shared)]
    a, b = analyse(" ".join(mixed)), analyse(" ".join(chance.sample(mixed, len(mixed))))
    assert not a.truncated
    crowd = analyse(" ".join(chance.choices(shared, k=1400)))
    for one, other in ((a, b), (a, crowd)):
        assert len(found(one, other)) <= MOST_GROUPS
    assert len(found(a, b)) > 100


def found(a: Document, b: Document) -> np.ndarray:
    nothing = [np.zeros(len(each), np.bool_) for each in (a, b)]
    traits = [opened(each.traits) for each in (a, b)]
    sides = two_sides(traits[0], traits[1], nothing[0], nothing[1])
    return groups(sides[0], sides[1], traits[0].units, traits[1].units, sides[2])


@pytest.mark.parametrize("behind", [True, False])
def test_a_copy_at_the_end_of_a_long_text_is_found(behind: bool) -> None:
    around = noise(1, 40_000)
    long = f"{around} {NEWS}" if behind else f"{NEWS} {around}"
    report = compare(analyse(NEWS), analyse(long))
    assert report.relation is Relation.PARTIAL_COPY
    assert report.a_in_b > 0.95
    assert "truncated_text" in report.flags
    assert [NEWS[slice(*each.a)] for each in report.passages] == [
        long[slice(*each.b)] for each in report.passages
    ]


def test_long_texts_with_nothing_in_common_are_unrelated() -> None:
    report = compare(analyse(noise(1, 40_000)), analyse(noise(2, 40_000)))
    assert not report.relation.is_reuse
    assert report.passages == ()


def test_what_is_short_enough_is_compared_whole() -> None:
    report = compare(analyse(f"{NEWS} {noise(1, 9000)}"), analyse(f"{noise(2, 9000)} {NEWS}"))
    assert report.relation is Relation.PARTIAL_COPY
    assert "truncated_text" not in report.flags


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a-", "a. ", "A&B ", "Mr. ", "d'", "word ", "1,234.56 ", "@", "/a", "(a", "<div>"),
        *(" ", "\n", ".", "“", "‘’", "Share\n", "please enter your comment "),
        *("\u200b", "\u00ad", "\u202e", "\u0301\u0323", "e\u0301\u0301", "\ufdfa", "\u1100\u1161\u11a8"),
        *("水", "水火山火水水山", "กาเ", "𝐓𝐡𝐞 "),
    ],
)
def test_a_long_run_of_anything_is_read_in_bounded_time(piece: str) -> None:
    """Whatever looks for words, sentences, quotes or furniture: nothing tries a run again from each place in it."""
    text = piece * (400_000 // len(piece))
    began = time.process_time()
    sketch(analyse(text))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<p>", "<b><i>", "<table><tr><td>", "<a href=", "<!--", "<![CDATA[", "<", "&amp;", "\0"],
)
def test_a_long_run_of_markup_is_read_in_bounded_time(piece: str) -> None:
    began = time.process_time()
    extract("<html><body>" + piece * (100_000 // len(piece)))
    assert time.process_time() - began < 10
