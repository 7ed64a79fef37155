"""The signals by which a rewrite is told from an independent report of the same event.

Each is symmetric in the two texts. The statement signals are taken twice: over everything, and without direct
speech, because two reports built around one public statement share its words without copying each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.alignment import (
    NOISE,
    RARE,
    Statements,
    common_mass,
    likeness,
    ordered_gain,
    shared_terms,
)
from copytrail.chains import chains
from copytrail.compiled import Floats, Grid, Hashes, Longs, Numbers, compiled, put
from copytrail.document import Document
from copytrail.shingles import count_common
from copytrail.traits import SHINGLE_SIZES, Packed, Traits, opened

STATEMENT_SIGNALS: Final = (
    "overlap_min", "overlap_max", "ordinary_min", "ordinary_max", "names_min", "names_max",
    "numbers_min", "numbers_max", "best_min", "best_max", "path_min", "path_max",
    "path_alike_min", "path_alike_max", "order_gain", "reverse_gain",
    "matched20_min", "matched20_max", "matched35_min", "matched35_max", "matched50_min", "matched50_max",
    "rising", "neighbours", "place_correlation", "place_gap", "lead", "rare_min", "rare_max",
    "chain_min", "chain_max", "chain_order", "chain_reverse", "chain_excess",
)  # fmt: skip
PAIR_SIGNALS: Final = tuple(f"shingle{size}_{side}" for size in SHINGLE_SIZES for side in ("min", "max"))
SIGNALS: Final = (
    *(f"all_{name}" for name in STATEMENT_SIGNALS),
    *(f"own_{name}" for name in STATEMENT_SIGNALS),
    *PAIR_SIGNALS,
)
# Which way each signal may move the verdict: what two texts share in order speaks for reuse, what they share in
# another order or in other places against it. Trees held to this learn less of a corpus and more of the relation.
DIRECTIONS: Final = tuple(
    -1 if name.endswith(("place_gap", "reverse", "reverse_gain")) else 1 for name in SIGNALS
)


def signals(a: Document, b: Document) -> Floats:
    """The values of `SIGNALS` for a pair (float32)."""
    return _signals(a.traits, b.traits)


@compiled
def _signals(one: Packed, other: Packed) -> Floats:
    a, b = opened(one), opened(other)
    return measured(a, b, shared_terms(a.all, b.all))


@compiled
def overlap(a: Statements, b: Statements, rows: Numbers) -> float:
    """The share (0 to 1) of the smaller text's content, by weight, that the other has too: `rows` of `shared_terms`."""
    shares = np.zeros(8, np.float32)
    _overlaps(a, b, rows, shares)
    return float(shares[0])


@compiled
def measured(a: Traits, b: Traits, rows: Numbers) -> Floats:
    """The values of `SIGNALS` for the traits of a pair (float32), which has these rows of `shared_terms` in all."""
    out = np.empty(len(SIGNALS), np.float32)
    size = len(STATEMENT_SIGNALS)
    put(out, 0, statement_signals(a.all, b.all, rows))
    quotes = a.quotes or b.quotes
    put(out, size, statement_signals(a.own, b.own, shared_terms(a.own, b.own)) if quotes else out[:size])
    _shares(a.twos, b.twos, out[2 * size :])
    _shares(a.threes, b.threes, out[2 * size + 2 :])
    _shares(a.fives, b.fives, out[2 * size + 4 :])
    return out


@compiled
def _shares(x: Hashes, y: Hashes, out: Floats) -> None:
    shingle_shares(len(x), len(y), count_common(x, y), out)


@compiled
def shingle_shares(x: int, y: int, common: int, out: Floats) -> None:
    """Fill in the smaller and the larger share of x and of y shingles, so many of which are common to both."""
    of_x, of_y = common / max(1, x), common / max(1, y)
    out[0], out[1] = min(of_x, of_y), max(of_x, of_y)


@compiled
def statement_signals(a: Statements, b: Statements, rows: Numbers) -> Floats:
    """The values of `STATEMENT_SIGNALS` (float32) from the rows of `shared_terms`."""
    out = np.zeros(len(STATEMENT_SIGNALS), np.float32)
    if len(rows) == 0:
        return out
    _overlaps(a, b, rows, out[0:8])
    _overlap_of_rare(a, b, rows, out[27:29])
    shared = common_mass(a, b, rows)
    alike = likeness(shared, a, b)
    of_a, in_b, of_b, in_a = _best_partners(alike)
    _sentence_matches(of_a, of_b, a, b, out)
    _order(shared, alike, a, b, out)
    rising, neighbours = _rising(of_a, in_b)
    back_rising, back_neighbours = _rising(of_b, in_a)
    out[22], out[23] = 0.5 * (rising + back_rising), 0.5 * (neighbours + back_neighbours)
    _places(a, b, rows, out[24:26])
    chains(a, b, rows, out[29:34])
    for i in range(min(3, len(alike))):
        for j in range(min(3, alike.shape[1])):
            out[26] = max(out[26], alike[i, j])
    return out


