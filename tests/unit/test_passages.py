"""What passages promise: planted text is found where it stands, and nothing is marked twice."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import LABELS, TEXTS

from copytrail.compare import compare
from copytrail.document import Document, analyse
from copytrail.report import Grade, Passage, Relation, Report
from copytrail.words import QUOTED

DOCUMENTS: dict[str, Document] = {name: analyse(text) for name, text in TEXTS.items()}
FIRSTS = [story["cluster"][0] for story in LABELS]
REWRITES = [(a, b) for story in LABELS if story["five_way"] for a, b in combinations(story["cluster"], 2)]
NEAR = 4  # words by which the edge of a passage may be off
RUN = 40

numbers = st.integers(0, 10**6)


def pages(*names: str) -> str:
    """A long text about several other things."""
    return "\n\n".join(TEXTS[name] for name in names)


def planted(host: str, passage: str, chance: int) -> tuple[str, int, int]:
    """A host text with a paragraph more, and where in the text it stands."""
    paragraphs = host.split("\n\n")
    before = "".join(paragraph + "\n\n" for paragraph in paragraphs[: chance % (len(paragraphs) + 1)])
    return f"{before}{passage}\n\n{host[len(before) :]}", len(before), len(before) + len(passage)


def words_missed(text: str, span: tuple[int, int], found: list[tuple[int, int]]) -> int:
    """How many words of the span no found span covers."""
    document = analyse(text)
    inside = (document.start >= span[0]) & (document.stop <= span[1])
    for low, high in found:
        inside &= ~((document.start >= low) & (document.stop <= high))
    return int(inside.sum())


def sides(report: Report) -> list[list[tuple[int, int]]]:
    return [[passage.a for passage in report.passages], [passage.b for passage in report.passages]]


def overlap(one: Passage, other: Passage) -> bool:
    in_a = one.a[0] < other.a[1] and other.a[0] < one.a[1]
    return in_a and one.b[0] < other.b[1] and other.b[0] < one.b[1]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)))
def test_passages_lie_inside_both_texts_and_do_not_overlap(a: str, b: str) -> None:
    report = compare(DOCUMENTS[a], DOCUMENTS[b])
    for passage in report.passages:
        assert 0 <= passage.a[0] < passage.a[1] <= len(TEXTS[a])
        assert 0 <= passage.b[0] < passage.b[1] <= len(TEXTS[b])
        assert 0 < passage.score <= 1
    assert not any(overlap(one, other) for one, other in combinations(report.passages, 2))


@settings(deadline=None, max_examples=60)
@given(st.permutations(FIRSTS), numbers, numbers, numbers)
def test_a_verbatim_run_of_forty_words_is_marked_on_both_sides(
    names: list[str], start: int, left: int, right: int
) -> None:
    source = DOCUMENTS[names[0]]
    first = start % (len(source) - RUN)
    if (source.flags[first : first + RUN] & np.uint8(QUOTED)).any():
        return  # two reporters may write down the same speech
    run = source.text[source.start[first] : source.stop[first + RUN - 1]]
    a, *in_a = planted(TEXTS[names[1]], run, left)
    b, *in_b = planted(TEXTS[names[2]], run, right)
    report = compare(analyse(a), analyse(b))
    assert report.relation is Relation.PARTIAL_COPY
    found_a, found_b = sides(report)
    assert words_missed(a, (in_a[0], in_a[1]), found_a) <= NEAR
    assert words_missed(b, (in_b[0], in_b[1]), found_b) <= NEAR
    assert sum(stop - start for start, stop in found_a) < 2 * len(run)


@pytest.mark.parametrize(("a", "b"), REWRITES[::4], ids=lambda name: str(name))
def test_rewritten_paragraphs_are_found_in_texts_about_something_else(a: str, b: str) -> None:
    others = [name for name in FIRSTS if name.rsplit("-", 1)[0] not in (a.rsplit("-", 1)[0],)]
    random.Random(a + b).shuffle(others)
    text_a, *in_a = planted(pages(*others[:4]), TEXTS[a], 7)
    text_b, *in_b = planted(pages(*others[4:8]), TEXTS[b], 3)
    report = compare(analyse(text_a), analyse(text_b))
    assert report.relation.is_reuse, report.evidence
    assert not report.joins  # one passage does not make one story of two pages
    best = max(report.passages, key=lambda passage: passage.a[1] - passage.a[0])
    assert best.grade is Grade.REWRITE
    assert in_a[0] - 200 <= best.a[0] < best.a[1] <= in_a[1] + 200
    assert in_b[0] - 200 <= best.b[0] < best.b[1] <= in_b[1] + 200
    assert best.a[1] - best.a[0] > 0.6 * len(TEXTS[a])


def test_texts_about_different_things_have_no_passages() -> None:
    marked = [
        (a, b)
        for a, b in combinations(FIRSTS, 2)
        if compare(analyse(pages(a, FIRSTS[0])[: len(TEXTS[a])]), DOCUMENTS[b]).passages
    ]
    assert not marked


@pytest.mark.parametrize("name", FIRSTS)
def test_a_copy_with_edits_here_and_there_is_one_passage(name: str) -> None:
    words = TEXTS[name].split(" ")
    edited = " ".join("quite" if at % 25 == 12 else word for at, word in enumerate(words))
    (passage,) = compare(DOCUMENTS[name], analyse(edited)).passages
    assert passage.grade is Grade.MINOR_EDITS
    assert passage.a[1] - passage.a[0] > 0.95 * len(TEXTS[name])


@pytest.mark.parametrize("name", FIRSTS)
def test_a_rewritten_text_is_marked_in_few_pieces(name: str) -> None:
    story = next(story for story in LABELS if story["cluster"][0] == name)
    for other in story["cluster"][1:]:
        report = compare(DOCUMENTS[name], DOCUMENTS[other])
        assert report.passages, other
        assert len(report.passages) <= 1 + len(TEXTS[name]) // 400, (other, len(report.passages))


def test_shared_speech_is_shown_with_no_accusation() -> None:
    speech = (
        "“We have looked at every beam of this roof, we have counted every nail that the storm has left in it, and we "
        "cannot promise anybody that the choir will sing under it before the second week of October,” she said."
    )
    report = compare(
        analyse(planted(TEXTS[FIRSTS[1]], speech, 1)[0]), analyse(planted(TEXTS[FIRSTS[2]], speech, 2)[0])
    )
    assert not report.relation.is_reuse
    assert "shared_quotes_only" in report.flags
