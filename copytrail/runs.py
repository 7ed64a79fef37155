"""Runs of words that two texts share verbatim, joined into passages over small edits."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Hashes, Numbers, compiled, put

RUN_WORDS: Final = 5  # the shortest shared run that counts: shorter ones are idioms
EDIT_WORDS: Final = 8  # words changed, added or cut between two runs of one passage
PASSAGE_WORDS: Final = 10  # shared words of the shortest passage: names with titles are shorter
_MOST_PLACES: Final = 16  # of one run in the other text that are tried
_MOST_WORDS: Final = 1 << 20
_PLACE: Final = np.uint64(_MOST_WORDS - 1)  # the bits of a run that say where it stands


@compiled
def places_of(hashes: Hashes) -> Hashes:
    """Where runs of words stand, from the hashes of all of them in order: the upper bits of a hash, then its place.

    Still to be sorted (uint64). Runs beyond `_MOST_WORDS` are left out.
    """
    places = hashes[:_MOST_WORDS].copy()
    for i in range(len(places)):
        places[i] = (places[i] & ~_PLACE) | np.uint64(i)
    return places


@compiled
def _met(a: Hashes, b: Hashes, words: int) -> Numbers:
    """For each word of a the index in `b` of the first run equal to the one that begins there, or -1."""
    met = np.full(words, -1, np.int32)
    i, j = 0, 0
    while i < len(a) and j < len(b):
        left, right = a[i] & ~_PLACE, b[j] & ~_PLACE
        if left == right:
            met[a[i] & _PLACE] = j
        i += left <= right
        j += right < left
    return met


@compiled
def shared_runs(a: Hashes, b: Hashes, a_runs: Hashes, b_runs: Hashes) -> Numbers:
    """The longest shared runs of words, in the order of text a: rows (start in a, start in b, words).

    `a`, `b`: hashes of all words; `a_runs`, `b_runs`: where runs of `RUN_WORDS` stand (see `places_of`). A word of a
    lies in one run at the most; of several places in b the longest, then the one that goes on from the run before, is
    taken.
    """
    rows = np.empty((len(a) // RUN_WORDS + 1, 3), np.int32)
    count, i, expected = 0, 0, 0
    met = _met(a_runs, b_runs, len(a))
    while i < len(a):
        longest, start = 0, 0
        first = met[i]
        for k in range(first, min(first + _MOST_PLACES, len(b_runs)) if first >= 0 else first):
            if b_runs[k] & ~_PLACE != b_runs[first] & ~_PLACE:
                break
            j = int(np.int64(b_runs[k] & _PLACE))
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
        put(rows[count], 0, np.array([i, i + length, j, j + length, length, 1], np.int32))
        count += 1
    if count and rows[count - 1, 4] < PASSAGE_WORDS:
        count -= 1
    return rows[:count]
