"""The signals by which a rewrite is told from an independent report of the same event.

Each is symmetric in the two texts. The statement signals are taken twice: over everything, and without direct
speech, because two reports built around one public statement share its words without copying each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.alignment import (
    NOISE,
    Statements,
    common_mass,
    likeness,
    ordered_gain,
    shared_terms,
)
from copytrail.compiled import Floats, Grid, Longs, Numbers, compiled
from copytrail.document import SHINGLE_SIZES, Document
from copytrail.shingles import count_common

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
    return np.concatenate(
        [
            _statement_signals(a.statements, b.statements),
            _statement_signals(a.own_statements, b.own_statements),
            _pair_signals(a, b),
        ]
    )


@compiled
def overlap(a: Statements, b: Statements) -> float:
    """The share (0 to 1) of the smaller text's content, by weight, that the other has too."""
    shares = np.zeros(8, np.float32)
    _overlaps(a, b, shared_terms(a, b), shares)
    return float(shares[0])


def _pair_signals(a: Document, b: Document) -> Floats:
    out = []
    for size in SHINGLE_SIZES:
        x, y = a.shingles[size], b.shingles[size]
        common = count_common(x, y)
        shares = common / max(1, len(x)), common / max(1, len(y))
        out += [min(shares), max(shares)]
    return np.array(out, np.float32)


FEW: Final = 3  # uses of a stem in a text from which its places say nothing
RARE: Final = 6.0  # weight of a stem in fewer than one of 400 articles


@compiled
def _statement_signals(a: Statements, b: Statements) -> Floats:
    rows = shared_terms(a, b)
    out = np.zeros(len(STATEMENT_SIGNALS), np.float32)
    if len(rows) == 0:
        return out
    _overlaps(a, b, rows, out[0:8])
    _overlap_of_rare(a, b, rows, out[27:29])
    shared = common_mass(a, b, rows)
    alike = likeness(shared, a, b)
    _sentence_matches(alike, a, b, out)
    _order(shared, alike, a, b, out)
    _places(a, b, rows, out[24:26])
    _chains(a, b, rows, out[29:34])
    out[26] = alike[:3, :3].max()
    return out


@compiled
def _class_masses(s: Statements) -> Floats:
    """Weight of the distinct stems of a text by sort, and in all (last)."""
    masses = np.zeros(4, np.float32)
    for x in range(len(s.by_term)):
        p = s.by_term[x]
        if x == 0 or s.term[s.by_term[x - 1]] != s.term[p]:
            masses[s.sort[p]] += s.weight[p]
            masses[3] += s.weight[p]
    return masses


