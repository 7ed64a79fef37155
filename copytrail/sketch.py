"""The buckets of one article in the index: three lanes into one set of 64-bit keys.

*Bands* of a MinHash signature over word shingles find copies as wholes (Indyk and Motwani 1998; the permutations are
datasketch's `affine32` scheme). *Fingerprints* chosen by winnowing find excerpts (Schleimer, Wilkerson and Aiken
2003): two texts that share a run of `GUARANTEE` words share a fingerprint. *Rare pairs*, the bottom k of the term
pairs by a weighted hash (priority sampling: Duffield, Lund and Thorup 2007), find rewrites.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from datasketch import MinHash

from copytrail.compiled import Codes, Doubles, Floats, Hashes, compiled
from copytrail.document import Document
from copytrail.hashing import distinct
from copytrail.shingles import term_pairs, word_shingles

PERMUTATIONS: Final = 128
SEED: Final = 1
BANDS: Final = 4
ROWS: Final = 4  # values of a band: a pair of Jaccard 0.8 shares one with probability 0.88
BAND_SHINGLE: Final = 3  # words: with one word in ten changed, Jaccard is still about 0.6
FINGERPRINT_SHINGLE: Final = 8  # words: shorter runs are idioms that unrelated articles share
GUARANTEE: Final = 40  # words: a shared run as long as this always gives a common fingerprint
RARE_PAIRS: Final = 64  # 48 find one rewrite in a hundred fewer
RARITY: Final = 5  # power of a pair's weight by which it is likelier to be kept

INDEX_VERSION: Final = (
    f"2/nfkc-casefold/affine32-s{SEED}-b{BANDS}-r{ROWS}-w{BAND_SHINGLE}"
    f"/winnow-w{FINGERPRINT_SHINGLE}-t{GUARANTEE}/pairs-{RARE_PAIRS}-{RARITY}/terms-2/furniture-1"
)

BAND_LANE: Final = np.uint64(0)
FINGERPRINT_LANE: Final = np.uint64(1 << 62)
PAIR_LANE: Final = np.uint64(2 << 62)
BLOCK_LANE: Final = np.uint64(3 << 62)  # the lines of an article, see `copytrail.repeats`
LANE: Final = np.uint64(3 << 62)  # mask of the two bits that tell the lanes apart

_A, _B = (np.ascontiguousarray(row, dtype=np.uint32) for row in MinHash(PERMUTATIONS, seed=SEED).permutations)


def sketch(document: Document) -> Hashes:
    """The article's bucket keys, sorted and distinct, their lane in the top two bits; none for too short a text."""
    if not document.sufficient:
        return np.empty(0, np.uint64)
    banded, winnowed, rare = bands(document), fingerprints(document), rare_pairs(document)
    keys = np.empty(len(banded) + len(winnowed) + len(rare), np.uint64)
    _merge_lanes(banded, winnowed, rare, keys)
    return distinct(keys)


def signature(shingles: Hashes) -> Codes:
    """The MinHash signature: for each permutation the least value over the shingles' lower 32 bits.

    Equal to `datasketch.MinHash(128, seed=1, hashfunc=lambda value: value)` updated with those 32-bit values.
    """
    least = np.full(PERMUTATIONS, 0xFFFFFFFF, np.uint32)
    _sign(shingles, _A, _B, least)
    return least


def bands(document: Document) -> Hashes:
    """One key for each of the first `BANDS` groups of `ROWS` values of the document's signature."""
    least, keys = np.full(BANDS * ROWS, 0xFFFFFFFF, np.uint32), np.empty(BANDS, np.uint64)
    _sign(word_shingles(document.hash, BAND_SHINGLE), _A, _B, least)
    _mix_bands(least, keys)
    return keys


def fingerprints(document: Document) -> Hashes:
    """Winnowed hashes of word shingles: at least one from every run of `GUARANTEE` words."""
    shingles = word_shingles(document.hash, FINGERPRINT_SHINGLE)
    chosen = np.empty(len(shingles), np.uint64)
    return chosen[: _winnow(shingles, GUARANTEE - FINGERPRINT_SHINGLE + 1, chosen)]


