"""Islands: a passage taken into a text that is about something else.

A verdict on two texts as wholes cannot see it. So the best fragment is weighed for itself: how much it shares, how
small a part of the texts it is, and how likely both report one event anyway. In two reports of one event, sentences
that say the same are no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Final

from copytrail.document import Document
from copytrail.fragments import LIKELY, Fragment
from copytrail.passages import own_words

LEAST_TERMS: Final = 8  # distinct shared stems
# A logistic curve over these, fitted to texts with planted passages against independent reports.
_SHIFT, _PER_TERMS, _PER_LEAST, _PER_MOST, _PER_SHARE, _PER_EVENT = -24.0, 5.5, 1.8, 5.0, -2.1, -3.0


def island(
    a: Document, b: Document, found: Sequence[Fragment], event: float, *, without_speech: bool
) -> float:
    """How likely (0 to 1) the best fragment was taken from one text into the other.

    `event` is the probability that the texts as wholes report one event. Two reporters may write down the same speech:
    it is shown, and accuses nobody (`without_speech`).
    """
    fit = [each for each in found if each.score >= LIKELY]
    if not fit:
        return 0.0
    best = max(fit, key=lambda each: (each.score, each.a, each.b))
    of_a, of_b = ((span[1] - span[0]) for span in (best.a, best.b))
    terms = float(best.terms)
    if without_speech:
        terms *= min(own_words(a, [best.a]) / of_a, own_words(b, [best.b]) / of_b)
    if terms < LEAST_TERMS:
        return 0.0
    part = min(of_a / len(a), of_b / len(b))
    total = (
        _SHIFT
        + _PER_TERMS * log(terms)
        + _PER_LEAST * min(best.of_a, best.of_b)
        + _PER_MOST * max(best.of_a, best.of_b)
        + _PER_SHARE * log(part + 0.005)
        + _PER_EVENT * log((event + 0.01) / (1.01 - event))
    )
    return 1 / (1 + exp(-total))
