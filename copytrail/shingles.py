"""Shingles: what two texts are compared by before anybody reads them.

Word shingles are hashes of runs of words, for copies. Term pairs are hashes of two rare stems of one sentence, for
rewrites: a rewriter changes the words around them but leaves them together.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Codes, Floats, Hashes, Longs, Numbers, compiled
from copytrail.hashing import hash_points

RARE_TERMS: Final = 7  # of a sentence, whose pairs are taken
RARE_WEIGHT: Final = 1.5  # a stem below this is in half of all articles and says nothing
MOST_USES: Final = 4  # of a stem in a text, beyond which it is no more central
LEAD_WORDS: Final = 150  # at the start of a text, where a rewriter who shortens it takes most from
LEAD: Final = 1.2  # by which a pair from there weighs more


def term_pairs(stem: Codes, weight: Floats, sentence: Numbers) -> tuple[Hashes, Floats]:
    """Distinct unordered pairs of the rarest stems of each sentence, and how much each says of the story.

    That is the sum of the two weights, times the geometric mean of how often the text uses either (at most
    `MOST_USES`), and more in the lead: what a story is about survives being shortened. The arguments are a document's
    arrays.
    """
    pairs, weights = _term_pairs(stem, weight, sentence, _uses(stem))
    distinct, first = np.unique(pairs, return_index=True)
    return distinct, weights[first]


@compiled
def word_shingles(words: Hashes, size: int) -> Hashes:
    """XXH64 of the word hashes of each run of `size` words, in order; empty for a shorter text."""
    count = max(0, len(words) - size + 1)
    out = np.empty(count, np.uint64)
    halves = words.view(np.uint32)
    for i in range(count):
        out[i] = hash_points(halves[2 * i : 2 * (i + size)])
    return out


@compiled
def count_common(x: Hashes, y: Hashes) -> int:
    """How many values two sorted arrays of distinct values share."""
    count, i, j = 0, 0, 0
    while i < len(x) and j < len(y):
        if x[i] == y[j]:
            count += 1
        if x[i] <= y[j]:
            i += 1
        else:
            j += 1
    return count


@compiled
def _rarest(stems: Codes, weights: Floats, low: int, high: int, chosen: Longs) -> int:
    """Fill `chosen` with the places of the rarest distinct stems of words low to high; returns how many."""
    count = 0
    for i in range(low, high):
        if weights[i] < RARE_WEIGHT:
            continue
        seen = False
        for k in range(count):
            seen |= stems[chosen[k]] == stems[i]
        if seen:
            continue
        k = min(count, RARE_TERMS - 1)
        if count == RARE_TERMS and _rarer(stems, weights, chosen[k], i):
            continue
        while k > 0 and _rarer(stems, weights, i, chosen[k - 1]):
            chosen[k] = chosen[k - 1]
            k -= 1
        chosen[k] = i
        count = min(count + 1, RARE_TERMS)
    return count


@compiled
def _rarer(stems: Codes, weights: Floats, i: int, j: int) -> bool:
    return bool(weights[i] > weights[j] or (weights[i] == weights[j] and stems[i] < stems[j]))


@compiled
def _uses(stems: Codes) -> Numbers:
    """How often the text uses the stem of each word, `MOST_USES` at the most."""
    order = np.argsort(stems)
    uses = np.empty(len(stems), np.int32)
    low = 0
    for high in range(1, len(stems) + 1):
        if high == len(stems) or stems[order[high]] != stems[order[low]]:
            uses[order[low:high]] = min(high - low, MOST_USES)
            low = high
    return uses


@compiled
def _term_pairs(stems: Codes, weights: Floats, sentences: Numbers, uses: Numbers) -> tuple[Hashes, Floats]:
    most = (len(sentences) - 1) * RARE_TERMS * (RARE_TERMS - 1) // 2
    pairs, sums = np.empty(most, np.uint64), np.empty(most, np.float32)
    chosen = np.empty(RARE_TERMS + 1, np.int64)
    size = 0
    for s in range(len(sentences) - 1):
        count = _rarest(stems, weights, sentences[s], sentences[s + 1], chosen)
        place = LEAD if sentences[s] < LEAD_WORDS else 1.0
        for i in range(count):
            for j in range(i):
                a, b = np.uint64(stems[chosen[i]]), np.uint64(stems[chosen[j]])
                pairs[size] = (max(a, b) << np.uint64(32)) | min(a, b)
                central = np.sqrt(uses[chosen[i]] * uses[chosen[j]])
                sums[size] = (weights[chosen[i]] + weights[chosen[j]]) * central * place
                size += 1
    return pairs[:size], sums[:size]
