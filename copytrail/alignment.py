"""Sentences of two texts against each other: how alike they are and which follow each other in the same order.

What separates a rewrite from a second report of the same event is that it makes the same statements in the same
order, so everything here is kept by sentence.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Bytes, Codes, Floats, Grid, Numbers, compiled
from copytrail.words import CAPITAL, NUMBER, OPENS_SENTENCE, QUOTED

CONTENT_WEIGHT: Final = 0.9  # stems in more than four of ten articles carry no statement
NOISE: Final = 0.15  # likeness below which two sentences have nothing to do with each other
ORDINARY, NAME, NUMERAL = 0, 1, 2


class Statements(NamedTuple):
    """The content of a text, by sentence: k distinct stems a sentence, m sentences.

    `term` (uint32[k]) stem codes, in the order of the text; `weight` (float32[k]); `sort` (uint8[k]) ORDINARY, NAME or
    NUMERAL; `sentence` (int32[k]) the sentence each is in; `place` (float32[k]) where in the text, 0 to 1; `by_term`
    (int32[k]) the order by stem; `mass` (float32[m]) sum of weights of a sentence.
    """

    term: Codes
    weight: Floats
    sort: Bytes
    sentence: Numbers
    place: Floats
    by_term: Numbers
    mass: Floats


def statements(
    stem: Codes,
    weight: Floats,
    flags: Bytes,
    bounds: Numbers,
    *,
    without_speech: bool,
) -> Statements:
    """The content stems of each sentence, from a document's arrays; without direct speech if so asked."""
    return Statements(*_statements(stem, weight, flags, bounds, without_speech))


@compiled
def _statements(
    stem: Codes, weight: Floats, flags: Bytes, bounds: Numbers, without_speech: bool
) -> tuple[Codes, Floats, Bytes, Numbers, Floats, Numbers, Floats]:
    chosen = np.empty(len(stem), np.int32)
    sentence = np.empty(len(stem), np.int32)
    sort = np.empty(len(stem), np.uint8)
    mass = np.zeros(len(bounds) - 1, np.float32)
    count = 0
    for s in range(len(bounds) - 1):
        first = count
        for i in range(bounds[s], bounds[s + 1]):
            if weight[i] < CONTENT_WEIGHT or (without_speech and flags[i] & QUOTED):
                continue
            seen = False
            for k in range(first, count):
                seen |= stem[chosen[k]] == stem[i]
            if not seen:
                named = flags[i] & CAPITAL and not flags[i] & OPENS_SENTENCE
                sort[count] = NUMERAL if flags[i] & NUMBER else (NAME if named else ORDINARY)
                chosen[count], sentence[count] = i, s
                mass[s] += weight[i]
                count += 1
    chosen = chosen[:count]
    terms = stem[chosen]
    place = (chosen / max(1, len(stem))).astype(np.float32)
    by_term = np.argsort(terms, kind="mergesort").astype(np.int32)
    return terms, weight[chosen], sort[:count], sentence[:count], place, by_term, mass


@compiled
def shared_terms(a: Statements, b: Statements) -> Numbers:
    """Bounds of every shared stem's occurrences: rows (from, to) in `a.by_term` and (from, to) in `b.by_term`."""
    rows = np.empty((min(len(a.term), len(b.term)), 4), np.int32)
    count, i, j = 0, 0, 0
    while i < len(a.term) and j < len(b.term):
        left, right = a.term[a.by_term[i]], b.term[b.by_term[j]]
        i_end, j_end = i, j
        while i_end < len(a.term) and a.term[a.by_term[i_end]] == left:
            i_end += 1
        while j_end < len(b.term) and b.term[b.by_term[j_end]] == right:
            j_end += 1
        if left == right:
            rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = i, i_end, j, j_end
            count += 1
        if left <= right:
            i = i_end
        if right <= left:
            j = j_end
    return rows[:count]


@compiled
def common_mass(a: Statements, b: Statements, rows: Numbers) -> Grid:
    """Matrix (m_a, m_b) of the weight that two sentences share.

    A stem counts the less the more sentences of this pair have it: what the whole story is about is no evidence for
    any two of its sentences.
    """
    shared = np.zeros((len(a.mass), len(b.mass)), np.float32)
    for r in range(len(rows)):
        i, i_end, j, j_end = rows[r]
        rarity = 1.0 / np.sqrt(max(1.0, 0.5 * ((i_end - i) + (j_end - j))))
        for x in range(i, i_end):
            p = a.by_term[x]
            for y in range(j, j_end):
                shared[a.sentence[p], b.sentence[b.by_term[y]]] += a.weight[p] * rarity
    return shared


@compiled
def likeness(shared: Grid, a: Statements, b: Statements) -> Grid:
    """Matrix (m_a, m_b) of sentence similarity, 0 to about 1: shared weight against the mean of both sentences'."""
    alike = np.zeros_like(shared)
    for i in range(len(a.mass)):
        for j in range(len(b.mass)):
            if shared[i, j] > 0:
                alike[i, j] = 2 * shared[i, j] / (a.mass[i] + b.mass[j] + 6.0)
    return alike


@compiled
def ordered_gain(gain: Grid) -> np.float32:
    """The largest sum of `gain` along a path that never goes back in either text; each sentence is used once."""
    best = np.zeros(gain.shape[1] + 1, np.float32)
    for i in range(gain.shape[0]):
        diagonal = np.float32(0)
        for j in range(gain.shape[1]):
            above = best[j + 1]
            best[j + 1] = max(above, best[j], diagonal + gain[i, j])
            diagonal = above
    return np.float32(best[-1])