@compiled
def _overlaps(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    """Share of the smaller and the larger text's stems found in the other: all, ordinary words, names, numbers."""
    of_a, of_b = a.masses, b.masses
    common = np.zeros(4, np.float32)
    for r in range(len(rows)):
        p, q = a.by_term[rows[r, 0]], b.by_term[rows[r, 2]]
        common[max(a.sort[p], b.sort[q])] += a.weight[p]
        common[3] += a.weight[p]
    for k in range(4):
        x, y = (of_a[k - 1], of_b[k - 1]) if k else (of_a[3], of_b[3])
        c = common[k - 1] if k else common[3]
        small, large = min(x, y), max(x, y)
        out[2 * k] = min(1.0, c / small) if small > 0 else 0.0
        out[2 * k + 1] = min(1.0, c / large) if large > 0 else 0.0


@compiled
def _overlap_of_rare(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    common = 0
    for r in range(len(rows)):
        common += a.weight[a.by_term[rows[r, 0]]] >= RARE
    out[0] = common / max(1, min(a.rare, b.rare))
    out[1] = common / max(1, max(a.rare, b.rare))


@compiled
def _best_partners(grid: Grid) -> tuple[Floats, Longs, Floats, Longs]:
    """The largest value of each row and its first column, the largest of each column and its first row."""
    rows, columns = grid.shape
    of_row, at_row = np.zeros(rows, np.float32), np.zeros(rows, np.int64)
    of_column, at_column = np.zeros(columns, np.float32), np.zeros(columns, np.int64)
    for i in range(rows):
        for j in range(columns):
            if grid[i, j] > of_row[i]:
                of_row[i], at_row[i] = grid[i, j], j
            if grid[i, j] > of_column[j]:
                of_column[j], at_column[j] = grid[i, j], i
    return of_row, at_row, of_column, at_column


@compiled
def _sentence_matches(of_a: Floats, of_b: Floats, a: Statements, b: Statements, out: Floats) -> None:
    """How well the sentences of each text are matched by their best partner: mean, and shares above thresholds."""
    sides = np.zeros((2, 4), np.float32)
    for side in range(2):
        best, mass = (of_a, a.mass) if side == 0 else (of_b, b.mass)
        total = max(np.float32(1e-6), mass.sum())
        for i in range(len(mass)):
            sides[side, 0] += mass[i] * best[i] / total
            sides[side, 1] += mass[i] / total if best[i] > 0.20 else 0.0
            sides[side, 2] += mass[i] / total if best[i] > 0.35 else 0.0
            sides[side, 3] += mass[i] / total if best[i] > 0.50 else 0.0
    for k in range(4):
        low, high = min(sides[0, k], sides[1, k]), max(sides[0, k], sides[1, k])
        at = 8 if k == 0 else 14 + 2 * k
        out[at], out[at + 1] = low, high


@compiled
def _order(shared: Grid, alike: Grid, a: Statements, b: Statements, out: Floats) -> None:
    """What an order-keeping alignment collects, against what any alignment and a backward one would."""
    gain, kept = np.zeros_like(shared), np.zeros_like(alike)
    for i in range(shared.shape[0]):
        for j in range(shared.shape[1]):
            if alike[i, j] > NOISE:
                gain[i, j], kept[i, j] = shared[i, j], alike[i, j]
    forward, backward = ordered_gain(gain, False), ordered_gain(gain, True)
    of_row, _, of_column, _ = _best_partners(gain)
    free = max(np.float32(1e-6), min(of_row.sum(), of_column.sum()))
    x, y = max(np.float32(1e-6), a.mass.sum()), max(np.float32(1e-6), b.mass.sum())
    out[10], out[11] = forward / max(x, y), forward / min(x, y)
    both = ordered_gain(kept, False)
    out[12], out[13] = both / max(len(a.mass), len(b.mass)), both / min(len(a.mass), len(b.mass))
    out[14], out[15] = forward / free, backward / free


@compiled
def _rising(best: Floats, partner: Longs) -> tuple[float, float]:
    """Of the matched sentences: the share on the longest rising run, and the share followed by a neighbour."""
    partners, lengths = np.empty(len(partner), np.int64), np.empty(len(partner), np.int64)
    count, longest, close = 0, 0, 0
    for i in range(len(partner)):
        if best[i] <= 0.2:
            continue
        partners[count], lengths[count] = partner[i], 1
        for y in range(count):
            if partners[y] <= partner[i]:
                lengths[count] = max(lengths[count], lengths[y] + 1)
        close += count > 0 and 0 <= partner[i] - partners[count - 1] <= 2
        longest = max(longest, lengths[count])
        count += 1
    return (longest / count, close / (count - 1)) if count > 1 else (0.0, 0.0)


@compiled
def _places(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    """Correlation (weighted) and mean distance of where shared stems that are used once or twice stand in the texts."""
    total, mean_a, mean_b, gap = 0.0, 0.0, 0.0, 0.0
    for r in range(len(rows)):
        if rows[r, 1] - rows[r, 0] <= 2 and rows[r, 3] - rows[r, 2] <= 2:
            p, q = a.by_term[rows[r, 0]], b.by_term[rows[r, 2]]
            w = a.weight[p]
            total += w
            mean_a += w * a.place[p]
            mean_b += w * b.place[q]
            gap += w * abs(a.place[p] - b.place[q])
    if total == 0:
        return
    mean_a, mean_b = mean_a / total, mean_b / total
    var_a, var_b, both = 1e-9, 1e-9, 0.0
    for r in range(len(rows)):
        if rows[r, 1] - rows[r, 0] <= 2 and rows[r, 3] - rows[r, 2] <= 2:
            p, q = a.by_term[rows[r, 0]], b.by_term[rows[r, 2]]
            w, x, y = a.weight[p], a.place[p] - mean_a, b.place[q] - mean_b
            var_a, var_b, both = var_a + w * x * x, var_b + w * y * y, both + w * x * y
    out[0], out[1] = both / np.sqrt(var_a * var_b), gap / total
