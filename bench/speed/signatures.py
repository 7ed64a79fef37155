"""From a text to its MinHash signature of 128 values over word shingles, beside datasketch and rensa."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xxhash
from datasketch import MinHash
from rensa import RMinHash

from bench.printing import Cell, Table
from bench.speed.clock import seconds_each
from copytrail.compiled import Codes
from copytrail.shingles import word_shingles
from copytrail.sketch import BAND_SHINGLE, PERMUTATIONS, SEED, signature
from copytrail.text import normalise
from copytrail.words import split_words


def signatures(texts: Sequence[str]) -> Iterator[Table]:
    """One table: each way from text to signature, and whether ours is datasketch's bit for bit."""
    ours = seconds_each(sign, texts)
    peers = {
        "rensa RMinHash": seconds_each(_rensa, texts),
        "datasketch update_batch, xxhash": seconds_each(_datasketch_xxhash, texts),
        "datasketch update_batch, sha1": seconds_each(_datasketch, texts),
    }
    equal = sum(np.array_equal(sign(text), _oracle(text)) for text in texts)
    rows: list[list[Cell]] = [["Copytrail", 1e6 * ours, 1 / ours, None]]
    rows += [[name, 1e6 * seconds, 1 / seconds, seconds / ours] for name, seconds in peers.items()]
    yield Table(
        "signatures",
        "Text to signature, one core",
        ["way", "µs an article", "articles/s", "Copytrail is faster by"],
        rows,
        f"Over shingles of {BAND_SHINGLE} words. Peers get lower-case words split at spaces; Copytrail also normalises"
        " Unicode and keeps offsets, sentences and quotes. Its signature equals datasketch's over the same xxhash"
        f" values for {equal} of {len(texts)} articles.",
    )


def sign(text: str) -> Codes:
    """Copytrail's signature of a text, by the path that `sketch` takes."""
    return signature(word_shingles(split_words(normalise(text)).hash, BAND_SHINGLE))


def _shingles(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[i : i + BAND_SHINGLE]) for i in range(len(words) - BAND_SHINGLE + 1)]


def _rensa(text: str) -> object:
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update(_shingles(text))
    return sketch.digest()


def _datasketch(text: str) -> object:
    return _updated(MinHash(PERMUTATIONS, seed=SEED), [shingle.encode() for shingle in _shingles(text)])


def _datasketch_xxhash(text: str) -> object:
    sketch = MinHash(PERMUTATIONS, seed=SEED, hashfunc=xxhash.xxh32_intdigest)
    return _updated(sketch, [shingle.encode() for shingle in _shingles(text)])


def _oracle(text: str) -> Codes:
    """The signature by the packages xxhash and datasketch, from the words as they are compared."""
    words = split_words(normalise(text))
    spelt = words.spelt(np.arange(len(words)))
    hashes = [xxhash.xxh64_digest(word.encode("utf-32-le"))[::-1] for word in spelt]
    shingles = [b"".join(hashes[i : i + BAND_SHINGLE]) for i in range(len(hashes) - BAND_SHINGLE + 1)]
    sketch = MinHash(PERMUTATIONS, seed=SEED, hashfunc=_lower_bits)
    return np.asarray(_updated(sketch, shingles).hashvalues, np.uint32)


def _lower_bits(shingle: bytes) -> int:
    return int(xxhash.xxh64_intdigest(shingle)) & 0xFFFFFFFF


def _updated(sketch: MinHash, shingles: list[bytes]) -> MinHash:
    sketch.update_batch(shingles)
    return sketch
