"""Other ways to say how alike two texts are, as a user would take them from their libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import regex
import xxhash
from datasketch import MinHash
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from bench.corpus import Pair
from bench.eval.resampling import Vector
from bench.printing import progress

T = TypeVar("T")

WORD: Final = regex.compile(r"\w+")
SIMHASH_BITS: Final = 64


def minhash(pairs: Sequence[Pair], texts: Mapping[str, str]) -> Vector:
    """datasketch's MinHash at its default (128 permutations) over the set of words, as in its own example."""
    sketches = _each(pairs, texts, _minhash, "datasketch MinHash")
    return np.array([sketches[pair.a].jaccard(sketches[pair.b]) for pair in pairs])


def _minhash(text: str) -> MinHash:
    sketch = MinHash()
    sketch.update_batch([word.encode() for word in set(WORD.findall(text.lower()))])
    return sketch


def tfidf(pairs: Sequence[Pair], texts: Mapping[str, str]) -> Vector:
    """Cosine of scikit-learn's TF-IDF vectors, fitted on all these texts."""
    names = {name: row for row, name in enumerate({name: None for p in pairs for name in (p.a, p.b)})}
    vectors = normalize(TfidfVectorizer(dtype=np.float32).fit_transform([texts[name] for name in names]))
    a, b = ([names[getattr(pair, side)] for pair in pairs] for side in ("a", "b"))
    return np.asarray(vectors[a].multiply(vectors[b]).sum(axis=1), np.float64).ravel()


def simhash(pairs: Sequence[Pair], texts: Mapping[str, str]) -> Vector:
    """Share of equal bits of two SimHashes (Charikar 2002) of 64 bits over the counted words."""
    sketches = _each(pairs, texts, _simhash, "SimHash")
    return np.array([(sketches[pair.a] == sketches[pair.b]).mean() for pair in pairs])


def _simhash(text: str) -> npt.NDArray[np.bool_]:
    words = WORD.findall(text.lower()) or [""]
    hashes = np.array([xxhash.xxh3_64_intdigest(word.encode()) for word in words], np.uint64)
    bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1)
    return np.asarray(2 * bits.sum(axis=0, dtype=np.int64) > len(words))


def _each(
    pairs: Sequence[Pair], texts: Mapping[str, str], sketch: Callable[[str], T], what: str
) -> dict[str, T]:
    names = list({name: None for pair in pairs for name in (pair.a, pair.b)})
    return {name: sketch(texts[name]) for name in progress(names, what)}
