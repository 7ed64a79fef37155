"""Candidates: the few stored articles worth comparing with one article, out of all that share a bucket with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.compiled import Hashes, Longs
from copytrail.sketch import FINGERPRINT_LANE, LANE

LIMIT: Final = 30  # articles compared at the most
RESERVED: Final = 10  # of them, places for articles that share a fingerprint, however little else they share
CROWD: Final = 256  # articles in one bucket at which it says nothing

# What sharing one bucket says, by lane (bands, fingerprints, rare pairs): a fingerprint is eight equal words.
_LANE_WEIGHT: Final = np.array([4.0, 4.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What the index answered for one article: article `numbers[i]` (int64) sits in its bucket `buckets[i]` (uint64).

    `truncated` says that a bucket held more articles than the index keeps for one.
    """

    buckets: Hashes
    numbers: Longs
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """Article numbers to compare, best first; `truncated` when more shared a fingerprint than may be compared."""

    numbers: tuple[int, ...]
    truncated: bool


def rank(hits: Hits, own: int | None = None, limit: int = LIMIT) -> Candidates:
    """The `limit` articles that share most, each shared bucket counting more the fewer articles are in it.

    Places are kept for articles that share a fingerprint, so that a paragraph lifted from one of them is found in a
    text whose theme many others share; when there are more of them than places, the answer says `truncated`.
    `own` is left out. Ties go to the lower number, so the answer does not depend on the order of the hits.
    """
    others = hits.numbers != (-1 if own is None else own)
    buckets, numbers = hits.buckets[others], hits.numbers[others]
    if not len(numbers):
        return Candidates((), hits.truncated)
    _, bucket, size = np.unique(buckets, return_inverse=True, return_counts=True)
    lane = (buckets >> np.uint64(62)).astype(np.int64)
    value = _LANE_WEIGHT[lane] * np.log(2 * CROWD / np.minimum(size, CROWD))[bucket]
    article, place = np.unique(numbers, return_inverse=True)
    total = np.bincount(place, weights=value)
    best = article[np.lexsort((article, -total))]
    copied = np.isin(best, numbers[(buckets & LANE) == FINGERPRINT_LANE])
    late = np.arange(len(best)) >= limit - RESERVED
    order = np.argsort(late * (1 + ~copied), kind="stable")
    left_out = bool(copied[order[limit:]].any())
    return Candidates(tuple(best[order[:limit]].tolist()), hits.truncated or left_out)
