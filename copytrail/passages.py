"""Passages: where in both texts the same was said, word for word or sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.alignment import Alignment
from copytrail.compiled import Bools, Numbers
from copytrail.document import Document
from copytrail.report import Grade, Passage
from copytrail.runs import join_runs, shared_runs
from copytrail.words import QUOTED

REWRITE_LIKENESS: Final = 0.22  # mean likeness of the sentences of a rewritten passage
SKIPPED_SENTENCES: Final = 1  # without a partner that a rewritten passage may span, in either text


@dataclass(frozen=True, slots=True)
class Span:
    """A passage by word numbers, ends exclusive; `equal` of its words are the same in both texts."""

    a: tuple[int, int]
    b: tuple[int, int]
    grade: Grade
    score: float
    equal: int = 0


def copied(a: Document, b: Document) -> list[Span]:
    """Passages shared word for word, or with small edits, in the order of text a."""
    runs = shared_runs(a.hash, b.hash, a.run_hashes, b.run_hashes, b.run_order)
    return [
        Span(
            (low, high),
            (start, stop),
            Grade.IDENTICAL if whole and high - low == stop - start else Grade.MINOR_EDITS,
            equal / max(high - low, stop - start),
            equal,
        )
        for low, high, start, stop, equal, whole in join_runs(runs).tolist()
    ]


def rewritten(a: Document, b: Document, alignment: Alignment, known: Sequence[Span]) -> list[Span]:
    """Passages whose sentences follow each other in both texts and say the same, where nothing was copied."""
    taken_a, taken_b = covered(len(a), [s.a for s in known]), covered(len(b), [s.b for s in known])
    groups: list[list[tuple[int, int, float]]] = []
    for i, j, alike in alignment.path():
        if _mostly(taken_a, a.sentence, i) and _mostly(taken_b, b.sentence, j):
            continue
        if groups and _follows(groups[-1][-1], (i, j)):
            groups[-1].append((i, j, alike))
        else:
            groups.append([(i, j, alike)])
    return list(_spans(a, b, groups))


def _follows(last: tuple[int, int, float], pair: tuple[int, int]) -> bool:
    return max(pair[0] - last[0], pair[1] - last[1]) <= SKIPPED_SENTENCES + 1


def _mostly(taken: Bools, sentence: Numbers, index: int) -> bool:
    words = taken[sentence[index] : sentence[index + 1]]
    return bool(words.mean() > 0.5) if len(words) else True


def _spans(a: Document, b: Document, groups: Sequence[list[tuple[int, int, float]]]) -> Iterator[Span]:
    for group in groups:
        score = sum(alike for _, _, alike in group) / len(group)
        if score >= REWRITE_LIKENESS:
            (i, j, _), (i_last, j_last, _) = group[0], group[-1]
            yield Span(
                (int(a.sentence[i]), int(a.sentence[i_last + 1])),
                (int(b.sentence[j]), int(b.sentence[j_last + 1])),
                Grade.REWRITE,
                min(1.0, score),
            )


def covered(words: int, spans: Sequence[tuple[int, int]]) -> Bools:
    """Which words of a text lie in any of the spans."""
    inside = np.zeros(words, np.bool_)
    for low, high in spans:
        inside[low:high] = True
    return inside


def own_words(document: Document, spans: Sequence[tuple[int, int]]) -> int:
    """How many words in the spans are the reporter's own, not direct speech."""
    return int((covered(len(document), spans) & ((document.flags & np.uint8(QUOTED)) == 0)).sum())


def located(a: Document, b: Document, spans: Sequence[Span]) -> tuple[Passage, ...]:
    """The passages with offsets in both texts as they were given, in the order of text a."""
    passages = [
        Passage(
            (int(a.start[s.a[0]]), int(a.stop[s.a[1] - 1])),
            (int(b.start[s.b[0]]), int(b.stop[s.b[1] - 1])),
            s.grade,
            s.score,
        )
        for s in spans
    ]
    return tuple(sorted(passages, key=lambda passage: (passage.a, passage.b)))
