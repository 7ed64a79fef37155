"""Where two texts may touch: stretches of sentences that are alike, grouped by nearness in both texts."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.compiled import Bools, Grid, Numbers, compiled
from copytrail.sides import Side

ALIKE: Final = 0.18  # cosine, and Dice share of weight, from which two units anchor a passage
GAP_UNITS: Final = 3  # without an anchor that a group may span, in either text
MOST_GROUPS: Final = 300  # that are looked into, those with most anchors; two reports have a dozen


@compiled
def _places(b: Side, b_units: Numbers, shared: int) -> tuple[Numbers, Numbers, Numbers]:
    """Per shared stem the units of b that use it: bounds (int32[shared + 1]), units, and the word of each use."""
    bounds = np.zeros(shared + 1, np.int32)
    for i in range(len(b.term)):
        if b.term[i] >= 0:
            bounds[b.term[i] + 1] += 1
    for t in range(shared):
        bounds[t + 1] += bounds[t]
    fill = bounds[:-1].copy()
    unit, word = np.empty(bounds[shared], np.int32), np.empty(bounds[shared], np.int32)
    for u in range(len(b_units) - 1):
        for i in range(b.before[b_units[u]], b.before[b_units[u + 1]]):
            t = b.term[i]
            if t >= 0:
                unit[fill[t]], word[fill[t]] = u, i
                fill[t] += 1
    return bounds, unit, word


@compiled
def _masses(side: Side, bounds: Numbers) -> Grid:
    """Sum of weights and of their squares of each unit: rows."""
    out = np.zeros((len(bounds) - 1, 2), np.float32)
    for u in range(len(bounds) - 1):
        for i in range(side.before[bounds[u]], side.before[bounds[u + 1]]):
            out[u, 0] += side.weight[i]
            out[u, 1] += side.weight[i] ** 2
    return out


@compiled
def _anchored(a: Side, b: Side, a_units: Numbers, b_units: Numbers, shared: int) -> Numbers:
    """Grid (units of a, units of b): 1 where cosine and Dice share both pass `ALIKE`, else 0."""
    places, unit, word = _places(b, b_units, shared)
    mass_a, mass_b = _masses(a, a_units), _masses(b, b_units)
    out = np.zeros((len(mass_a), len(mass_b)), np.int32)
    dot, common = np.zeros(len(mass_b), np.float32), np.zeros(len(mass_b), np.float32)
    last = np.full(shared, -1, np.int32)
    for u in range(len(mass_a)):
        dot[:], common[:] = 0, 0
        for i in range(a.before[a_units[u]], a.before[a_units[u + 1]]):
            t = a.term[i]
            if t < 0 or last[t] == u:
                continue
            last[t] = u
            for k in range(places[t], places[t + 1]):
                if k == places[t] or unit[k] != unit[k - 1]:
                    dot[unit[k]] += a.weight[i] * b.weight[word[k]]
                    common[unit[k]] += a.weight[i]
        for v in range(len(mass_b)):
            if common[v] > 0:
                cosine = dot[v] / np.sqrt(mass_a[u, 1] * mass_b[v, 1])
                dice = 2 * common[v] / (mass_a[u, 0] + mass_b[v, 0])
                out[u, v] = cosine > ALIKE and dice > ALIKE
    return out


@compiled
def _root(parent: Numbers, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def _linked(grid: Numbers) -> Numbers:
    """Number the anchors of the grid in place, from 1, and return for each the first anchor of its group."""
    parent = np.empty(grid.sum() + 1, np.int32)
    count = 0
    for u in range(grid.shape[0]):
        for v in range(grid.shape[1]):
            if not grid[u, v]:
                continue
            count += 1
            grid[u, v] = parent[count] = count
            for x in range(max(0, u - GAP_UNITS - 1), u + 1):
                for y in range(max(0, v - GAP_UNITS - 1), min(grid.shape[1], v + GAP_UNITS + 2)):
                    if grid[x, y] and (x < u or y < v):
                        one, other = _root(parent, grid[x, y]), _root(parent, count)
                        parent[max(one, other)] = min(one, other)
    for node in range(1, count + 1):
        parent[node] = _root(parent, node)
    return parent[: count + 1]


@compiled
def groups(a: Side, b: Side, a_units: Numbers, b_units: Numbers, shared: int) -> Numbers:
    """The groups of anchors, `MOST_GROUPS` at most: rows (from word in a, to, from word in b, to), ends exclusive."""
    grid = _anchored(a, b, a_units, b_units, shared)
    parent = _linked(grid)
    rows, anchors = np.zeros((len(parent), 4), np.int32), np.zeros(len(parent), np.int32)
    for u in range(grid.shape[0]):
        for v in range(grid.shape[1]):
            if grid[u, v]:
                anchors[parent[grid[u, v]]] += 1
                row = rows[parent[grid[u, v]]]
                if row[1] == 0:
                    row[0], row[2] = a_units[u], b_units[v]
                row[1] = max(row[1], a_units[u + 1])
                row[2], row[3] = min(row[2], b_units[v]), max(row[3], b_units[v + 1])
    kept: Numbers = rows[_largest(anchors)]
    return kept


@compiled
def _largest(anchors: Numbers) -> Bools:
    """Which groups have the most anchors, `MOST_GROUPS` of them and the first ones among equals."""
    chosen = np.zeros(len(anchors), np.bool_)
    for _ in range(MOST_GROUPS):
        best, most = 0, 0
        for group in range(len(anchors)):
            if not chosen[group] and anchors[group] > most:
                best, most = group, anchors[group]
        if most == 0:
            break
        chosen[best] = True
    return chosen
