"""Islands: a passage taken into a text that is about something else.

A verdict on two texts as wholes cannot see it. So the best fragment is weighed for itself: how much it shares, how
small a part of the texts it is, and how likely both report one event anyway. In two reports of one event, sentences
that say the same are no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Final

import numpy as np

from copytrail.compiled import Floats, Numbers, compiled
from copytrail.document import Document
from copytrail.fragments import LIKELY, Fragment
from copytrail.passages import own_words

LEAST_TERMS: Final = 8  # distinct shared stems
# A logistic curve over these, fitted to texts with planted passages against independent reports.
_SHIFT, _PER_TERMS, _PER_LEAST, _PER_MOST, _PER_SHARE, _PER_EVENT = -24.0, 5.5, 1.8, 5.0, -2.1, -3.0


@compiled
def most_telling(rows: Numbers, shares: Floats, a_words: int, b_words: int) -> float:
    """More than any of these fragments can tell `island` before it asks for the event and for direct speech.

    `rows` and `shares` are those of `copytrail.fragments.guessed`; minus infinity when none has enough terms.
    """
    most = -np.inf
    for r in range(len(rows)):
        low, high, start, stop, terms, _ = rows[r]
        if terms >= LEAST_TERMS:
            part = min((high - low) / a_words, (stop - start) / b_words)
            least, best = min(shares[r, 0], shares[r, 1]), max(shares[r, 0], shares[r, 1])
            told = _PER_TERMS * np.log(terms) + _PER_LEAST * least + _PER_MOST * best
            most = max(most, _SHIFT + told + _PER_SHARE * np.log(part + 0.005))
    return float(most)


def bound(told: float, event: float) -> float:
    """The most that `island` can be (0 to 1) when the fragments tell no more than `told` (see `most_telling`)."""
    total = told + 1e-6 + _PER_EVENT * log((event + 0.01) / (1.01 - event))
    return 1 / (1 + exp(-total)) if total > -700 else 0.0


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
    part = min(of_a / len(a.traits.term), of_b / len(b.traits.term))
    total = (
        _SHIFT
        + _PER_TERMS * log(terms)
        + _PER_LEAST * min(best.of_a, best.of_b)
        + _PER_MOST * max(best.of_a, best.of_b)
        + _PER_SHARE * log(part + 0.005)
        + _PER_EVENT * log((event + 0.01) / (1.01 - event))
    )
    return 1 / (1 + exp(-total))
