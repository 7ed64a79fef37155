"""What is left of two texts without the passages that both have: measured in one compiled call, in the signals."""

from __future__ import annotations

import numpy as np

from copytrail.alignment import shared_terms, statements
from copytrail.compiled import Floats, Hashes, Numbers, compiled, put
from copytrail.features import SIGNALS, STATEMENT_SIGNALS, shingle_shares, statement_signals
from copytrail.hashing import empty_table, slot_of
from copytrail.traits import SHINGLE_SIZES, Written, compared, hash_runs, sufficient
from copytrail.words import QUOTED


@compiled
def rest_signals(a: Written, b: Written, copies: Numbers) -> Floats:
    """The values of `SIGNALS` (float32) for two texts as if the copies, rows of `join_runs`, were in neither.

    Empty when too little is left of either to be compared.
    """
    rest_a, rest_b = _without(a, copies, 0), _without(b, copies, 2)
    if not (sufficient(rest_a.hash) and sufficient(rest_b.hash)):
        return np.zeros(0, np.float32)
    out, size = np.empty(len(SIGNALS), np.float32), len(STATEMENT_SIGNALS)
    quotes = _quotes(rest_a) or _quotes(rest_b)
    for own in range(2):  # one call to compile, not two
        said = _said(rest_a, rest_b, own == 1) if quotes or not own else out[:size]
        put(out, own * size, said)
    for k in range(len(SHINGLE_SIZES)):
        counts = _distinct_runs(rest_a.hash, rest_b.hash, SHINGLE_SIZES[k])
        shingle_shares(*counts, out[2 * (size + k) :])
    return out


@compiled
def _without(text: Written, copies: Numbers, side: int) -> Written:
    """The text as if the words of the copies, from a column on, were not in it; of its sentences those compared."""
    size = len(text.hash)
    keep = np.ones(size, np.bool_)
    for row in range(len(copies)):
        for i in range(copies[row, side], copies[row, side + 1]):
            keep[i] = False
    words, stem = np.empty(size, np.uint64), np.empty(size, np.uint32)
    weight, flags = np.empty(size, np.float32), np.empty(size, np.uint8)
    bounds = np.zeros(len(text.sentence), np.int32)
    count, sentences = 0, 0
    for s in range(len(text.sentence) - 1):
        for i in range(text.sentence[s], text.sentence[s + 1]):
            if keep[i]:
                words[count], stem[count] = text.hash[i], text.stem[i]
                weight[count], flags[count] = text.weight[i], text.flags[i]
                count += 1
        if count > bounds[sentences]:
            sentences += 1
            bounds[sentences] = count
    sentence = compared(bounds[: sentences + 1])
    last = sentence[-1]
    return Written(words[:count], stem[:last], weight[:last], flags[:last], sentence)


@compiled
def _quotes(text: Written) -> bool:
    quoted = False
    for flag in text.flags:
        quoted |= flag & QUOTED != 0
    return quoted


@compiled
def _said(a: Written, b: Written, without_speech: bool) -> Floats:
    one = statements(a.stem, a.weight, a.flags, a.sentence, without_speech)
    other = statements(b.stem, b.weight, b.flags, b.sentence, without_speech)
    return statement_signals(one, other, shared_terms(one, other))


@compiled
def _distinct_runs(a: Hashes, b: Hashes, size: int) -> tuple[int, int, int]:
    """How many distinct runs of `size` words each text has, and how many of them both."""
    runs_a, runs_b = hash_runs(a, size), hash_runs(b, size)
    in_a, in_b = empty_table(len(runs_a)), empty_table(len(runs_b))
    of_a, of_b, common = 0, 0, 0
    for run in runs_a:
        slot = slot_of(in_a, run)
        of_a += in_a[slot] != run
        in_a[slot] = run
    for run in runs_b:
        slot = slot_of(in_b, run)
        if in_b[slot] != run:
            of_b += 1
            common += in_a[slot_of(in_a, run)] == run
        in_b[slot] = run
    return of_a, of_b, common
