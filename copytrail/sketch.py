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

from copytrail.compiled import Codes, Hashes, compiled
from copytrail.document import Document
from copytrail.shingles import term_pairs, word_shingles

PERMUTATIONS: Final = 128
SEED: Final = 1
BANDS: Final = 4
ROWS: Final = 4  # values of a band: a pair of Jaccard 0.8 shares one with probability 0.88
BAND_SHINGLE: Final = 3  # words: with one word in ten changed, Jaccard is still about 0.6
FINGERPRINT_SHINGLE: Final = 8  # words: shorter runs are idioms that unrelated articles share
GUARANTEE: Final = 40  # words: a shared run as long as this always gives a common fingerprint
RARE_PAIRS: Final = 64  # `make eval ARGS="--table buckets"` prints what more and fewer would find
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
    lanes = (
        (bands(document), BAND_LANE),
        (fingerprints(document), FINGERPRINT_LANE),
        (rare_pairs(document), PAIR_LANE),
    )
    return np.unique(np.concatenate([(keys & ~LANE) | lane for keys, lane in lanes]))


def signature(shingles: Hashes) -> Codes:
    """The MinHash signature: for each permutation the least value over the shingles' lower 32 bits.

    Equal to `datasketch.MinHash(128, seed=1, hashfunc=lambda value: value)` updated with those 32-bit values.
    """
    return _signature(shingles, _A, _B)


def bands(document: Document) -> Hashes:
    """One key for each of the first `BANDS` groups of `ROWS` values of the document's signature."""
    shingles = word_shingles(document.hash, BAND_SHINGLE)
    return _mix_bands(_signature(shingles, _A[: BANDS * ROWS], _B[: BANDS * ROWS]), BANDS)


def fingerprints(document: Document) -> Hashes:
    """Winnowed hashes of word shingles: at least one from every run of `GUARANTEE` words."""
    return _winnow(word_shingles(document.hash, FINGERPRINT_SHINGLE), GUARANTEE - FINGERPRINT_SHINGLE + 1)


def rare_pairs(document: Document) -> Hashes:
    """Keys of at most `RARE_PAIRS` term pairs; those that say most are likelier kept, alike in every article."""
    pairs, weights = term_pairs(document.stem, document.weight, document.sentence)
    keys = _scramble(pairs)
    if len(keys) <= RARE_PAIRS:
        return keys
    uniform = (keys >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-60
    priority = -np.log(uniform) / weights.astype(np.float64) ** RARITY
    return keys[np.argpartition(priority, RARE_PAIRS)[:RARE_PAIRS]]


@compiled
def _scramble(keys: Hashes) -> Hashes:
    """MurmurHash3's 64-bit finaliser, a bijection that spreads structured keys evenly."""
    out = np.empty(len(keys), np.uint64)
    for i in range(len(keys)):
        key = keys[i]
        key = (key ^ (key >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        key = (key ^ (key >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
        out[i] = key ^ (key >> np.uint64(33))
    return out


@compiled
def _signature(shingles: Hashes, a: Codes, b: Codes) -> Codes:
    least = np.full(len(a), 0xFFFFFFFF, np.uint32)
    for shingle in shingles:
        value = np.uint32(shingle)  # datasketch mixes with MurmurHash3's 32-bit finaliser, then permutes
        value = np.uint32((value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B))
        value = np.uint32((value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35))
        value = np.uint32(value ^ (value >> np.uint32(16)))
        for k in range(len(a)):
            least[k] = min(least[k], np.uint32(a[k] * value + b[k]))
    return least


@compiled
def _mix_bands(signature: Codes, count: int) -> Hashes:
    rows = len(signature) // count
    keys = np.empty(count, np.uint64)
    for band in range(count):
        key = np.uint64(band)
        for row in range(rows):
            key = (key ^ np.uint64(signature[band * rows + row])) * np.uint64(0x9FB21C651E98DF25)
            key = key ^ (key >> np.uint64(29))
        keys[band] = key
    return keys


@compiled
def _winnow(hashes: Hashes, window: int) -> Hashes:
    """The rightmost least hash of every window, each once; of fewer hashes than a window the least of all."""
    chosen = np.empty(len(hashes), np.uint64)
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
    return chosen[:count]
