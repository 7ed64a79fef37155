"""The verdict on two texts, from the texts themselves.

Copied words decide first: they can be shown side by side. Where little was copied, the trained model says how likely
it is that one text was rewritten from the other; below its threshold the texts only share an event, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np

from copytrail.compiled import Numbers
from copytrail.document import Document, analyse
from copytrail.evidence import HEARD, least_score, support_of
from copytrail.fragments import LIKELY, Fragment
from copytrail.islands import island
from copytrail.measures import Bars, Measures, measures
from copytrail.model import model
from copytrail.passages import Span, copied, located, own_words, passages, rewritten, share_covered
from copytrail.report import Grade, Passage, Relation, Report
from copytrail.rest import rest_signals

NEAR_COPY_SHARE: Final = 0.6  # of the words of both texts that lie in copied passages
WHOLE_SHARE: Final = 0.75  # of the words of one text, all of which the other contains
EXCERPT_WORDS: Final = 35  # a reporter's own words copied that no two reporters write by chance
JOIN_WORDS: Final = (
    75  # own words copied that make an excerpt part of the story: more than a common paragraph
)
COPIED_SCORE: Final = 0.97  # of an excerpt of `EXCERPT_WORDS` words; tends to 1 with more
SAME_EVENT_SCORE: Final = 0.5  # probability of one event from which texts that are no copies are called so
STRETCH_SCORE: Final = 0.85  # probability of a rewritten stretch from which it decides, whatever surrounds it
SHOWN_SCORE: Final = 0.1  # from which it is shown
OWN_BESIDE: Final = (
    0.1  # of copied words that are the reporter's own where only quotes are shared: "she said"
)
KNOWN_BAR: Final = 0.1  # score of the stretches shown where the texts as wholes are reuse
MOVED_WORDS: Final = 20  # words copied to another place that show the order was changed
MOST_CERTAIN: Final = 0.9999  # the score of texts that are not identical


def compare_texts(a: str, b: str) -> Report:
    """Compare two texts as they are."""
    return compare(analyse(a), analyse(b))


def compare(a: Document, b: Document) -> Report:
    """The report on two analysed texts; `compare(b, a)` is the same report seen from the other side."""
    if (len(b), b.text) < (len(a), a.text):
        return _compare(b, a).swapped()
    return _compare(a, b)


def heard(a: Document, b: Document) -> Report | None:
    """The report of `compare` where it is evidence: where a text was reused, or the pair supports a cluster.

    Of most candidates that takes a glance at their measures, and no passage need be marked.
    """
    if (len(b), b.text) < (len(a), a.text):
        report = _heard(b, a)
        return report.swapped() if report else None
    return _heard(a, b)


def _compare(a: Document, b: Document) -> Report:
    return _settled(a, b) or _report(a, b, measures(a, b))


def _heard(a: Document, b: Document) -> Report | None:
    report = _settled(a, b)
    if not report:
        common = measures(a, b, _bars(len(a)))
        if common.silent:
            return None
        report = _report(a, b, common)
    return report if report.relation.is_reuse or report.support >= HEARD else None


@lru_cache(2048)
def _bars(words: int) -> Bars:
    """What a pair whose shorter text has so many words must reach to be evidence."""
    score = least_score(HEARD, model().threshold(words))
    return Bars(min(float(EXCERPT_WORDS), NEAR_COPY_SHARE * words), score, STRETCH_SCORE)


def _settled(a: Document, b: Document) -> Report | None:
    """The report on texts that are identical or too short to be compared."""
    if np.array_equal(a.whole, b.whole) and (len(a.whole) or a.text == b.text):
        return _identical(a, b)
    if not (a.sufficient and b.sufficient):
        return Report(Relation.UNRELATED, 0.0, 0.0, 0.0, 0.0, flags=_flags(a, b, "insufficient_text"))
    return None


def _report(a: Document, b: Document, common: Measures) -> Report:
    truncated = ["truncated_text"] if a.truncated or b.truncated else []
    if common.silent:
        return Report(Relation.UNRELATED, 0.0, 0.0, 0.0, 0.0, flags=_flags(a, b, *truncated))
    copies = copied(common.copies)
    stretches = rewritten(a, b, guesses=common.guesses)
    found = _Found.measured(a, b, common, copies, stretches)
    spans = passages(a, b, copies, stretches, found.bar) if found.shown else []
    return Report(
        relation=found.relation,
        score=min(MOST_CERTAIN, max(found.rewrite, found.copied_score, found.told_score)),
        jaccard=common.jaccard,
        a_in_b=share_covered(a, [span.a for span in spans]),
        b_in_a=share_covered(b, [span.b for span in spans]),
        passages=located(a, b, spans),
        evidence=found.evidence(),
        flags=_flags(a, b, *truncated, *_remarks(found, copies)),
        joins=found.joins,
        support=found.support,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found between two texts.

    `words` were copied, `own_words` of them the reporter's own, in passages that cover `of_a` and `of_b` (0 to 1) of
    the texts. `rewrite` is the probability that one was rewritten from the other, or what is left of it beside an
    excerpt, against the `threshold` of texts this long. `event` is the probability that both report one event,
    `stretch` that a stretch of one was rewritten or summed up from the other, `shared` the same with direct speech;
    `summary`: there is a summary.
    """

    words: int
    own_words: int
    of_a: float
    of_b: float
    rewrite: float
    threshold: float
    event: float
    stretch: float
    shared: float
    summary: bool

    @classmethod
    def measured(
        cls, a: Document, b: Document, common: Measures, copies: list[Span], stretches: list[Fragment]
    ) -> Self:
        """What the measures, copies and stretches of two texts come to, the shorter first."""
        in_a, in_b = [span.a for span in copies], [span.b for span in copies]
        own = min(own_words(a, in_a), own_words(b, in_b))
        event = model().event.probability(common.values)
        told = island(a, b, stretches, event)
        return cls(
            words=sum(span.equal for span in copies),
            own_words=own,
            of_a=share_covered(a, in_a),
            of_b=share_covered(b, in_b),
            rewrite=_rest(a, b, common.copies)
            if own >= EXCERPT_WORDS
            else model().reuse.probability(common.values),
            threshold=model().threshold(len(a)),
            event=event,
            stretch=told.without_speech,
            shared=told.with_speech,
            summary=any(each.summary for each in stretches),
        )

    @property
    def relation(self) -> Relation:
        if min(self.of_a, self.of_b) >= NEAR_COPY_SHARE:
            return Relation.NEAR_COPY
        if self.rewrite >= self.threshold:
            return Relation.REWRITE
        if self.own_words >= EXCERPT_WORDS or self.stretch >= STRETCH_SCORE:
            return Relation.PARTIAL_COPY
        return (
            Relation.SAME_EVENT if max(self.event, self.rewrite) >= SAME_EVENT_SCORE else Relation.UNRELATED
        )

    @property
    def copied_score(self) -> float:
        """How likely so many copied words are reuse: rises with them, steeply where they become an excerpt."""
        if self.own_words < EXCERPT_WORDS:
            return 0.5 * (self.own_words / EXCERPT_WORDS) ** 3  # half an excerpt is next to nothing
        return 1 - (1 - COPIED_SCORE) * EXCERPT_WORDS / self.own_words

    @property
    def told_score(self) -> float:
        """The score that a rewritten stretch gives: that of its probability when it decides, else none."""
        return self.stretch if self.stretch >= STRETCH_SCORE else 0.0

    @property
    def shown(self) -> bool:
        """Whether passages are shown: also below what it takes to call texts reuse, for a reader to judge."""
        seen = self.relation.is_reuse or self.support >= HEARD
        return seen or self.summary or self.shared >= SHOWN_SCORE

    @property
    def bar(self) -> float:
        """How likely a stretch must be to be a passage: less where the texts as wholes are known to be reuse."""
        return KNOWN_BAR if self.rewrite >= self.threshold or self.support >= HEARD else LIKELY

    @property
    def joins(self) -> bool:
        if self.relation is Relation.PARTIAL_COPY:
            return self.own_words >= JOIN_WORDS or max(self.of_a, self.of_b) >= WHOLE_SHARE
        return self.relation.is_reuse

    @property
    def support(self) -> float:
        return support_of(self.rewrite, self.threshold)

    @property
    def only_quotes(self) -> bool:
        quotes = self.words > 0 and self.own_words <= OWN_BESIDE * self.words
        return quotes and not self.relation.is_reuse

    def evidence(self) -> dict[str, float]:
        return {
            "rewrite_probability": self.rewrite,
            "rewrite_threshold": self.threshold,
            "same_event_probability": self.event,
            "copied_words": self.words,
            "copied_own_words": self.own_words,
            "rewritten_passage_probability": self.stretch,
        }


