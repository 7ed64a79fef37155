"""Blocks that a site repeats: lines that stand in several different articles of one source are its furniture.

The index knows who carries a block: next to the buckets of its sketch an article sits in one for each line of its
text, by source. It also sits in one for each of its blocks that it *testifies* against, because at least two other
articles of the source carry it that are no versions of its own text. One such testimony makes a block furniture for
all its carriers, so it does not matter in which order they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import xxhash

from copytrail.compiled import Hashes
from copytrail.document import Document
from copytrail.furniture import lines_of
from copytrail.sketch import BLOCK_LANE, LANE
from copytrail.store.protocol import Store

DIFFERENT_ARTICLES: Final = 3  # of one source that carry a block of its furniture
BLOCK_WORDS: Final = (
    100  # of the longest block: appeals for money reach that, and longer lines that recur are news
)
VERSION_SHARE: Final = (
    0.5  # of an article's words: who shares more in whole blocks is a version of it, and proves nothing
)
SETTLED: Final = 8  # carriers from which one more or less does not change what a block is
NOT_STORED: Final = 0  # stands for the number of an article that has none
Stretches = tuple[tuple[int, int], ...]


class Block(NamedTuple):
    """One line of a text: offsets of its words, how many they are, and its bucket among those of its source."""

    start: int
    stop: int
    words: int
    bucket: int


@dataclass(frozen=True, slots=True)
class Page:
    """An article as the blocks of its source see it: its lines, and how many words it has."""

    blocks: tuple[Block, ...] = ()
    words: int = 0

    @property
    def buckets(self) -> frozenset[int]:
        """The buckets of its blocks."""
        return frozenset(block.bucket for block in self.blocks)

    def stretches(self, furniture: Collection[int]) -> Stretches:
        """Where (offsets) the blocks stand that are furniture."""
        return tuple((b.start, b.stop) for b in self.blocks if b.bucket in furniture)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is known of the blocks of some articles.

    `testimonies`: by article number the buckets of the blocks it testifies against. `told`: those that other articles
    testify against. `furniture`: those that anybody does. `carriers`: by bucket all articles known to carry the block,
    where there are several.
    """

    testimonies: Mapping[int, frozenset[int]]
    told: frozenset[int]
    furniture: frozenset[int]
    carriers: Mapping[int, Set[int]]


def page_of(document: Document, site: str | None) -> Page:
    """The lines of an article of this site; an article of an unknown one has none."""
    if site is None:
        return Page()
    bounds = lines_of(document.text, document.start).tolist()
    seed = xxhash.xxh3_64_intdigest(site.encode("utf-8", "replace"))
    blocks = (
        Block(
            int(document.start[low]),
            int(document.stop[high - 1]),
            high - low,
            _bucket(document.hash[low:high], seed),
        )
        for low, high in zip(bounds, bounds[1:], strict=False)
        if high > low
    )
    return Page(tuple(blocks), len(document))


@lru_cache(maxsize=1 << 14)  # the lines of a batch: each is asked for several times
def testimony(bucket: int) -> int:
    """The bucket of those who testify against the block of a bucket."""
    return _in_lane(xxhash.xxh3_64_intdigest(bucket.to_bytes(8, "little")))


def noted(page: Page, testimonies: Iterable[int]) -> Hashes:
    """All buckets in which an article sits on account of its blocks, sorted."""
    return np.array(sorted(page.buckets.union(map(testimony, testimonies))), np.uint64)


def block_buckets(sketch: Hashes) -> frozenset[int]:
    """Those of an article's buckets in which it sits on account of its blocks."""
    return frozenset(sketch[(sketch & LANE) == BLOCK_LANE].tolist())


def rule(store: Store, pages: Mapping[int, Page], more: Collection[int] = ()) -> Ruling:
    """What is furniture in these articles, by number, which the store may know in an earlier form or not at all.

    `more` are buckets to look up besides those of their blocks.
    """
    wanted = frozenset(more).union(*(page.buckets for page in pages.values()))
    known = _members(store, wanted | {testimony(bucket) for bucket in wanted}, pages)
    carriers = _carriers({bucket: set(known[bucket]) for bucket in wanted & known.keys()}, pages)
    testimonies = {number: testified(page, number, carriers) for number, page in pages.items()}
    told = frozenset(bucket for bucket in wanted if testimony(bucket) in known)
    return Ruling(testimonies, told, told.union(*testimonies.values()), carriers)


def _carriers(known: dict[int, set[int]], pages: Mapping[int, Page]) -> dict[int, set[int]]:
    """Who carries each block, these articles included; of blocks that only one article carries nothing is said."""
    first: dict[int, int] = {}
    for number, page in pages.items():
        for block in page.blocks:
            if block.bucket in known:
                known[block.bucket].add(number)
            elif first.setdefault(block.bucket, number) != number:
                known[block.bucket] = {first[block.bucket], number}
    return known


def testified(page: Page, own: int, carriers: Mapping[int, Set[int]]) -> frozenset[int]:
    """The buckets of the blocks of an article that recur in enough different ones. `carriers`: who carries a block."""
    words = {block.bucket: block.words for block in page.blocks if block.bucket in carriers}
    shared = Counter[int]()
    for bucket, size in words.items():
        for other in carriers[bucket]:
            shared[other] += size
    versions = {other for other, size in shared.items() if size > VERSION_SHARE * page.words} | {own}
    return frozenset(
        bucket
        for bucket, size in words.items()
        if size <= BLOCK_WORDS and len(carriers[bucket] - versions) >= DIFFERENT_ARTICLES - 1
    )


def _members(store: Store, buckets: Collection[int], without: Collection[int]) -> dict[int, frozenset[int]]:
    """Who sits in each bucket that is not empty, but for these articles."""
    (hits,) = store.find([np.array(sorted(buckets), np.uint64)])
    own, found = frozenset(without), dict[int, list[int]]()
    for bucket, number in zip(hits.buckets.tolist(), hits.numbers.tolist(), strict=True):
        if number not in own:
            found.setdefault(bucket, []).append(number)
    return {bucket: frozenset(numbers) for bucket, numbers in found.items()}


def _bucket(words: Hashes, seed: int) -> int:
    return _in_lane(xxhash.xxh3_64_intdigest(words.tobytes(), seed))


def _in_lane(digest: int) -> int:
    return (digest & ~int(LANE)) | int(BLOCK_LANE)
