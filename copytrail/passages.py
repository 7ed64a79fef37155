"""Passages: where in both texts the same was said, word for word or sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final

import numpy as np

from copytrail.compiled import Bools, Bytes, Floats, Numbers, compiled
from copytrail.document import Document
from copytrail.fragments import Fragment, fragments
from copytrail.report import Grade, Passage
from copytrail.runs import PASSAGE_WORDS
from copytrail.words import QUOTED

PASSAGE_CHARACTERS: Final = 130  # of the shorter side of a rewritten passage
WALL_WORDS: Final = 25  # equal words of a copy that may stay a passage of its own within a rewritten stretch
WALL_SHARE: Final = 0.5  # of such a stretch that copies make up
LONG_WORDS: Final = 80  # equal words of a copy that is a passage of its own in any case
BREAK_WORDS: Final = 25  # between two copies that are one passage, in either text
BREAK_SHARE: Final = 0.4  # of the equal words of the shorter copy that these may be
EDGE_WORDS: Final = 8  # that an edge may move to where a sentence begins or ends
ARTICLE_WORDS: Final = 400  # of an article in which any copy of `PASSAGE_WORDS` is shown
CHANCE_WORDS: Final = 3  # more for each doubling of the places where two longer texts may meet by chance
MOST_SPEECH: Final = 250  # words that a quotation within one paragraph may have


@dataclass(frozen=True, slots=True)
class Span:
    """A passage by word numbers, ends exclusive; `equal` of its words are the same in both texts."""

    a: tuple[int, int]
    b: tuple[int, int]
    grade: Grade
    score: float
    equal: int = 0

    def overlaps(self, other: Span | Fragment) -> bool:
        """Whether both share words of both texts."""
        in_a = self.a[0] < other.a[1] and other.a[0] < self.a[1]
        return in_a and self.b[0] < other.b[1] and other.b[0] < self.b[1]

    def goes_on(self, later: Span) -> bool:
        """Whether both are copies and a reader would see the later one as the same passage going on."""
        if self.grade is Grade.REWRITE or later.grade is Grade.REWRITE:
            return False
        gaps = (later.a[0] - self.a[1], later.b[0] - self.b[1])
        return min(gaps) >= 0 and max(gaps) <= min(BREAK_WORDS, BREAK_SHARE * min(self.equal, later.equal))

    def joined(self, other: Span) -> Span:
        """One passage that holds both: rewritten if either is, else copied with edits."""
        a = (min(self.a[0], other.a[0]), max(self.a[1], other.a[1]))
        b = (min(self.b[0], other.b[0]), max(self.b[1], other.b[1]))
        if Grade.REWRITE in (self.grade, other.grade):
            return replace(self, a=a, b=b, grade=Grade.REWRITE)
        equal = self.equal + other.equal
        return Span(a, b, Grade.MINOR_EDITS, equal / max(a[1] - a[0], b[1] - b[0]), equal)


def copied(runs: Numbers) -> list[Span]:
    """Passages shared word for word, or with small edits, in the order of text a, from the rows of `join_runs`."""
    return [
        Span(
            (low, high),
            (start, stop),
            Grade.IDENTICAL if whole and high - low == stop - start else Grade.MINOR_EDITS,
            equal / max(high - low, stop - start),
            equal,
        )
        for low, high, start, stop, equal, whole in runs.tolist()
    ]


def rewritten(
    a: Document, b: Document, walls: Sequence[Span] = (), guesses: tuple[Numbers, Floats] | None = None
) -> list[Fragment]:
    """Stretches that say the same in other words and are long enough to be shown, best first, none within `walls`.

    `guesses`: see `fragments`.
    """
    taken_a, taken_b = covered(len(a), [w.a for w in walls]), covered(len(b), [w.b for w in walls])
    return [
        each
        for each in fragments(a, b, taken_a, taken_b, guesses)
        if min(_characters(a, each.a), _characters(b, each.b)) >= PASSAGE_CHARACTERS
    ]


def passages(
    a: Document, b: Document, copies: Sequence[Span], stretches: Sequence[Fragment], bar: float
) -> list[Span]:
    """All passages as a person would mark them: of `copies`, and of `stretches` with scores from `bar` (0 to 1).

    A short copy within a rewritten stretch is part of it. A stretch that is mostly copied is marked as the copies that
    it is made of, and as rewritten only between them.
    """
    chosen = [each for each in stretches if each.score >= bar]
    walls = [copy for each in chosen for copy in _copies_apart(each, copies)]
    if walls:
        chosen = [each for each in rewritten(a, b, walls) if each.score >= bar]
    marks = _marked(a, b, chosen, walls)
    least = _least_words(a, b)
    alone = [copy for copy in copies if copy.equal >= least and not any(map(copy.overlaps, marks))]
    for copy in copies:
        for at, mark in enumerate(marks):
            grown = mark.joined(copy) if mark.overlaps(copy) else mark
            if (grown.a, grown.b) != (mark.a, mark.b) and not any(
                grown.overlaps(other) for other in (*marks[:at], *marks[at + 1 :], *alone)
            ):
                marks[at] = grown
    return _continued(sorted(marks + alone, key=lambda span: (span.a, span.b)))


def _copies_apart(stretch: Fragment, copies: Sequence[Span]) -> list[Span]:
    """The copies in a rewritten stretch that are passages of their own: long ones, or all if they make it up."""
    inside = [copy for copy in copies if copy.equal >= WALL_WORDS and copy.overlaps(stretch)]
    longest = max(stretch.a[1] - stretch.a[0], stretch.b[1] - stretch.b[0])
    if sum(copy.equal for copy in inside) >= WALL_SHARE * longest:
        return inside
    return [copy for copy in inside if copy.equal >= LONG_WORDS]


def _continued(spans: Sequence[Span]) -> list[Span]:
    """The spans, those copies joined that go on in both texts after a sentence or so of the other's own."""
    out: list[Span] = []
    for span in spans:
        if out and out[-1].goes_on(span):
            out[-1] = out[-1].joined(span)
        else:
            out.append(span)
    return out


