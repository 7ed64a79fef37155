"""Two texts side by side for people: the verdict, then every sentence beside those that say the same."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from copytrail.cli.printing import GRADE_STYLE, RELATION_STYLE, plain
from copytrail.document import Document
from copytrail.pairs import Row, Sentence, sentences, side_by_side
from copytrail.report import Report
from copytrail.wording import SAID, percent

_FURNITURE = "dim strike"
Spans = Sequence[tuple[int, int]]


def print_texts(console: Console, report: Report, a: tuple[str, Document], b: tuple[str, Document]) -> None:
    """The verdict on two texts, each given with its name, and all of both, coloured by how it was taken over.

    The words that both sides have are bold, site furniture is struck through, and the first column says in words
    what the colour of a row means.
    """
    console.print(_verdict(report, a[0], b[0]))
    rows = side_by_side(a[1], b[1], report.passages)
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1))
    table.add_column("", width=12)
    table.add_column(plain(a[0]), ratio=1)
    table.add_column(plain(b[0]), ratio=1)
    for row in rows:
        _add(table, row, a[1], b[1])
    _add_rest(table, b, {sentence for row in rows for sentence in row.b})
    console.print(table)


def _add(table: Table, row: Row, a: Document, b: Document) -> None:
    style = GRADE_STYLE[row.grade.value] if row.grade else ""
    said = Text(SAID[row.grade.value] if row.grade else "", style=style)
    left, right = _side(a, row.a, row.same_a, style), _side(b, row.b, row.same_b, style)
    table.add_row(said, left, right, end_section=not row.grade)


def _add_rest(table: Table, b: tuple[str, Document], shown: set[Sentence]) -> None:
    """What text b has and the other has not, in the order of b."""
    rest = [sentence for sentence in sentences(b[1]) if sentence not in shown]
    if rest:
        table.add_row(Text("only there", style="dim"), "", _side(b[1], rest, (), ""))


def _side(document: Document, shown: Sequence[Sentence], same: Spans, style: str) -> Text:
    text = Text(style=style)
    for sentence in shown:
        if text:
            text.append("\n\n" if sentence.opens else " ")
        text.append_text(_marked(document, sentence, same))
    return text


def _marked(document: Document, sentence: Sentence, same: Spans) -> Text:
    """The sentence with the words in bold that both sides have, cleaned piece by piece as offsets are the text's."""
    text, at = Text(style=_FURNITURE if sentence.number is None else ""), sentence.start
    for low, high in (span for span in same if sentence.start <= span[0] and span[1] <= sentence.stop):
        text.append(plain(document.text[at:low]))
        text.append(plain(document.text[low:high]), "bold")
        at = high
    return text.append(plain(document.text[at : sentence.stop]))


def _verdict(report: Report, a: str, b: str) -> Text:
    verdict = Text()
    verdict.append(SAID[report.relation.value], style=RELATION_STYLE[report.relation.value])
    verdict.append(f"  score {report.score:.2f}  shared 5-word runs {percent(report.jaccard)}\n")
    verdict.append(f"{percent(report.a_in_b)} of {plain(a)} is found in {plain(b)}, ")
    verdict.append(f"{percent(report.b_in_a)} of {plain(b)} in {plain(a)}")
    if report.flags:
        verdict.append(f"\nnoted: {', '.join(sorted(report.flags))}", style="dim")
    return verdict
