"""How dense the words that two texts share can stand in a stretch of one of them."""

from __future__ import annotations

import numpy as np

from copytrail.compiled import Doubles, compiled
from copytrail.sides import Side


@compiled
def densest(side: Side, first: int, last: int, step: int) -> Doubles:
    """For numbers of shared words from `first` to `last` by `step`: rows (float64).

    The largest share by weight that shared words have of any stretch with so many of them or more, and how many words
    the shortest one has. The side has `last` shared words at least.
    """
    count, uses, whole, hits = len(side.term), 0, 0.0, 0.0
    # By shared word: where it stands, and the weight of all words and of the shared ones before it, and with it.
    place, sums = np.empty(count, np.int32), np.empty((4, count))
    for i in range(count):
        if side.term[i] >= 0:
            place[uses], sums[0, uses], sums[1, uses] = side.place[i], whole, hits
            hits += side.weight[i]
            sums[2, uses], sums[3, uses] = whole + side.weight[i], hits
            uses += 1
        whole += side.weight[i]
    rows = np.zeros(((last - first) // step + 1, 2))
    for r in range(len(rows) - 1, -1, -1):
        more = first + r * step - 1
        share, words = 0.0, len(side.before)
        for i in range(uses - more):
            j = i + more
            share = max(share, (sums[3, j] - sums[1, i]) / (sums[2, j] - sums[0, i]))
            words = min(words, place[j] - place[i] + 1)
        rows[r, 0], rows[r, 1] = share, words
    return rows