@compiled
def _overlaps(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    """Share of the smaller and the larger text's stems found in the other: all, ordinary words, names, numbers."""
    of_a, of_b = _class_masses(a), _class_masses(b)
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
    x, y = 0, 0
    for i in range(len(a.by_term)):
        p = a.by_term[i]
        x += a.weight[p] >= RARE and (i == 0 or a.term[a.by_term[i - 1]] != a.term[p])
    for i in range(len(b.by_term)):
        p = b.by_term[i]
        y += b.weight[p] >= RARE and (i == 0 or b.term[b.by_term[i - 1]] != b.term[p])
    out[0] = common / max(1, min(x, y))
    out[1] = common / max(1, max(x, y))


@compiled
def _sentence_matches(alike: Grid, a: Statements, b: Statements, out: Floats) -> None:
    """How well the sentences of each text are matched by their best partner: mean, and shares above thresholds."""
    sides = np.zeros((2, 4), np.float32)
    for side in range(2):
        grid, mass = (alike, a.mass) if side == 0 else (alike.T, b.mass)
        total = max(np.float32(1e-6), mass.sum())
        for i in range(len(mass)):
            best = grid[i].max()
            sides[side, 0] += mass[i] * best / total
            sides[side, 1] += mass[i] / total if best > 0.20 else 0.0
            sides[side, 2] += mass[i] / total if best > 0.35 else 0.0
            sides[side, 3] += mass[i] / total if best > 0.50 else 0.0
    for k in range(4):
        low, high = min(sides[0, k], sides[1, k]), max(sides[0, k], sides[1, k])
        at = 8 if k == 0 else 14 + 2 * k
        out[at], out[at + 1] = low, high


@compiled
def _order(shared: Grid, alike: Grid, a: Statements, b: Statements, out: Floats) -> None:
    """What an order-keeping alignment collects, against what any alignment and a backward one would."""
    gain = np.where(alike > NOISE, shared, np.float32(0))
    forward, backward = ordered_gain(gain), ordered_gain(np.ascontiguousarray(gain[:, ::-1]))
    free = max(np.float32(1e-6), min(_sum_of_best(gain), _sum_of_best(gain.T)))
    x, y = max(np.float32(1e-6), a.mass.sum()), max(np.float32(1e-6), b.mass.sum())
    out[10], out[11] = forward / max(x, y), forward / min(x, y)
    kept = ordered_gain(np.where(alike > NOISE, alike, np.float32(0)))
    out[12], out[13] = kept / max(len(a.mass), len(b.mass)), kept / min(len(a.mass), len(b.mass))
    out[14], out[15] = forward / free, backward / free
    rising, neighbours = _rising(alike)
    back_rising, back_neighbours = _rising(alike.T)
    out[22], out[23] = 0.5 * (rising + back_rising), 0.5 * (neighbours + back_neighbours)


@compiled
def _sum_of_best(grid: Grid) -> np.float32:
    total = np.float32(0)
    for i in range(grid.shape[0]):
        total += grid[i].max()
    return total


@compiled
def _rising(alike: Grid) -> tuple[float, float]:
    """Of the matched sentences: the share on the longest rising run, and the share followed by a neighbour."""
    partners = np.empty(alike.shape[0], np.int64)
    count = 0
    for i in range(alike.shape[0]):
        j = alike[i].argmax()
        if alike[i, j] > 0.2:
            partners[count] = j
            count += 1
    if count < 2:
        return 0.0, 0.0
    lengths = np.ones(count, np.int64)
    close = 0
    for x in range(count):
        for y in range(x):
            if partners[y] <= partners[x]:
                lengths[x] = max(lengths[x], lengths[y] + 1)
        close += x > 0 and 0 <= partners[x] - partners[x - 1] <= 2
    return lengths.max() / count, close / (count - 1)


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


@compiled
def _chains(a: Statements, b: Statements, rows: Numbers, out: Floats) -> None:
    """What the heaviest chain of shared stems in one order carries, against both texts and a backward chain."""
    pairs, total = _term_places(a, b, rows)
    forward = _heaviest_chain(a, pairs, len(b.term))
    for k in range(len(pairs)):
        pairs[k, 1] = len(b.term) - 1 - pairs[k, 1]
    backward = _heaviest_chain(a, pairs, len(b.term))
    x, y = a.weight.sum(), b.weight.sum()
    out[0], out[1] = forward / max(x, y), forward / min(x, y)
    if total > 0:
        out[2], out[3] = forward / total, backward / total
    out[4] = (forward - backward) / min(x, y)


@compiled
def _term_places(a: Statements, b: Statements, rows: Numbers) -> tuple[Longs, float]:
    """Places (in a, in b) of shared stems that neither text uses more than three times, and their weight in all."""
    count, total = 0, 0.0
    for r in range(len(rows)):
        i, i_end, j, j_end = rows[r]
        if max(i_end - i, j_end - j) <= FEW:
            count += (i_end - i) * (j_end - j)
            total += a.weight[a.by_term[i]] * min(i_end - i, j_end - j)
    pairs = np.empty((count, 2), np.int64)
    count = 0
    for r in range(len(rows)):
        i, i_end, j, j_end = rows[r]
        if max(i_end - i, j_end - j) <= FEW:
            for x in range(i, i_end):
                for y in range(j, j_end):
                    pairs[count, 0], pairs[count, 1] = a.by_term[x], b.by_term[y]
                    count += 1
    return pairs, total


@compiled
def _heaviest_chain(a: Statements, pairs: Longs, places: int) -> float:
    """The largest weight of pairs that rise in both texts; a Fenwick tree holds the best up to each place of b."""
    best = np.zeros(places + 2)
    heaviest = 0.0
    for k in np.argsort(pairs[:, 0] * (places + 1) - pairs[:, 1]):
        weight = a.weight[pairs[k, 0]]
        node, before = pairs[k, 1], 0.0
        while node > 0:
            before = max(before, best[node])
            node -= node & -node
        heaviest = max(heaviest, before + weight)
        node = pairs[k, 1] + 1
        while node < len(best):
            best[node] = max(best[node], before + weight)
            node += node & -node
    return heaviest
