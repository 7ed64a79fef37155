"""Chains: shared stems that two texts use in the same order, or the one in the other's order backwards."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.alignment import Statements
from copytrail.compiled import Doubles, Floats, Longs, Numbers, compiled

FEW: Final = 3  # uses of a stem in a text beyond which its places say nothing


@compiled
def chains(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    """What the heaviest chain of shared stems in one order carries, against both texts and a backward chain."""
    row_of, total = np.full(len(a.stems), -1, np.int64), 0.0
    for r in range(len(rows)):
        i, i_end, j, j_end = rows[r]
        if max(i_end - i, j_end - j) <= FEW:
            row_of[a.term[a.by_term[i]]] = r
            total += a.weight[a.by_term[i]] * min(i_end - i, j_end - j)
    forward, backward = _heaviest_chains(a, b, rows, row_of)
    x, y = a.weight.sum(), b.weight.sum()
    out[0], out[1] = forward / max(x, y), forward / min(x, y)
    if total > 0:
        out[2], out[3] = forward / total, backward / total
    out[4] = (forward - backward) / min(x, y)


@compiled
def _heaviest_chains(a: Statements, b: Statements, rows: Numbers, row_of: Longs) -> tuple[float, float]:
    """The largest weight of shared stems that rise in both texts, and of those that rise in one and fall in the other.

    `row_of`: the row of each stem of a that counts, else -1. Fenwick trees hold the best up to each place of b.
    """
    uses = len(b.term)
    rising, falling = np.zeros(uses + 2), np.zeros(uses + 2)
    forward, backward = 0.0, 0.0
    for p in range(len(a.term)):
        row = row_of[a.term[p]]
        if row < 0:
            continue
        low, high = rows[row, 2], rows[row, 3]
        for k in range(low, high):  # a use of a takes one use of b: those behind come first
            forward = max(forward, _linked_to(rising, b.by_term[low + high - 1 - k], a.weight[p]))
            backward = max(backward, _linked_to(falling, uses - 1 - b.by_term[k], a.weight[p]))
    return forward, backward


@compiled
def _linked_to(best: Doubles, place: int, weight: float) -> float:
    """The weight of the heaviest chain before a place and this one more, from a Fenwick tree, which then holds it."""
    node, chain = place, 0.0
    while node > 0:
        chain = max(chain, best[node])
        node -= node & -node
    chain += weight
    node = place + 1
    while node < len(best):
        best[node] = max(best[node], chain)
        node += node & -node
    return chain
