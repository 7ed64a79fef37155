"""Which sentence became which: two texts laid side by side, sentence by sentence.

A rewritten text is one long passage. For a reader to judge it, each sentence of one text stands beside the sentences of
the other that say the same. Nothing is decided here: only sentences within passages already found are paired.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from copytrail.alignment import CONTENT_WEIGHT, common_mass, likeness, shared_terms
from copytrail.compiled import Grid
from copytrail.document import Document
from copytrail.report import Grade, Passage

ALIKE: Final = 0.25  # likeness from which two sentences of a passage belong together, wherever they stand
ALIKE_BESIDE: Final = 0.12  # the same for sentences next to others that do
BESIDE: Final = 2  # sentences, in either text
SECOND: Final = 0.6  # of the best counterpart's likeness that a second one needs: a sentence made of two

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a text, punctuation included: offsets in code points, end exclusive.

    `number` is the sentence of the document; None for site furniture, which is no evidence. `opens`: it begins a
    paragraph.
    """

    start: int
    stop: int
    number: int | None
    opens: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Sentences of text a that follow each other, and those of text b that say the same, none if there are none.

    `grade` is that of the passage they lie in, None without a counterpart. `same_a` and `same_b` are where the words
    stand that both sides have (offsets): every word in copied passages, those that say something in rewritten ones.
    """

    a: tuple[Sentence, ...]
    b: tuple[Sentence, ...]
    grade: Grade | None
    same_a: tuple[tuple[int, int], ...] = ()
    same_b: tuple[tuple[int, int], ...] = ()


def sentences(document: Document) -> list[Sentence]:
    """The whole text cut where sentences and site furniture begin and end; only blanks lie between."""
    text = document.text
    numbers: dict[int, int] = {}
    for at, word in enumerate(document.sentence[:-1].tolist()):
        numbers[_opening(text, int(document.start[word]))] = at
    cuts = sorted({0, len(text), *numbers, *(edge for part in document.ignored for edge in part[:2])})
    found: list[Sentence] = []
    number: int | None = None
    for low, high in zip(cuts, cuts[1:], strict=False):
        number = numbers.get(low, number)
        start, stop = _stripped(text, low, high)
        if start == stop:
            continue
        furniture = any(part.start <= start < part.stop for part in document.ignored)
        wordless = np.searchsorted(document.start, low) == np.searchsorted(document.start, high)
        if found and wordless and not furniture:  # the full stop of what was left out
            found[-1] = replace(found[-1], stop=stop)
            continue
        opens = not found or "\n" in text[found[-1].stop : start]
        found.append(Sentence(start, stop, None if furniture else number, opens))
    return found


def _opening(text: str, start: int) -> int:
    """Where a sentence begins whose first word begins at `start`: before its opening quotation marks."""
    while start and (text[start - 1] in "\"'" or unicodedata.category(text[start - 1]) in ("Ps", "Pi")):
        start -= 1
    return start


def _stripped(text: str, low: int, high: int) -> tuple[int, int]:
    stretch = text[low:high]
    return low + len(stretch) - len(stretch.lstrip()), low + len(stretch.rstrip())


def side_by_side(a: Document, b: Document, passages: Sequence[Passage]) -> list[Row]:
    """All of text a in rows, in its order, each with its counterpart in b as far as `passages` hold one."""
    of_a, of_b = sentences(a), sentences(b)
    within = [(_within(of_a, p.a), _within(of_b, p.b), p.grade) for p in passages]
    partners = _partners(a, b, of_a, of_b, within)
    rows: list[Row] = []
    for at, sentence in enumerate(of_a):
        grade = next((grade for in_a, _, grade in within if in_a[at]), None) if partners[at] else None
        rows.append(Row((sentence,), tuple(of_b[other] for other in partners[at]), grade))
    return [_with_words(a, b, row) for row in _joined(rows)]


def _within(found: Sequence[Sentence], span: tuple[int, int]) -> Flags:
    """Which sentences share a character with the span and are no furniture."""
    return np.array(
        [s.start < span[1] and span[0] < s.stop and s.number is not None for s in found], np.bool_
    )


def _partners(
    a: Document,
    b: Document,
    of_a: Sequence[Sentence],
    of_b: Sequence[Sentence],
    within: Sequence[tuple[Flags, Flags, Grade]],
) -> list[list[int]]:
    """For each sentence of a the sentences of b that it goes with."""
    alike = _alike(a, b, of_a, of_b)
    allowed, copied = np.zeros(alike.shape, np.bool_), np.zeros(alike.shape, np.bool_)
    for in_a, in_b, grade in within:
        allowed |= np.outer(in_a, in_b)
        if grade is not Grade.REWRITE:
            copied |= np.outer(in_a, in_b)
    alike[~allowed] = 0
    chosen = _chosen(alike)
    return _filled([np.flatnonzero(row).tolist() for row in chosen], copied)


def _alike(a: Document, b: Document, of_a: Sequence[Sentence], of_b: Sequence[Sentence]) -> Grid:
    """Likeness of each two sentences, as cut here; furniture is like nothing."""
    grid = likeness(
        common_mass(a.statements, b.statements, shared_terms(a.statements, b.statements)),
        a.statements,
        b.statements,
    )
    padded = np.pad(grid, ((0, 1), (0, 1)))
    rows = [-1 if s.number is None else s.number for s in of_a]
    columns = [-1 if s.number is None else s.number for s in of_b]
    found: Grid = padded[np.ix_(rows, columns)]
    return found


def _chosen(alike: Grid) -> Flags:
    """Which pairs belong together: clearly alike ones, and weaker ones beside them."""
    if not alike.size:
        return alike > 0
    best = alike.max(axis=1, keepdims=True)
    clear = (alike >= ALIKE) & (alike >= SECOND * best)
    weak = (alike >= ALIKE_BESIDE) & (alike >= SECOND * best) & ~clear
    for i, j in np.argwhere(weak).tolist():
        near = clear[max(0, i - BESIDE) : i + BESIDE + 1, max(0, j - BESIDE) : j + BESIDE + 1]
        weak[i, j] = near.any()
    chosen: Flags = clear | weak
    return chosen


def _filled(partners: list[list[int]], copied: Flags) -> list[list[int]]:
    """The partners, with those of short sentences in copied passages: what stands between their neighbours'."""
    taken = {other for others in partners for other in others}
    for at, others in enumerate(partners):
        candidates = np.flatnonzero(copied[at])
        if others or not len(candidates):
            continue
        before = max(partners[at - 1], default=-1) if at else -1
        after = min(partners[at + 1], default=copied.shape[1]) if at + 1 < len(partners) else copied.shape[1]
        free = [int(other) for other in candidates if before < other < after and other not in taken]
        partners[at] = free[:1]
        taken.update(free[:1])
    return partners