def rare_pairs(document: Document) -> Hashes:
    """Keys of at most `RARE_PAIRS` term pairs; those that say most are likelier kept, alike in every article."""
    return bottom_pairs(*term_pairs(document.stem, document.weight, document.sentence))


def bottom_pairs(pairs: Hashes, weights: Floats) -> Hashes:
    """Of distinct pairs and what each says the `RARE_PAIRS` of the least priorities."""
    if len(pairs) <= RARE_PAIRS:
        return pairs
    priorities = _priorities(pairs, weights)
    bound = np.partition(priorities, RARE_PAIRS - 1)[RARE_PAIRS - 1]
    return np.compress(priorities <= bound, pairs)[:RARE_PAIRS]


@compiled
def _priorities(keys: Hashes, weights: Floats) -> Doubles:
    """Exponential variables whose rates are a power of the weights, drawn alike in every article."""
    priority = np.empty(len(keys), np.float64)
    for i in range(len(keys)):
        uniform = np.float64(keys[i] >> np.uint64(11)) * 2.0**-53 + 2.0**-60
        priority[i] = -np.log(uniform) / np.float64(weights[i]) ** RARITY
    return priority


@compiled
def _merge_lanes(banded: Hashes, winnowed: Hashes, rare: Hashes, keys: Hashes) -> None:
    for i in range(len(banded)):
        keys[i] = banded[i] & ~LANE | BAND_LANE
    for i in range(len(winnowed)):
        keys[len(banded) + i] = winnowed[i] & ~LANE | FINGERPRINT_LANE
    for i in range(len(rare)):
        keys[len(banded) + len(winnowed) + i] = rare[i] & ~LANE | PAIR_LANE


@compiled
def _sign(shingles: Hashes, a: Codes, b: Codes, least: Codes) -> None:
    """Lower `least` to the signature; four shingles at a time, so that it is read and written less often."""
    count = len(shingles)
    mixed = np.empty(-(-count // 4) * 4, np.uint32)
    for i in range(count):
        value = np.uint32(shingles[i])  # datasketch mixes with MurmurHash3's 32-bit finaliser, then permutes
        value = np.uint32((value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B))
        value = np.uint32((value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35))
        mixed[i] = np.uint32(value ^ (value >> np.uint32(16)))
    mixed[count:] = mixed[max(count - 1, 0)]
    for i in range(0, len(mixed), 4):
        one, two, three, four = mixed[i], mixed[i + 1], mixed[i + 2], mixed[i + 3]
        for k in range(len(least)):
            first = min(np.uint32(a[k] * one + b[k]), np.uint32(a[k] * two + b[k]))
            second = min(np.uint32(a[k] * three + b[k]), np.uint32(a[k] * four + b[k]))
            least[k] = min(least[k], min(first, second))


@compiled
def _mix_bands(signature: Codes, keys: Hashes) -> None:
    rows = len(signature) // len(keys)
    for band in range(len(keys)):
        key = np.uint64(band)
        for row in range(rows):
            key = (key ^ np.uint64(signature[band * rows + row])) * np.uint64(0x9FB21C651E98DF25)
            key = key ^ (key >> np.uint64(29))
        keys[band] = key


@compiled
def _winnow(hashes: Hashes, window: int, chosen: Hashes) -> int:
    """Fill in the rightmost least hash of every window, each once; of fewer hashes than a window the least of all.

    Returns how many.
    """
    count, least, kept = 0, 0, -1
    for end in range(len(hashes)):
        start = max(end - window + 1, 0)
        if least < start:
            least = start
            for i in range(start, end):
                least = i if hashes[i] <= hashes[least] else least
        least = end if hashes[end] <= hashes[least] else least
        if least != kept and (end + 1 >= window or end + 1 == len(hashes)):
            chosen[count] = hashes[least]
            count, kept = count + 1, least
    return count
