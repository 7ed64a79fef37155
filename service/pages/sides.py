"""Two texts side by side: the verdict, and each text whole with its passages marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copytrail.compare import compare
from copytrail.document import Document
from copytrail.exports.case import Json, credits_of
from copytrail.exports.marking import Placed, panes


@dataclass(frozen=True)
class Side:
    """One of the two: its id when it is stored, what to call it, and its sentences."""

    id: str | None
    name: str
    title: str | None
    at: str | None
    lines: Sequence[Placed]


@dataclass(frozen=True)
class Sides:
    """Both, and the report on them as programs get it; `a` stands left."""

    a: Side
    b: Side
    report: Json


def of_articles(
    one: tuple[Json, Document], other: tuple[Json, Document], name_of: Callable[[Json], str]
) -> Sides:
    """Two stored articles, given as answers show them."""
    (a, text_a), (b, text_b) = one, other
    report = compare(text_a, text_b)
    left, right = panes(text_a, text_b, report.passages, (_credits(a), _credits(b)))
    sides = [
        Side(each["id"], name_of(each), each["title"], each["published_at"], lines)
        for each, lines in ((a, left), (b, right))
    ]
    return Sides(sides[0], sides[1], report.to_json())


def of_texts(a: Document, b: Document) -> Sides:
    """Two texts that nobody stored."""
    report = compare(a, b)
    left, right = panes(a, b, report.passages, ((), ()))
    return Sides(
        Side(None, "Text A", None, None, left), Side(None, "Text B", None, None, right), report.to_json()
    )


def _credits(article: Json) -> list[tuple[int, int]]:
    return credits_of(article) if "cited_sources" in article else []