def _joined(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, those joined that follow each other and go with the same sentence."""
    current: Row | None = None
    for row in rows:
        if current and row.grade is current.grade and set(row.b) & set(current.b):
            b = tuple(sorted({*current.b, *row.b}, key=lambda sentence: sentence.start))
            current = Row(current.a + row.a, b, row.grade)
            continue
        if current:
            yield current
        current = row
    if current:
        yield current


def _with_words(a: Document, b: Document, row: Row) -> Row:
    """The row with the places of the words that both of its sides have."""
    if not row.b:
        return row
    in_a, in_b = _words(a, row), _words(b, Row(row.b, row.a, row.grade))
    shared = in_a.keys() & in_b.keys()
    return replace(row, same_a=_places(a, in_a, shared), same_b=_places(b, in_b, shared))


def _words(document: Document, row: Row) -> dict[int, list[int]]:
    """The words of the first side: by stem those that say something; in copies all, exactly as they are."""
    found: dict[int, list[int]] = {}
    rewritten = row.grade is Grade.REWRITE
    for number in (sentence.number for sentence in row.a if sentence.number is not None):
        for word in range(document.sentence[number], document.sentence[number + 1]):
            if not rewritten or document.weight[word] >= CONTENT_WEIGHT:
                key = document.stem[word] if rewritten else document.hash[word]
                found.setdefault(int(key), []).append(word)
    return found


def _places(
    document: Document, words: Mapping[int, Sequence[int]], shared: Set[int]
) -> tuple[tuple[int, int], ...]:
    numbers = sorted(number for key in shared for number in words[key])
    return tuple((int(document.start[number]), int(document.stop[number])) for number in numbers)
