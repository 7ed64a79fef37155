"""Runs of words that two texts share verbatim, joined into passages over small edits."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Hashes, Longs, Numbers, compiled

RUN_WORDS: Final = 5  # the shortest shared run that counts: shorter ones are idioms
EDIT_WORDS: Final = 8  # words changed, added or cut between two runs of one passage
PASSAGE_WORDS: Final = 10  # shared words of the shortest passage: names with titles are shorter
_MOST_PLACES: Final = 16  # of one run in the other text that are tried


@compiled
def shared_runs(
    a: Hashes,
    b: Hashes,
    a_grams: Hashes,
    b_grams: Hashes,
    b_order: Longs,
) -> Numbers:
    """The longest shared runs of words, in the order of text a: rows (start in a, start in b, words).

    `a`, `b`: hashes of all words. `a_grams`, `b_grams`: hashes of each run of `RUN_WORDS` words. `b_order`: sorts
    `b_grams`. A word of a lies in one run at the most; of several places in b the longest, then the one that goes on
    from the run before, is taken.
    """
    rows = np.empty((len(a) // RUN_WORDS + 1, 3), np.int32)
    count, i, expected = 0, 0, 0
    sorted_grams = b_grams[b_order]
    while i < len(a_grams):
        place = np.searchsorted(sorted_grams, a_grams[i])
        longest, start = 0, 0
        for k in range(place, min(place + _MOST_PLACES, len(b_order))):
            if sorted_grams[k] != a_grams[i]:
                break
            j = b_order[k]
            length = 0
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            if length > longest or (length == longest and abs(j - expected) < abs(start - expected)):
                longest, start = length, j
        if longest >= RUN_WORDS:
            rows[count, 0], rows[count, 1], rows[count, 2] = i, start, longest
            count += 1
            i += longest
            expected = start + longest
        else:
            i += 1
            expected += 1
    return rows[:count]


@compiled
def join_runs(runs: Numbers) -> Numbers:
    """Join runs that follow each other in both texts over small edits.

    Rows (from word in a, to, from word in b, to, equal words, 1 when there are no edits); ends are exclusive.
    Passages of fewer than `PASSAGE_WORDS` equal words are left out.
    """
    rows = np.empty((len(runs), 6), np.int32)
    count = 0
    for r in range(len(runs)):
        i, j, length = runs[r]
        last = count - 1
        if count and 0 <= i - rows[last, 1] <= EDIT_WORDS and 0 <= j - rows[last, 3] <= EDIT_WORDS:
            rows[last, 1], rows[last, 3] = i + length, j + length
            rows[last, 4] += length
            rows[last, 5] = 0
            continue
        if count and rows[last, 4] < PASSAGE_WORDS:
            count -= 1
        rows[count] = np.array([i, i + length, j, j + length, length, 1], np.int32)
        count += 1
    if count and rows[count - 1, 4] < PASSAGE_WORDS:
        count -= 1
    return rows[:count]
