"""What the verdict promises, on the project's own stories and on texts made from them."""

import random
import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import LABELS, TEXTS

from copytrail.compare import compare, compare_texts, heard
from copytrail.document import Document, analyse
from copytrail.evidence import HEARD
from copytrail.report import Grade, Relation

DOCUMENTS: dict[str, Document] = {name: analyse(text) for name, text in TEXTS.items()}
ORIGINAL = TEXTS["tram-depot-fire-1"]
NAMES = [story["slug"] for story in LABELS]


@pytest.mark.parametrize("story", [s for s in LABELS if s["five_way"]], ids=lambda story: story["slug"])
def test_five_rewrites_of_one_article_are_rewrites_of_each_other(story: dict[str, Any]) -> None:
    for a, b in combinations(story["cluster"], 2):
        report = compare(DOCUMENTS[a], DOCUMENTS[b])
        assert report.relation is Relation.REWRITE, (a, b, report.score)
        assert report.joins and report.passages


@pytest.mark.parametrize("story", LABELS, ids=NAMES)
def test_copies_are_what_their_labels_say(story: dict[str, Any]) -> None:
    for copy in story["copies"]:
        if copy["of"]:
            report = compare(DOCUMENTS[copy["of"]], DOCUMENTS[copy["id"]])
            assert (report.relation, report.joins) == (copy["relation"], True), (copy, report.evidence)


@pytest.mark.parametrize("story", LABELS, ids=NAMES)
def test_independent_reports_are_no_copies(story: dict[str, Any]) -> None:
    hosts = {
        copy["id"] for copy in story["copies"] if copy["relation"] == "partial_copy"
    }  # about something else
    for own_report in story["apart"]:
        for other in {*story["cluster"], *story["apart"]} - {own_report}:
            report = compare(DOCUMENTS[own_report], DOCUMENTS[other])
            assert not report.relation.is_reuse, (own_report, other, report.score)
            assert other in hosts or report.relation is Relation.SAME_EVENT, (own_report, other, report.score)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)), st.integers(0, 400), st.integers(20, 400)
)
def test_what_is_not_heard_is_no_evidence(a: str, b: str, start: int, words: int) -> None:
    """A pair discarded at a glance is never one that the full report would keep, and what is heard is that report."""
    part = " ".join(TEXTS[b].split()[start : start + words])
    one, other = DOCUMENTS[a], analyse(f"{part} {TEXTS[a][:200]}" if words % 3 == 0 else part)
    report = compare(one, other)
    assert heard(one, other) == (report if report.relation.is_reuse or report.support >= HEARD else None)


def test_stories_have_nothing_to_do_with_each_other() -> None:
    firsts = [story["cluster"][0] for story in LABELS]
    for a, b in combinations(firsts, 2):
        assert compare(DOCUMENTS[a], DOCUMENTS[b]).relation is Relation.UNRELATED, (a, b)


@pytest.mark.parametrize("text", ["", "…", "One word.", "東京"])
def test_even_a_tiny_text_is_identical_to_itself_but_joins_nothing(text: str) -> None:
    report = compare_texts(text, text)
    assert (report.relation, report.score, report.joins) == (Relation.IDENTICAL, 1.0, False)
    assert report.flags == ("insufficient_text",)


@pytest.mark.parametrize("name", sorted(TEXTS)[::9])
def test_a_text_is_identical_to_itself(name: str) -> None:
    report = compare_texts(TEXTS[name], TEXTS[name])
    assert (report.relation, report.score, report.jaccard) == (Relation.IDENTICAL, 1.0, 1.0)
    assert (report.a_in_b, report.b_in_a) == (1.0, 1.0)
    (passage,) = report.passages
    assert passage.grade is Grade.IDENTICAL
    assert TEXTS[name][slice(*passage.a)].split()[0] == TEXTS[name].split()[0].lstrip("“‘\"'")


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)))
def test_verdicts_are_symmetric(a: str, b: str) -> None:
    assert compare(DOCUMENTS[a], DOCUMENTS[b]) == compare(DOCUMENTS[b], DOCUMENTS[a]).swapped()


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)))
def test_identical_passages_are_identical_and_inside(a: str, b: str) -> None:
    report = compare(DOCUMENTS[a], DOCUMENTS[b])
    assert 0 <= report.score <= 1
    for passage in report.passages:
        left, right = TEXTS[a][slice(*passage.a)], TEXTS[b][slice(*passage.b)]
        assert left and right
        if passage.grade is Grade.IDENTICAL:
            assert analyse(left).hash.tolist() == analyse(right).hash.tolist()


@pytest.mark.parametrize(
    ("change", "flags"),
    [
        (str.upper, ()),
        (lambda text: re.sub(r"[.,](?=\s)", " ;", text), ()),
        (lambda text: "\u200b".join(text), ("zero_width",)),
        (lambda text: text.replace("o", "о"), ("homoglyphs",)),  # Cyrillic o
        (lambda text: text.replace("e", "e\u00ad"), ("soft_hyphens",)),
    ],
    ids=["case", "punctuation", "zero width", "homoglyphs", "soft hyphens"],
)
def test_disguises_do_not_hide_a_copy(change: Callable[[str], str], flags: tuple[str, ...]) -> None:
    report = compare_texts(ORIGINAL, change(ORIGINAL))
    assert (report.relation, report.score, report.flags) == (Relation.IDENTICAL, 1.0, flags)


def test_reordered_paragraphs_do_not_hide_a_copy() -> None:
    paragraphs = ORIGINAL.split("\n\n")
    random.Random(3).shuffle(paragraphs)
    report = compare_texts(ORIGINAL, "\n\n".join(paragraphs))
    assert (report.relation, report.flags) == (Relation.NEAR_COPY, ("reordered",))


@pytest.mark.parametrize("share", [0.1, 0.2, 0.4, 0.8])
def test_more_verbatim_copying_never_lowers_the_score(share: float) -> None:
    other = TEXTS["budget-vote-1"]
    paragraphs = ORIGINAL.split("\n\n")
    less, more = (round(portion * len(paragraphs)) for portion in (share / 2, share))
    scores = [
        compare_texts(ORIGINAL, "\n\n".join([*paragraphs[:count], other])).score for count in (less, more)
    ]
    assert scores[0] <= scores[1]


@pytest.mark.parametrize(
    ("a", "b"), [("", "!"), ("", ORIGINAL), ("One word", ORIGINAL), ("a " * 10, "b " * 10)]
)
def test_too_little_text_is_said_and_accuses_nobody(a: str, b: str) -> None:
    report = compare_texts(a, b)
    assert (report.relation, report.joins) == (Relation.UNRELATED, False)
    assert "insufficient_text" in report.flags
