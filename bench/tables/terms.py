"""The table of terms: how rare the stems of each language are, and its commonest words.

From the word frequencies of the `wordfreq` package (its data: CC BY-SA 4.0), summed over the words of each Snowball
stem.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import Stemmer
import wordfreq

from copytrail.hashing import hash_points
from copytrail.language import LANGUAGES, STEMMERS, WEIGHT_UNIT, stem_code

STEMS_PER_LANGUAGE: Final = {"en": 60_000}
STEMS_ELSEWHERE: Final = 15_000
ARTICLE_WORDS: Final = 400
COMMONEST: Final = 80  # words by which a language is told from others


def weight_of(share: float) -> int:
    """In units of WEIGHT_UNIT: minus the logarithm of the chance that an article has a word of that share."""
    return min(255, round(-math.log(-math.expm1(-ARTICLE_WORDS * share)) / WEIGHT_UNIT))


def commonest(language: str) -> npt.NDArray[np.uint64]:
    """Hashes of the commonest words of a language, by which it is told from others."""
    words = [word.replace("'", "") for word in wordfreq.top_n_list(language, 3 * COMMONEST) if word.isalpha()]
    points = [np.frombuffer(word.encode("utf-32-le"), np.uint32) for word in words[:COMMONEST]]
    return np.array([hash_points(word) for word in points], dtype=np.uint64)


def stems(language: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Codes and weights of a language's commonest stems.

    The weight is 16 times the inverse document frequency that the stem would have in articles of 400 words.
    """
    stemmer = Stemmer.Stemmer(STEMMERS[language])
    share: dict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        share[stemmer.stemWord(word.replace("'", "").replace("’", ""))] += frequency
    common = sorted(share, key=lambda stem: (-share[stem], stem))
    common = common[: STEMS_PER_LANGUAGE.get(language, STEMS_ELSEWHERE)]
    codes = np.array([stem_code(language, stem) for stem in common], dtype=np.uint32)
    weights = np.array([weight_of(share[stem]) for stem in common], dtype=np.uint8)
    order = np.argsort(codes, kind="stable")
    return codes[order], weights[order]


def write_terms(path: Path) -> None:
    """Write the table: `<code>_codes` (sorted uint32), `<code>_weights` (uint8) and `<code>_commonest` (uint64)."""
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for language in LANGUAGES:
        columns[f"{language}_codes"], columns[f"{language}_weights"] = stems(language)
        columns[f"{language}_commonest"] = commonest(language)
        print(f"{language}: {len(columns[f'{language}_codes'])} stems", file=sys.stderr)
    np.savez_compressed(path, allow_pickle=False, **columns)
