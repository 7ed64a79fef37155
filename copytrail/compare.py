"""The verdict on two texts, from the texts themselves.

Copied words decide first: they can be shown side by side. Where little was copied, the trained model says how likely
it is that one text was rewritten from the other; below its threshold the texts only share an event, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.alignment import Alignment
from copytrail.document import Document, analyse
from copytrail.features import signals
from copytrail.model import model
from copytrail.passages import Span, copied, covered, located, own_words, rewritten
from copytrail.report import Grade, Relation, Report

NEAR_COPY_SHARE: Final = 0.6  # of the words of both texts that lie in copied passages
WHOLE_SHARE: Final = 0.75  # of the words of one text, all of which the other contains
EXCERPT_WORDS: Final = 35  # a reporter's own words copied that no two reporters write by chance
JOIN_WORDS: Final = (
    75  # own words copied that make an excerpt part of the story: more than a common paragraph
)
COPIED_SCORE: Final = 0.97  # of an excerpt of `EXCERPT_WORDS` words; tends to 1 with more

_SAME_EVENT: Final = 0.5  # probability of one event from which texts that are no copies are called so


def compare_texts(a: str, b: str) -> Report:
    """Compare two texts as they are."""
    return compare(analyse(a), analyse(b))


def compare(a: Document, b: Document) -> Report:
    """The report on two analysed texts; `compare(b, a)` is the same report seen from the other side."""
    if (len(b), b.text) < (len(a), a.text):
        return _compare(b, a).swapped()
    return _compare(a, b)


def _compare(a: Document, b: Document) -> Report:
    flags = a.disguises | b.disguises
    if len(a) and np.array_equal(a.hash, b.hash):
        return _identical(a, b, flags)
    if not (a.sufficient and b.sufficient):
        return Report(
            Relation.UNRELATED, 0.0, 0.0, 0.0, 0.0, flags=tuple(sorted(flags | {"insufficient_text"}))
        )
    values = signals(a, b)
    copies = copied(a, b)
    measure = _Copied.of(a, b, copies)
    rewrite, event = model().reuse.probability(values), model().event.probability(values)
    if measure.own_words >= EXCERPT_WORDS:
        rewrite = _rewrite_beside(a, b, copies)
    relation = _relation(measure, rewrite, event, model().threshold(len(a)))
    spans = (
        copies + rewritten(a, b, Alignment(a.statements, b.statements), copies) if relation.is_reuse else []
    )
    if measure.words and not measure.own_words and not relation.is_reuse:
        flags |= {"shared_quotes_only"}
    return Report(
        relation=relation,
        score=min(0.9999, max(rewrite, measure.score)),
        jaccard=_jaccard(a, b),
        a_in_b=float(covered(len(a), [s.a for s in spans]).mean()),
        b_in_a=float(covered(len(b), [s.b for s in spans]).mean()),
        passages=located(a, b, spans),
        evidence={
            "rewrite_probability": rewrite,
            "same_event_probability": event,
            "copied_words": measure.words,
            "copied_own_words": measure.own_words,
        },
        flags=tuple(sorted(flags)),
        joins=relation in (Relation.NEAR_COPY, Relation.REWRITE) or measure.joins,
    )


@dataclass(frozen=True, slots=True)
class _Copied:
    """What was copied word for word: words in all, the reporter's own of them, shares of text a and b."""

    words: int
    own_words: int
    of_a: float
    of_b: float

    @classmethod
    def of(cls, a: Document, b: Document, copies: list[Span]) -> _Copied:
        own = min(own_words(a, [s.a for s in copies]), own_words(b, [s.b for s in copies]))
        shares = covered(len(a), [s.a for s in copies]).mean(), covered(len(b), [s.b for s in copies]).mean()
        return cls(sum(s.equal for s in copies), own, float(shares[0]), float(shares[1]))

    @property
    def score(self) -> float:
        """How likely so many copied words are reuse: rises with them, and past `COPIED_SCORE` at an excerpt."""
        if self.own_words < EXCERPT_WORDS:
            return 0.5 * self.own_words / EXCERPT_WORDS
        return 1 - (1 - COPIED_SCORE) * EXCERPT_WORDS / self.own_words

    @property
    def joins(self) -> bool:
        """Whether the excerpt alone makes both texts part of one story."""
        return self.own_words >= JOIN_WORDS or (
            self.own_words >= EXCERPT_WORDS and max(self.of_a, self.of_b) >= WHOLE_SHARE
        )


def _relation(measure: _Copied, rewrite: float, event: float, threshold: float) -> Relation:
    if min(measure.of_a, measure.of_b) >= NEAR_COPY_SHARE:
        return Relation.NEAR_COPY
    if rewrite >= threshold:
        return Relation.REWRITE
    if measure.own_words >= EXCERPT_WORDS:
        return Relation.PARTIAL_COPY
    return Relation.SAME_EVENT if max(event, rewrite) >= _SAME_EVENT else Relation.UNRELATED


def _rewrite_beside(a: Document, b: Document, copies: list[Span]) -> float:
    """How likely what is left of both texts without the copied passages is a rewrite: an excerpt alone is none."""
    rest_a, rest_b = a.without([s.a for s in copies]), b.without([s.b for s in copies])
    if not (rest_a.sufficient and rest_b.sufficient):
        return 0.0
    return model().reuse.probability(signals(rest_a, rest_b))


def _identical(a: Document, b: Document, flags: frozenset[str]) -> Report:
    whole = Span((0, len(a)), (0, len(b)), Grade.IDENTICAL, 1.0, len(a))
    return Report(
        Relation.IDENTICAL,
        1.0,
        1.0,
        1.0,
        1.0,
        located(a, b, [whole]),
        flags=tuple(sorted(flags)),
        joins=a.sufficient,
    )


def _jaccard(a: Document, b: Document) -> float:
    x, y = a.shingles[5], b.shingles[5]
    union = len(np.union1d(x, y))
    return len(np.intersect1d(x, y, assume_unique=True)) / union if union else 0.0
