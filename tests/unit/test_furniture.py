"""Site furniture is no evidence, news is never taken for it, and offsets stay exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import TEXTS

from copytrail.compare import compare_texts
from copytrail.document import Ignored, Why, analyse
from copytrail.report import Relation
from copytrail.sketch import sketch

NEWS = TEXTS["tram-depot-fire-1"]
FURNITURE = (
    "Please enter your comment! Please enter your name here",
    "Share on Facebook Share on X Share on WhatsApp Copy link",
    "Facebook | WhatsApp | Email | Copy link",
    "Spread the love",
    "We use cookies to give you the best experience on our website. Accept all · Manage preferences",
    "Sign up for our free newsletter and get the top stories in your inbox every morning.",
    "Enter your email address. By signing up you agree to our terms of use.",
    "Story continued below",
    "ADVERTISEMENT",
    "READ MORE: Five soups your knees will thank you for",
    "All rights reserved. This material may not be published, broadcast, rewritten or redistributed.",
    "Follow us on Instagram",
    "Follow @nadia_holm on Twitter",
    "About the author",
    "You have 2 free articles remaining this month. Subscribe today for $1 a week.",
    "Click here to subscribe",
    "Originally published at harbour.example",
    "Print | E-mail",
    "4 comments",
    "The Associated Press contributed to this report.",
    "Wir verwenden Cookies, um Ihnen den besten Service zu bieten.",
    "Lesen Sie auch: Warum die Brücke gesperrt bleibt",
    "Tous droits réservés. Toute reproduction interdite.",
    "Lire aussi : Le pont reste fermé jusqu'en juin",
    "Suscríbete a nuestro boletín y recibe las noticias en tu correo electrónico",
    "Riproduzione riservata",
    "Leia também: Ponte continua fechada",
    "Deel dit artikel",
)
NOT_FURNITURE = (
    "The regulator fined the company for setting cookies before visitors had agreed to it.",
    "Shares of Corvane lost 7.3 percent Monday, closing at $61.20.",
    "The newsletter of the parish was founded in 1921 by two sisters from Marrow Lane.",
    "Facebook and Twitter said on Tuesday that they had removed the accounts.",
    "She asked readers to follow the case closely and to share what they knew with the police.",
    "He declined to comment further.",
    "Click fraud cost advertisers 40 million pounds last year, according to the report.",
    "The author of the bill, Senator Rhee, read more than 300 letters from farmers aloud.",
    "Trump said on Twitter.",
    "The council watched 12 minutes of video before it voted.",
    "Die Kirche teilt ihre Räume mit der Schule und sucht einen neuen Pfarrer.",
    "La société a publié ses comptes et la suite du procès est attendue en mars.",
)
paragraphs = st.permutations([p for p in NEWS.split("\n\n") if p])
planted = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(FURNITURE)), max_size=6)


def with_furniture(text: str, lines: list[tuple[int, str]]) -> str:
    pieces = text.split("\n\n")
    for place, line in lines:
        pieces.insert(place % (len(pieces) + 1), line)
    return "\n\n".join(pieces)


@pytest.mark.parametrize("line", FURNITURE)
def test_usual_phrases_are_ignored_and_shown(line: str) -> None:
    document = analyse(f"{NEWS}\n\n{line}\n\nThat was all.")
    (stretch,) = document.ignored
    assert stretch.why is Why.USUAL
    assert document.text[stretch.start : stretch.stop].strip("© .!") in line
    assert stretch.stop - stretch.start > 0.6 * len(line)


@pytest.mark.parametrize("sentence", NOT_FURNITURE)
def test_news_is_not_furniture(sentence: str) -> None:
    assert analyse(f"{NEWS}\n\n{sentence}").ignored == ()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_little_of_the_stories_is_taken_for_furniture(name: str) -> None:
    document = analyse(TEXTS[name])
    assert len(document) >= 0.6 * len(document.whole)


@settings(deadline=None, max_examples=60)
@given(planted)
def test_planted_furniture_changes_no_sketch(lines: list[tuple[int, str]]) -> None:
    planted = analyse(with_furniture(NEWS, lines))
    plain = analyse(NEWS)
    assert planted.hash.tolist() == plain.hash.tolist()
    assert sketch(planted).tolist() == sketch(plain).tolist()


@settings(deadline=None, max_examples=60)
@given(planted)
def test_offsets_stay_exact(lines: list[tuple[int, str]]) -> None:
    text = with_furniture(NEWS, lines)
    document = analyse(text)
    words = [text[low:high] for low, high in zip(document.start, document.stop, strict=True)]
    assert words == [NEWS[low:high] for low, high in zip(*_bounds(NEWS), strict=True)]
    for stretch, after in zip(document.ignored, document.ignored[1:], strict=False):
        assert 0 <= stretch.start < stretch.stop <= after.start
    for stretch in document.ignored:
        inside = (document.start >= stretch.start) & (document.stop <= stretch.stop)
        assert not inside.any()


def _bounds(text: str) -> tuple[list[int], list[int]]:
    document = analyse(text)
    return document.start.tolist(), document.stop.tolist()


def test_furniture_is_no_evidence_of_copying() -> None:
    furniture = "\n\n".join(FURNITURE[:20])
    a, b = (f"{TEXTS[name]}\n\n{furniture}" for name in ("tram-depot-fire-1", "budget-vote-1"))
    report = compare_texts(a, b)
    assert (report.relation, report.a_in_b, report.passages) == (Relation.UNRELATED, 0.0, ())
    assert report.flags == ("furniture_ignored",)


def test_a_copy_between_furniture_is_a_near_copy_and_only_equal_words_are_identical() -> None:
    furnished = f"Menu | Subscribe\n\n{NEWS}\n\n{FURNITURE[0]}"
    report = compare_texts(NEWS, furnished)
    assert (report.relation, report.a_in_b, report.b_in_a) == (Relation.NEAR_COPY, 1.0, 1.0)
    same = compare_texts(furnished, furnished.upper())
    assert (same.relation, same.score) == (Relation.IDENTICAL, 1.0)
    assert same.passages[0].a == (0, len(furnished))


def test_a_page_of_furniture_alone_is_insufficient() -> None:
    page = "\n".join(FURNITURE)
    document = analyse(page)
    assert (len(document), document.sufficient, len(sketch(document))) == (0, False, 0)
    for other in (page, NEWS, page + "\nMore"):
        report = compare_texts(page, other)
        assert not report.joins
        assert {"insufficient_text", "furniture_ignored"} <= set(report.flags)


def test_what_a_site_repeats_is_left_out_too() -> None:
    line = "The Bay Bulletin is a paper of the Holm family and has been since the big flood of 1883."
    text = f"{NEWS}\n\n{line}\n\nSpread the love"
    low = text.index(line)
    document = analyse(text).without_repeats([(low, low + len(line) - 1)])
    assert document.hash.tolist() == analyse(NEWS).hash.tolist()
    assert document.ignored == (
        Ignored(low, low + len(line) - 1, Why.REPEATED),
        Ignored(text.index("Spread"), len(text), Why.USUAL),
    )
    assert np.array_equal(document.whole, analyse(text).whole)


def test_usual_phrases_without_end_are_read_whole() -> None:
    assert len(analyse("please enter your comment " * 20_000).whole) == 80_000
    assert len(analyse("Share\n" * 50_000)) == 0