def _rest(a: Document, b: Document, copies: Numbers) -> float:
    """How likely what is left of both texts without the copied passages is a rewrite: an excerpt alone is none."""
    values = rest_signals(a.written, b.written, copies)
    return model().reuse.probability(values) if len(values) else 0.0


def _identical(a: Document, b: Document) -> Report:
    flags = _flags(a, b, *([] if a.sufficient else ["insufficient_text"]))
    whole = (Passage(a.extent, b.extent, Grade.IDENTICAL, 1.0),) if len(a.whole) else ()
    return Report(Relation.IDENTICAL, 1.0, 1.0, 1.0, 1.0, whole, flags=flags, joins=a.sufficient)


def _remarks(found: _Found, copies: list[Span]) -> Iterator[str]:
    """Flags that the copied passages give reason for."""
    if found.only_quotes:
        yield "shared_quotes_only"
    starts = [span.b[0] for span in sorted(copies, key=lambda span: span.a) if span.equal >= MOVED_WORDS]
    if starts != sorted(starts):
        yield "reordered"


def _flags(a: Document, b: Document, *more: str) -> tuple[str, ...]:
    furniture = {"furniture_ignored"} if a.ignored or b.ignored else set()
    return tuple(sorted(a.disguises | b.disguises | furniture | set(more)))
