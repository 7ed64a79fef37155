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
RARE: Final = 6.0  # weight of a stem in fewer than one of 400 articles


class Statements(NamedTuple):
    """The content of a text, by sentence: k uses of d stems, each stem once a sentence, m sentences.

    In the order of the text: `weight` (float32[k]); `sort` (int32[k]) ORDINARY, NAME or NUMERAL; `sentence` (int32[k])
    the sentence each is in; `place` (float32[k]) where in the text, 0 to 1; `term` (int32[k]) number of the stem.
    `stems` (uint32[d]): distinct stem codes, sorted; `by_term` (int32[k]) the uses in the order of stems, those of stem
    t from `bounds[t]` to `bounds[t + 1]` (int32[d + 1]). `mass` (float32[m]): sum of weights of a sentence. `masses`
    (float32[4]): sum of weights of the distinct stems of each sort, and of all; `rare`: how many weigh `RARE` or more.
    """

    weight: Floats
    sort: Numbers
    sentence: Numbers
    place: Floats
    term: Numbers
    stems: Codes
    by_term: Numbers
    bounds: Numbers
    mass: Floats
    masses: Floats
    rare: int


@compiled
def statements(
    stem: Codes, weight: Floats, flags: Bytes, bounds: Numbers, without_speech: bool
) -> Statements:
    """The content stems of each sentence, from a document's arrays; without direct speech if so asked."""
    chosen, codes = np.empty(len(stem), np.int32), np.empty(len(stem), np.uint32)
    sentence = np.empty(len(stem), np.int32)
    sort = np.empty(len(stem), np.int32)
    mass = np.zeros(len(bounds) - 1, np.float32)
    count = 0
    for s in range(len(bounds) - 1):
        first = count
        for i in range(bounds[s], bounds[s + 1]):
            if weight[i] < CONTENT_WEIGHT or (without_speech and flags[i] & QUOTED):
                continue
            seen = False
            for k in range(first, count):
                seen |= codes[k] == stem[i]
            if not seen:
                named = flags[i] & CAPITAL and not flags[i] & OPENS_SENTENCE
                sort[count] = NUMERAL if flags[i] & NUMBER else (NAME if named else ORDINARY)
                chosen[count], codes[count], sentence[count] = i, stem[i], s
                mass[s] += weight[i]
                count += 1
    chosen, sort = chosen[:count], sort[:count]
    place = (chosen / max(1, len(stem))).astype(np.float32)
    chosen_weight = weight[chosen]
    by_term, bounds, term, stems = _by_term(codes[:count])
    masses, rare = np.zeros(4, np.float32), 0
    for low in bounds[:-1]:
        first = by_term[low]
        masses[sort[first]] += chosen_weight[first]
        masses[3] += chosen_weight[first]
        rare += chosen_weight[first] >= RARE
    return Statements(
        chosen_weight, sort, sentence[:count], place, term, stems, by_term, bounds, mass, masses, rare
    )


@compiled
def _by_term(uses: Codes) -> tuple[Numbers, Numbers, Numbers, Codes]:
    """The order of stem codes, bounds of equal ones in it, each one's number among the distinct ones, and these."""
    count = len(uses)
    order, term = _in_order(uses), np.empty(count, np.int32)
    bounds, stems = np.empty(count + 1, np.int32), np.empty(count, np.uint32)
    distinct = 0
    for k in range(count):
        i = order[k]
        if k == 0 or uses[i] != stems[distinct - 1]:
            bounds[distinct], stems[distinct] = k, uses[i]
            distinct += 1
        term[i] = distinct - 1
    bounds[distinct] = count
    return order, bounds[: distinct + 1], term, stems[:distinct]


@compiled
def _in_order(codes: Codes) -> Numbers:
    """Where the codes stand when sorted, equal ones in the order they come in: a radix sort, byte by byte."""
    order, moved = np.arange(len(codes)).astype(np.int32), np.empty(len(codes), np.int32)
    for byte in range(4):
        shift, start = np.uint32(8 * byte), np.zeros(257, np.int32)
        for code in codes:
            start[((code >> shift) & np.uint32(255)) + np.uint32(1)] += 1
        for value in range(256):
            start[value + 1] += start[value]
        for i in order:
            part = (codes[i] >> shift) & np.uint32(255)
            moved[start[part]] = i
            start[part] += 1
        order, moved = moved, order
    return order


@compiled
def shared_terms(a: Statements, b: Statements) -> Numbers:
    """Bounds of every shared stem's occurrences: rows (from, to) in `a.by_term` and (from, to) in `b.by_term`."""
    rows = np.empty((min(len(a.stems), len(b.stems)), 4), np.int32)
    count, i, j = 0, 0, 0
    while i < len(a.stems) and j < len(b.stems):
        left, right = a.stems[i], b.stems[j]
        if left == right:
            rows[count, 0], rows[count, 1] = a.bounds[i], a.bounds[i + 1]
            rows[count, 2], rows[count, 3] = b.bounds[j], b.bounds[j + 1]
            count += 1
        i += left <= right
        j += right <= left
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
def ordered_gain(gain: Grid, backward: bool) -> np.float32:
    """The largest sum of `gain` along a path that never goes back in either text; each sentence is used once.

    `backward`: in the second text it only goes back.
    """
    best = np.zeros(gain.shape[1] + 1, np.float32)
    for i in range(gain.shape[0]):
        diagonal = np.float32(0)
        for j in range(gain.shape[1]):
            above = best[j + 1]
            found = gain[i, gain.shape[1] - 1 - j] if backward else gain[i, j]
            best[j + 1] = max(above, best[j], diagonal + found)
            diagonal = above
    return np.float32(best[-1])