def _marked(a: Document, b: Document, chosen: Sequence[Fragment], walls: Sequence[Span]) -> list[Span]:
    taken_a = covered(len(a), [each.a for each in chosen] + [wall.a for wall in walls])
    taken_b = covered(len(b), [each.b for each in chosen] + [wall.b for wall in walls])
    return [
        Span(
            _whole_sentences(a.sentence, each.a, taken_a),
            _whole_sentences(b.sentence, each.b, taken_b),
            Grade.REWRITE,
            (each.of_a + each.of_b) / 2,
        )
        for each in chosen
    ]


def _whole_sentences(bounds: Numbers, words: tuple[int, int], taken: Bools) -> tuple[int, int]:
    """A stretch whose edges moved to where sentences begin and end nearby, and takes these words from no other."""
    low, high = _nearest(bounds, words[0]), _nearest(bounds, words[1])
    if low >= high:
        return words
    low = words[0] if taken[low : words[0]].any() else low
    high = words[1] if taken[words[1] : high].any() else high
    taken[low:high] = True
    return low, high


def _nearest(bounds: Numbers, word: int) -> int:
    """The bound next to a word, or the word when there is none within `EDGE_WORDS`."""
    after = int(bounds.searchsorted(word))
    near = min(bounds[max(0, after - 1) : after + 1].tolist(), key=lambda bound: abs(bound - word))
    return near if abs(near - word) <= EDGE_WORDS else word


def _least_words(a: Document, b: Document) -> float:
    """Equal words of a copy that stands alone: the more two texts say, the more phrases they share by chance."""
    return PASSAGE_WORDS + CHANCE_WORDS * max(0.0, log2(len(a) * len(b) / ARTICLE_WORDS**2))


def _characters(document: Document, words: tuple[int, int]) -> int:
    start, stop = _offsets(document, words)
    return stop - start


def covered(words: int, spans: Sequence[tuple[int, int]]) -> Bools:
    """Which words of a text lie in any of the spans."""
    inside = np.zeros(words, np.bool_)
    for low, high in spans:
        inside[low:high] = True
    return inside


def share_covered(document: Document, spans: Sequence[tuple[int, int]]) -> float:
    """The share (0 to 1) of a text's words that lie in any of the spans."""
    return int(np.count_nonzero(covered(len(document), spans))) / len(document)


def own_words(document: Document, spans: Sequence[tuple[int, int]]) -> int:
    """How many words in the spans are the reporter's own, not direct speech."""
    if not spans:
        return 0
    own = _own(document.flags)
    return sum(int(np.count_nonzero(own[low:high])) for low, high in spans)


@compiled
def _own(flags: Bytes) -> Bools:
    """Which words are not direct speech.

    After a stray quotation mark whole pages seem to be speech: more than `MOST_SPEECH` words are nobody's quotation.
    """
    own = np.empty(len(flags), np.bool_)
    i = 0
    while i < len(flags):
        stop = i
        while stop < len(flags) and flags[stop] & QUOTED:
            stop += 1
        own[i:stop] = stop - i > MOST_SPEECH
        if stop < len(flags):
            own[stop] = True
        i = stop + 1
    return own


def located(a: Document, b: Document, spans: Sequence[Span]) -> tuple[Passage, ...]:
    """The passages with offsets in both texts as they were given, in the order of text a."""
    passages = [Passage(_offsets(a, s.a), _offsets(b, s.b), s.grade, s.score) for s in spans]
    return tuple(sorted(passages, key=lambda passage: (passage.a, passage.b)))


def _offsets(document: Document, words: tuple[int, int]) -> tuple[int, int]:
    return int(document.start[words[0]]), int(document.stop[words[1] - 1])
