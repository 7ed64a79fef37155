"""Fragments: stretches of two texts that say the same in other words, wherever they stand.

Sentences that are alike give first guesses, whose edges are then moved word by word (`copytrail.stretches`); a short
stretch that draws on all of the other text is its summary (`copytrail.summaries`). What is left is weighed by how much
it shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from copytrail.anchors import groups
from copytrail.compiled import Bools, Doubles, Floats, Numbers, compiled, put
from copytrail.document import Document
from copytrail.sides import Side, mark_terms, two_sides
from copytrail.stretches import fitted
from copytrail.summaries import is_summary, place_and_summary
from copytrail.traits import Packed, opened

LIKELY: Final = 0.5  # score from which a fragment explains what a longer stretch shares
# The score is a logistic curve over these, fitted to stretches of texts with known plagiarism and without.
_SHIFT, _PER_TERMS, _PER_LEAST, _PER_MOST = -11.2, 3.0, 6.0, 1.8


@compiled
def margin(terms: int, least: float, most: float) -> float:
    """The logit of a fragment's score, from its terms and the shares of both stretches: not negative when likely."""
    return float(_SHIFT + _PER_TERMS * np.log(max(1, terms)) + _PER_LEAST * least + _PER_MOST * most)


@compiled
def margins(rows: Numbers, shares: Floats) -> Doubles:
    """The `margin` of each fragment; rows and shares are those of `guessed`."""
    out = np.empty(len(rows), np.float64)
    for r in range(len(rows)):
        out[r] = margin(rows[r, 4], min(shares[r, 0], shares[r, 1]), max(shares[r, 0], shares[r, 1]))
    return out


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of each text by word numbers, ends exclusive.

    They share `terms` distinct content stems; of the stretch in a the share `of_a` (0 to 1, by weight) is found in the
    one in b, and the reverse. `summary`: the shorter one sums up the longer one. `score`: how likely (0 to 1) one
    stretch was written from the other rather than about the same subject.
    """

    a: tuple[int, int]
    b: tuple[int, int]
    terms: int
    summary: bool
    of_a: float
    of_b: float
    score: float

    def overlaps(self, other: Fragment) -> bool:
        """Whether both share words of at least one text."""
        in_a = self.a[0] < other.a[1] and other.a[0] < self.a[1]
        return in_a or (self.b[0] < other.b[1] and other.b[0] < self.b[1])


def fragments(
    a: Document, b: Document, taken_a: Bools, taken_b: Bools, guesses: tuple[Numbers, Floats] | None = None
) -> list[Fragment]:
    """The likeliest fragments that do not overlap, best first; words already `taken` belong to none.

    `guesses`: what `guessed` says of these texts, when that is known.
    """
    rows, shares = guesses or guessed(a.traits, b.traits, taken_a, taken_b)
    found = [
        Fragment((low, high), (start, stop), terms, bool(summary), of_a, of_b, 1 / (1 + exp(-logit)))
        for (low, high, start, stop, terms, summary), (of_a, of_b), logit in zip(
            rows.tolist(), shares.tolist(), margins(rows, shares).tolist(), strict=True
        )
    ]
    places = _apart(each for each in found if not each.summary)
    if not any(each.summary for each in found):
        return places
    likely = [(*each.a, *each.b) for each in places if each.score >= LIKELY]
    explained = np.array(likely, np.int32).reshape(-1, 4)
    sums_up = summing_up(a.traits, b.traits, taken_a, taken_b, rows, shares, explained).tolist()
    summaries = _apart(each for each, fits in zip(found, sums_up, strict=True) if fits)
    return summaries + [each for each in places if not any(map(each.overlaps, summaries))]


def _apart(found: Iterable[Fragment]) -> list[Fragment]:
    """The fragments that share most, none of which overlap."""
    kept: list[Fragment] = []
    for fragment in sorted(set(found), key=lambda each: (-each.terms * each.score, each.a, each.b)):
        if not any(map(fragment.overlaps, kept)):
            kept.append(fragment)
    return kept


@compiled
def summing_up(
    one: Packed, other: Packed, taken_a: Bools, taken_b: Bools, rows: Numbers, shares: Floats, places: Numbers
) -> Bools:
    """Which of the guesses (see `guessed`) sum up what lies beside `places`: rows (from in a, to, from in b, to)."""
    a, b, shared = two_sides(opened(one), opened(other), taken_a, taken_b)
    chosen = np.zeros(len(rows), np.bool_)
    for r in range(len(rows)):
        low, high, start, stop, _, summary = rows[r]
        if summary and high - low < stop - start:
            chosen[r] = is_summary(a, b, rows[r, :4], shared, shares[r, 1], places[:, :2])
        elif summary:
            turned = np.array([start, stop, low, high], np.int32)
            chosen[r] = is_summary(b, a, turned, shared, shares[r, 0], places[:, 2:])
    return chosen


@compiled
def guessed(one: Packed, other: Packed, taken_a: Bools, taken_b: Bools) -> tuple[Numbers, Floats]:
    """Rows (from word in a, to, from word in b, to, shared stems, 1 for a summary) and shares (of a, of b)."""
    first, second = opened(one), opened(other)
    a, b, shared = two_sides(first, second, taken_a, taken_b)
    return guessed_between(a, b, shared, first.units, second.units)


@compiled
def guessed_between(
    a: Side, b: Side, shared: int, a_units: Numbers, b_units: Numbers
) -> tuple[Numbers, Floats]:
    """As `guessed`, of texts as sides that share so many stems."""
    if shared == 0:
        return np.zeros((0, 6), np.int32), np.zeros((0, 2), np.float32)
    guesses = groups(a, b, a_units, b_units, shared)
    rows = np.zeros((len(guesses) + 4, 6), np.int32)
    for g in range(len(guesses)):
        if not _lies_within(guesses[g], rows[:g]):
            put(rows[g], 0, fitted(a, b, shared, guesses[g]))
    last = len(guesses)
    place, summary = place_and_summary(a, b, shared)
    put(rows[last], 0, place), put(rows[last + 1], 0, summary)
    place, summary = place_and_summary(b, a, shared)
    put(rows[last + 2], 0, place[2:]), put(rows[last + 2], 2, place[:2])
    put(rows[last + 3], 0, summary[2:]), put(rows[last + 3], 2, summary[:2])
    rows[last + 1, 5] = rows[last + 3, 5] = 1
    rows = rows[rows[:, 1] > rows[:, 0]]
    shares = np.empty((len(rows), 2), np.float32)
    for r in range(len(rows)):
        _weigh(a, b, shared, rows[r], shares[r])
    return rows, shares


@compiled
def _lies_within(guess: Numbers, rows: Numbers) -> bool:
    for r in range(len(rows)):
        row = rows[r]
        if row[0] <= guess[0] and guess[1] <= row[1] and row[2] <= guess[2] and guess[3] <= row[3]:
            return True
    return False


@compiled
def _weigh(a: Side, b: Side, shared: int, row: Numbers, shares: Floats) -> None:
    """Fill in what a pair of stretches shares: distinct stems, and the shares of their weight."""
    in_a, in_b = np.zeros(shared, np.bool_), np.zeros(shared, np.bool_)
    mark_terms(a, row[0], row[1], in_a)
    mark_terms(b, row[2], row[3], in_b)
    row[4] = (in_a & in_b).sum()
    shares[0], shares[1] = _share(a, row[0], row[1], in_b), _share(b, row[2], row[3], in_a)


@compiled
def _share(side: Side, low: int, high: int, found: Bools) -> float:
    whole, hits = 0.0, 0.0
    for i in range(side.before[low], side.before[high]):
        whole += side.weight[i]
        if side.term[i] >= 0 and found[side.term[i]]:
            hits += side.weight[i]
    return hits / whole if whole > 0 else 0.0
