"""The table of terms: how rare the stems of each language are, and its commonest words.

From the word frequencies of the `wordfreq` package (its data: CC BY-SA 4.0), summed over the words of each stem; for
Thai, which it does not have, from a short list.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import regex
import wordfreq

from bench.tables import DATA
from bench.tables.thai import SYLLABLES
from copytrail.hashing import hash_points
from copytrail.language import IDEOGRAPHIC, LANGUAGES, STEMMERS, VOTED, WEIGHT_UNIT, stem_code, stemmer_of
from copytrail.orthography import orthography_of
from copytrail.text import normalise
from copytrail.words import split_words

STEMS_PER_LANGUAGE: Final = {"en": 60_000, "zh": 30_000, "ja": 30_000}
# The thirteen languages with most news in them, and those that are told by their script.
STEMS_ELSEWHERE: Final = dict.fromkeys((*list(STEMMERS)[:13], "ko"), 15_000)
STEMS_OF_OTHERS: Final = 8_000
ARTICLE_WORDS: Final = 400
COMMONEST: Final = 250  # words by which a language is told from others
UNLISTED: Final = 1e-5  # frequency, in a language, of a word that is not among its commonest
WORD: Final = regex.compile(r"[\p{L}\p{M}]+")


def weight_of(share: float) -> int:
    """In units of WEIGHT_UNIT: minus the logarithm of the chance that an article has a word of that share."""
    return min(255, round(-math.log(-math.expm1(-ARTICLE_WORDS * share)) / WEIGHT_UNIT))


def spelt(word: str, language: str) -> str:
    """A word as it is compared: normalised, without apostrophes.

    English words keep the form of the list, with which the shipped model was trained; fewer than a hundred rare
    symbols among the stems would differ.
    """
    plain = word.replace("'", "").replace("’", "")
    if language == "en" or plain.isascii():
        return plain
    return normalise(plain).points.tobytes().decode("utf-32-le")


def frequencies(language: str) -> Iterator[tuple[str, float]]:
    """The words of a language as they are compared; in Chinese and Japanese the units that words split into."""
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        if language in IDEOGRAPHIC and not word.isascii():
            words = split_words(normalise(word), orthography_of(language))
            yield from ((part, frequency) for part in words.spelt(np.arange(len(words))))
        else:
            yield spelt(word, language), frequency


def commonest(language: str) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """Hashes of the commonest words of a language, by which it is told from others, and their votes.

    The vote, in units of WEIGHT_UNIT, is the logarithm of how much commoner the word is than an unlisted one.
    """
    share: dict[int, float] = defaultdict(float)
    top = [word for word in wordfreq.top_n_list(language, 3 * COMMONEST) if WORD.fullmatch(word)]
    for word in top[:COMMONEST]:
        points = np.frombuffer(spelt(word, language).encode("utf-32-le"), np.uint32)
        share[int(hash_points(points))] += wordfreq.word_frequency(word, language)
    votes = [round(math.log(each / UNLISTED) / WEIGHT_UNIT) for each in share.values()]
    return np.array(list(share), dtype=np.uint64), np.array(votes, dtype=np.uint8)


def stems(language: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Codes and weights of a language's commonest stems.

    The weight is 16 times the inverse document frequency that the stem would have in articles of 400 words.
    """
    stem = stemmer_of(language)
    share: dict[str, float] = defaultdict(float)
    for word, frequency in frequencies(language):
        share[stem(word)] += frequency
    common = sorted(share, key=lambda stem: (-share[stem], stem))
    common = common[: STEMS_PER_LANGUAGE.get(language, STEMS_ELSEWHERE.get(language, STEMS_OF_OTHERS))]
    weights = {stem: weight_of(share[stem]) for stem in common}
    return _columns(language, weights)


def _columns(language: str, weights: dict[str, int]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    codes = np.array([stem_code(language, stem) for stem in weights], dtype=np.uint32)
    order = np.argsort(codes, kind="stable")
    return codes[order], np.array(list(weights.values()), dtype=np.uint8)[order]


def write_terms() -> None:
    """Write the table, by language: `<code>_codes` (sorted uint32) and `<code>_weights` (uint8) of stems.

    For those told by their words also `<code>_commonest` (uint64) and `<code>_votes` (uint8).
    """
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for language in LANGUAGES:
        table = stems(language) if language != "th" else _columns(language, SYLLABLES)
        columns[f"{language}_codes"], columns[f"{language}_weights"] = table
        if language in VOTED:
            columns[f"{language}_commonest"], columns[f"{language}_votes"] = commonest(language)
        print(f"{language}: {len(table[0])} stems", file=sys.stderr)
    np.savez_compressed(DATA / "terms.npz", allow_pickle=False, **columns)


if __name__ == "__main__":
    write_terms()
