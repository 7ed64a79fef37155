"""Texts with their passages marked: what a page needs to show which stretch was found elsewhere, and how closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copytrail.document import Document
from copytrail.pairs import Row, Sentence, sentences, side_by_side
from copytrail.report import Grade, Passage

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that are marked alike.

    `grade` is that of the passage they lie in. `same`: a word that both texts have, in a rewritten sentence.
    `ignored`: site furniture, no evidence. `credit`: the text names a source here.
    """

    text: str
    grade: Grade | None = None
    same: bool = False
    ignored: bool = False
    credit: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as runs; `opens` when it begins a paragraph."""

    runs: tuple[Run, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Sentences of one text beside those of the other that say the same; `source` is empty where there are none."""

    source: tuple[Line, ...]
    member: tuple[Line, ...]
    grade: Grade | None


def beside(
    member: Document, source: Document, passages: Sequence[Passage], credits: Sequence[Span] = ()
) -> list[Beside]:
    """All of the member's text in rows beside its counterparts; in `passages` the member is a."""
    copied_a, copied_b = _copied(passages)
    return [
        Beside(
            tuple(_line(source, each, row, copied_b, row.same_b) for each in row.b),
            tuple(_line(member, each, row, copied_a, row.same_a, credits) for each in row.a),
            row.grade,
        )
        for row in side_by_side(member, source, passages)
    ]


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence of a text shown by itself, and the number of its row in the other one, None without counterpart."""

    row: int | None
    line: Line


def panes(
    a: Document, b: Document, passages: Sequence[Passage], credits: tuple[Sequence[Span], Sequence[Span]]
) -> tuple[list[Placed], list[Placed]]:
    """Both texts whole, each in its own order, with the credits of each; equal rows say the same."""
    copied_a, copied_b = _copied(passages)
    left: list[Placed] = []
    rows: dict[Sentence, tuple[int, Row]] = {}
    for number, row in enumerate(side_by_side(a, b, passages), 1):
        for each in row.a:
            line = _line(a, each, row, copied_a, row.same_a, credits[0])
            left.append(Placed(number if row.b else None, line))
        for each in row.b:
            rows.setdefault(each, (number, row))
    right: list[Placed] = []
    for each in sentences(b):
        place, row = rows.get(each, (None, Row((), (each,), None)))
        right.append(Placed(place, _line(b, each, row, copied_b, row.same_b, credits[1])))
    return left, right


def _copied(passages: Sequence[Passage]) -> tuple[list[tuple[Span, Grade]], list[tuple[Span, Grade]]]:
    """Where the copied passages are in text a and in text b."""
    copies = [passage for passage in passages if passage.grade is not Grade.REWRITE]
    return [(each.a, each.grade) for each in copies], [(each.b, each.grade) for each in copies]


def plain(document: Document, credits: Sequence[Span]) -> list[Placed]:
    """A text by itself, its credits and its furniture marked."""
    alone = Row((), (), None)
    return [Placed(None, _line(document, each, alone, (), (), credits)) for each in sentences(document)]


def _line(
    document: Document,
    sentence: Sentence,
    row: Row,
    copied: Sequence[tuple[Span, Grade]],
    same: Sequence[Span],
    credits: Sequence[Span] = (),
) -> Line:
    """A sentence: in copies what is equal is marked, in rewrites the whole, with the words that both have."""
    whole = row.grade is Grade.REWRITE
    marks = [((sentence.start, sentence.stop), Grade.REWRITE)] if whole else copied
    return Line(tuple(_runs(document, sentence, marks, same, credits, edited=not whole)), sentence.opens)


def _runs(
    document: Document,
    sentence: Sentence,
    marks: Sequence[tuple[Span, Grade]],
    same: Sequence[Span],
    credits: Sequence[Span],
    edited: bool,
) -> Iterable[Run]:
    if sentence.number is None:
        yield Run(document.text[sentence.start : sentence.stop], ignored=True)
        return
    changed = _changed(document, sentence, same) if edited else []
    edges = [edge for span in (*(span for span, _ in marks), *same, *credits, *changed) for edge in span]
    cuts = sorted({sentence.start, sentence.stop, *(e for e in edges if sentence.start < e < sentence.stop)})
    current = Run("")
    for low, high in zip(cuts, cuts[1:], strict=False):
        grade = next((grade for span, grade in marks if _holds(span, low)), None)
        credit = any(_holds(span, low) for span in credits)
        if not credit and any(_holds(span, low) for span in changed):
            grade = None
        bold = not edited and not credit and any(_holds(span, low) for span in same)
        run = Run(document.text[low:high], grade, bold, credit=credit)
        if _alike(run, current):
            current = Run(current.text + run.text, run.grade, run.same, credit=run.credit)
        else:
            if current.text:
                yield current
            current = run
    yield current


def _changed(document: Document, sentence: Sentence, same: Sequence[Span]) -> list[Span]:
    """The words of a sentence that its counterpart does not have, with the blanks between them."""
    if not same or sentence.number is None:
        return []
    known = {start for start, _ in same}
    words = range(document.sentence[sentence.number], document.sentence[sentence.number + 1])
    found: list[Span] = []
    previous = False
    for word in words:
        start, stop = int(document.start[word]), int(document.stop[word])
        new = start not in known
        if new and previous:
            found[-1] = (found[-1][0], stop)
        elif new:
            found.append((start, stop))
        previous = new
    return found


def _holds(span: Span, place: int) -> bool:
    return span[0] <= place < span[1]


def _alike(run: Run, other: Run) -> bool:
    return (run.grade, run.same, run.credit) == (other.grade, other.same, other.credit)
