"""Shingles: what two texts are compared by before anybody reads them.

Word shingles are hashes of runs of words, for copies. Term pairs are hashes of two rare stems of one sentence, for
rewrites: a rewriter changes the words around them but leaves them together.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Codes, Floats, Hashes, Longs, Numbers, compiled
from copytrail.hashing import empty_table, hash_runs, slot_of, spread, table_size

RARE_TERMS: Final = 7  # of a sentence, whose pairs are taken
RARE_WEIGHT: Final = 1.5  # a stem below this is in half of all articles and says nothing
MOST_USES: Final = 4  # of a stem in a text, beyond which it is no more central
LEAD_WORDS: Final = 150  # at the start of a text, where a rewriter who shortens it takes most from
LEAD: Final = 1.2  # by which a pair from there weighs more


def term_pairs(stem: Codes, weight: Floats, sentence: Numbers) -> tuple[Hashes, Floats]:
    """Distinct unordered pairs of the rarest stems of each sentence, as hashes, and how much each says of the story.

    That is the sum of the two weights, times the geometric mean of how often the text uses either (at most
    `MOST_USES`), and more in the lead: what a story is about survives being shortened. The arguments are a document's
    arrays.
    """
    most = (len(sentence) - 1) * RARE_TERMS * (RARE_TERMS - 1) // 2
    pairs, weights = np.empty(most, np.uint64), np.empty(most, np.float32)
    count = _term_pairs(stem, weight, sentence, pairs, weights)
    return pairs[:count], weights[:count]


def word_shingles(words: Hashes, size: int) -> Hashes:
    """XXH64 of the word hashes of each run of `size` words, in order; empty for a shorter text."""
    out = np.empty(max(0, len(words) - size + 1), np.uint64)
    hash_runs(words, size, out)
    return out


@compiled
def count_common(x: Hashes, y: Hashes) -> int:
    """How many values two sorted arrays of distinct values share."""
    count, i, j = 0, 0, 0
    while i < len(x) and j < len(y):
        left, right = x[i], y[j]
        count += left == right  # sums, not branches: which is the smaller cannot be guessed
        i += left <= right
        j += right <= left
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
    keys, used = empty_table(len(stems)), np.zeros(table_size(len(stems)), np.int32)
    slots = np.empty(len(stems), np.int64)
    for w in range(len(stems)):
        key = np.uint64(stems[w]) + np.uint64(1)
        slot = slot_of(keys, key)
        keys[slot], slots[w] = key, slot
        used[slot] += 1
    uses = np.empty(len(stems), np.int32)
    for w in range(len(stems)):
        uses[w] = min(used[slots[w]], MOST_USES)
    return uses


@compiled
def _term_pairs(stems: Codes, weights: Floats, sentences: Numbers, pairs: Hashes, says: Floats) -> int:
    """Fill in the distinct pairs and what each says where it is first met; returns how many."""
    chosen, uses = np.empty(RARE_TERMS + 1, np.int64), _uses(stems)
    known, size = empty_table(len(pairs)), 0
    for s in range(len(sentences) - 1):
        count = _rarest(stems, weights, sentences[s], sentences[s + 1], chosen)
        place = LEAD if sentences[s] < LEAD_WORDS else 1.0
        for i in range(count):
            for j in range(i):
                a, b = np.uint64(stems[chosen[i]]), np.uint64(stems[chosen[j]])
                pair = spread((max(a, b) << np.uint64(32)) | min(a, b))
                slot = slot_of(known, pair)
                if known[slot] == 0:
                    known[slot] = pairs[size] = pair
                    central = np.sqrt(uses[chosen[i]] * uses[chosen[j]])
                    says[size] = (weights[chosen[i]] + weights[chosen[j]]) * central * place
                    size += 1
    return size
