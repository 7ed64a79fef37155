"""Two texts as each sees the other: which of its words the other has too, and how much each of them says."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.alignment import CONTENT_WEIGHT, Statements, shared_terms
from copytrail.compiled import Bools, Codes, Floats, Numbers, compiled

FOREIGN: Final = -1  # a content word that the other text does not have
FILLER: Final = -2  # a word too common to say anything
WALL: Final = -3  # a word that no stretch may cross, because it belongs to a passage already found


class Side(NamedTuple):
    """The n words of one text for a comparison with another.

    `term` (int32[n]): number of the stem among the stems that both texts have, else `FOREIGN`, `FILLER` or `WALL`.
    `weight` (float32[n]): how much the word says, 0 for fillers. A shared stem says the less the more often the two
    texts use it: what a whole text is about is no evidence for any place in it.
    """

    term: Numbers
    weight: Floats


def shared_stems(a: Statements, b: Statements) -> Codes:
    """The content stems that both texts have, sorted."""
    rows = shared_terms(a, b)
    return a.term[a.by_term[rows[:, 0]]]


def two_sides(
    a: tuple[Codes, Floats, Bools], b: tuple[Codes, Floats, Bools], shared: Codes
) -> tuple[Side, Side]:
    """Both texts, each given as stems, weights and which words are taken already, with numbers for shared stems."""
    terms = [_numbered(*text, shared) for text in (a, b)]
    uses = _count_uses(terms[0], terms[1], len(shared))
    sides = [Side(term, _weighted(term, text[1], uses)) for term, text in zip(terms, (a, b), strict=True)]
    return sides[0], sides[1]


@compiled
def _numbered(stem: Codes, weight: Floats, taken: Bools, shared: Codes) -> Numbers:
    """The number of each word's stem among the shared ones, or why it has none; `taken` words become walls."""
    term = np.empty(len(stem), np.int32)
    for i in range(len(stem)):
        if taken[i]:
            term[i] = WALL
        elif weight[i] < CONTENT_WEIGHT:
            term[i] = FILLER
        else:
            place = np.searchsorted(shared, stem[i])
            found = place < len(shared) and shared[place] == stem[i]
            term[i] = place if found else FOREIGN
    return term


@compiled
def _weighted(term: Numbers, weight: Floats, uses: Numbers) -> Floats:
    """How much each word says; `uses` counts how often both texts together use each shared stem."""
    out = np.zeros(len(term), np.float32)
    for i in range(len(term)):
        if term[i] >= 0:
            out[i] = weight[i] / np.sqrt(max(1.0, 0.5 * uses[term[i]]))
        elif term[i] == FOREIGN:
            out[i] = weight[i]
    return out


@compiled
def _count_uses(a: Numbers, b: Numbers, shared: int) -> Numbers:
    """How often both texts together use each of the shared stems."""
    uses = np.zeros(shared, np.int32)
    for term in (a, b):
        for i in range(len(term)):
            if term[i] >= 0:
                uses[term[i]] += 1
    return uses


@compiled
def mark_terms(term: Numbers, low: int, high: int, marked: Bools) -> None:
    """Set `marked` (by number of stem) to the stems that words low to high use."""
    marked[:] = False
    for i in range(low, high):
        if term[i] >= 0:
            marked[term[i]] = True
