"""Islands: a passage taken into a text that is about something else.

A verdict on two texts as wholes cannot see it. So the best fragment is weighed for itself: how much it shares, how
small a part of the texts it is, and how likely both report one event anyway. In two reports of one event, sentences
that say the same are no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Floats, Numbers, compiled
from copytrail.density import densest
from copytrail.document import Document
from copytrail.fragments import LIKELY, Fragment, margin
from copytrail.passages import own_words
from copytrail.sides import Side

LEAST_TERMS: Final = 8  # distinct shared stems
STEP: Final = 3  # in numbers of terms for which what stretches could tell is bounded
ROUNDING: Final = 1e-5  # of a logit, at the most
# A logistic curve over these, fitted to texts with planted passages against independent reports.
_SHIFT, _PER_TERMS, _PER_LEAST, _PER_MOST, _PER_SHARE, _PER_EVENT = -24.0, 5.5, 1.8, 5.0, -2.1, -3.0


@compiled
def most_telling(rows: Numbers, shares: Floats, a_words: int, b_words: int) -> float:
    """More than any of these fragments can tell `island` before it asks for the event and for direct speech.

    `rows` and `shares` are those of `copytrail.fragments.guessed`; minus infinity when none has enough terms or is
    likely.
    """
    most = -np.inf
    for r in range(len(rows)):
        low, high, start, stop, terms, _ = rows[r]
        if terms >= LEAST_TERMS:
            part = min((high - low) / a_words, (stop - start) / b_words)
            least, best = min(shares[r, 0], shares[r, 1]), max(shares[r, 0], shares[r, 1])
            if margin(terms, least, best) >= -ROUNDING:
                most = max(most, _telling(terms, least, best, part))
    return float(most)


@compiled
def least_told(bar: float, event: float) -> float:
    """How much fragments must tell (see `most_telling`) before `island` can reach the probability `bar` (0 to 1)."""
    return float(np.log(bar / (1 - bar)) - _PER_EVENT * np.log((event + 0.01) / (1.01 - event)) - ROUNDING)


@compiled
def could_tell(a: Side, b: Side, shared: int, told: float) -> bool:
    """Whether stretches of two texts that share so many stems could tell that much; known without looking for any.

    A stretch with many shared words must take what lies between them along. So for each number of terms no stretch
    has more in common than the densest ones of both texts, nor is it shorter than the shortest.
    """
    a_words, b_words = len(a.before) - 1, len(b.before) - 1
    first = LEAST_TERMS
    while first <= shared and _telling(first, 1.0, 1.0, first / max(a_words, b_words)) < told:
        first += 1
    if first > shared:
        return False
    in_a, in_b = densest(a, first, shared, STEP), densest(b, first, shared, STEP)
    for k in range(len(in_a)):
        terms = min(first + (k + 1) * STEP - 1, shared)
        least, most = min(in_a[k, 0], in_b[k, 0]), max(in_a[k, 0], in_b[k, 0])
        part = min(in_a[k, 1] / a_words, in_b[k, 1] / b_words)
        if margin(terms, least, most) >= -ROUNDING and _telling(terms, least, most, part) >= told:
            return True
    return False


@compiled
def _telling(terms: float, least: float, most: float, part: float) -> float:
    """The logit that stretches have of being taken over, but for the event: see `island`."""
    shares = _PER_LEAST * least + _PER_MOST * most
    return float(_SHIFT + _PER_TERMS * np.log(terms) + shares + _PER_SHARE * np.log(part + 0.005))


class Island(NamedTuple):
    """How likely (0 to 1) a fragment was taken from one text into the other.

    Two reporters may write down the same speech: it is shown, and accuses nobody.
    """

    with_speech: float
    without_speech: float


def island(a: Document, b: Document, found: Sequence[Fragment], event: float) -> Island:
    """How likely the best fragment was taken over; `event` is the probability that the texts as wholes report one."""
    fit = [each for each in found if each.score >= LIKELY]
    if not fit:
        return Island(0.0, 0.0)
    best = max(fit, key=lambda each: (each.score, each.a, each.b))
    of_a, of_b = ((span[1] - span[0]) for span in (best.a, best.b))
    own = min(own_words(a, [best.a]) / of_a, own_words(b, [best.b]) / of_b)
    part = min(of_a / a.traits.compared, of_b / b.traits.compared)
    return Island(_taken(best, best.terms, part, event), _taken(best, best.terms * own, part, event))


def _taken(best: Fragment, terms: float, part: float, event: float) -> float:
    if terms < LEAST_TERMS:
        return 0.0
    told = _telling(float(terms), min(best.of_a, best.of_b), max(best.of_a, best.of_b), part)
    return 1 / (1 + exp(-(told + _PER_EVENT * log((event + 0.01) / (1.01 - event)))))
