"""Candidates: the few stored articles worth comparing with one article, out of all that share a bucket with it.

In a stream of news most articles that share a bucket share one or two rare pairs by chance or report the same event.
They are told apart before any text is read: by what is shared, weighed by how few others share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.compiled import Bools, Doubles, Hashes, Longs, compiled
from copytrail.sketch import FINGERPRINT_LANE, LANE, PAIR_LANE

LIMIT: Final = 30  # articles compared at the most
RESERVED: Final = 10  # of them, places for articles that share a fingerprint, however little else they share
CROWD: Final = 256  # articles in one bucket at which it says nothing
FIRST: Final = 4  # articles without copied words that are compared however little they share
CLOSELY: Final = 8  # such articles when the text is known to have relatives, so that all of them are found
# What articles share by which they are compared whatever their place: more than three rare pairs that nobody else
# has. `make eval` prints what other bounds would find, and how many comparisons they would cost.
ENOUGH: Final = 20.0
COPIED_WEIGHT: Final = 4.0  # of a bucket of copied words, a band or a fingerprint; a rare pair weighs 1

_Found = tuple[Longs, Doubles, Doubles, Bools]


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


def rank(
    hits: Hits, own: int | None = None, limit: int = LIMIT, first: int = FIRST, enough: float = ENOUGH
) -> Candidates:
    """The articles worth comparing, `limit` at the most; each shared bucket counts more the fewer articles are in it.

    Those are all that share copied words, all whose shared pairs are worth `enough`, and the `first` ones of those that
    share no copied words, so that ever so many copies of a text do not hide its rewrites. Places are kept for articles
    that share a fingerprint, so that a paragraph lifted from one of them is found in a text whose theme many others
    share; when there are more of them than places, the answer says `truncated`. `own` is left out. Ties go to the lower
    number, so the answer does not depend on the order of the hits.
    """
    kept = hits.numbers != (-1 if own is None else own)
    buckets, numbers = hits.buckets[kept], hits.numbers[kept]
    by_bucket, by_number = np.argsort(buckets, kind="stable"), np.argsort(numbers, kind="stable")
    found = _weighed(buckets, numbers, by_bucket, by_number)
    chosen = _worthwhile(*found, first, enough)
    article, lifted = found[0][chosen], found[3][chosen]
    late = np.arange(len(article)) >= limit - RESERVED
    order = np.argsort(np.where(late, np.where(lifted, 1, 2), 0), kind="stable")
    left_out = bool(lifted[order[limit:]].any())
    return Candidates(tuple(article[order[:limit]].tolist()), hits.truncated or left_out)


def second_look(hits: Hits, own: int | None, limit: int, looked_at: Candidates) -> tuple[int, ...]:
    """Who else is to be compared with a text that has relatives; with those looked at, `limit` at the most."""
    close = rank(hits, own, limit, first=CLOSELY).numbers
    others = tuple(number for number in close if number not in looked_at.numbers)
    return others[: limit - len(looked_at.numbers)]


def _worthwhile(
    article: Longs, pairs: Doubles, copied: Doubles, _: Bools, first: int, enough: float
) -> Longs:
    """The places of the articles to compare, best first."""
    best = np.lexsort((article, -(pairs + copied)))
    copies = copied[best] > 0
    return best[copies | (np.cumsum(~copies) <= first) | (pairs[best] >= enough)]


@compiled
def _weighed(buckets: Hashes, numbers: Longs, by_bucket: Longs, by_number: Longs) -> _Found:
    """The articles by number, what their shared pairs and their copied words weigh, which share a fingerprint."""
    value = np.empty(len(buckets))
    low = 0
    for high in range(1, len(by_bucket) + 1):
        if high == len(by_bucket) or buckets[by_bucket[high]] != buckets[by_bucket[low]]:
            worth = np.log(2 * CROWD / min(high - low, CROWD))
            for k in range(low, high):
                value[by_bucket[k]] = worth
            low = high
    article, lifted = np.empty(len(buckets), np.int64), np.zeros(len(buckets), np.bool_)
    pairs, copied = np.zeros(len(buckets)), np.zeros(len(buckets))
    count = 0
    for k in by_number:
        if count == 0 or article[count - 1] != numbers[k]:
            article[count] = numbers[k]
            count += 1
        lane = buckets[k] & LANE
        if lane == PAIR_LANE:
            pairs[count - 1] += value[k]
        else:
            copied[count - 1] += COPIED_WEIGHT * value[k]
            lifted[count - 1] |= lane == FINGERPRINT_LANE
    return article[:count], pairs[:count], copied[:count], lifted[:count]
