"""Which stored articles a checked text shares wording with, within what the request selects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from copytrail.candidates import Candidates, Hits, rank
from copytrail.compare import compare
from copytrail.document import Document
from copytrail.report import Report
from copytrail.sketch import sketch
from service.context import context, store
from service.selection import Selector

_COMPARED: Final = 100  # articles that are compared at most; as many again of those selected
_DEPTH: Final = 2000  # candidates among which those selected are looked for


def found(document: Document, selector: Selector, without_quotes: bool) -> tuple[dict[int, Report], bool]:
    """Reports by article number, seen from the text, and whether there may be more than could be looked at.

    What the request leaves out is compared, too, so that the answer can name it, but takes no place from what it
    selects.
    """
    (hits,) = store().find([sketch(document)])
    nearest = rank(hits, None, _COMPARED)
    numbers, truncated = nearest.numbers, nearest.truncated
    if selector.by_article:
        selected = _selected(hits, selector)
        numbers, truncated = tuple(dict.fromkeys(selected.numbers + numbers)), selected.truncated
    stored = {number: known for number, (_, known) in context().library.documents(numbers).items()}
    if without_quotes:
        stored = {number: known.without_quotes() for number, known in stored.items()}
    return {number: compare(document, known) for number, known in stored.items()}, truncated


def _selected(hits: Hits, selector: Selector) -> Candidates:
    """The best of the candidates that the request selects."""
    deep = rank(hits, None, _DEPTH)
    wanted = _wanted(deep.numbers, selector)
    inside = np.isin(hits.numbers, wanted)
    best = rank(Hits(hits.buckets[inside], hits.numbers[inside], hits.truncated), None, _COMPARED)
    return Candidates(best.numbers, best.truncated or deep.truncated)


def _wanted(numbers: Sequence[int], selector: Selector) -> list[int]:
    records = store().records(numbers)
    return [record.number for record in records if record and selector.excludes(record) is None]
