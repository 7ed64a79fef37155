"""Articles to measure speed with: made up from word frequencies, so that no corpus is needed, or a folder's own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import wordfreq

from bench.corpus import read_lines

WORDS: Final = 400  # of an article
VOCABULARY: Final = 50_000  # commonest English words
TOPICS: Final = 500
TOPIC_WORDS: Final = 40  # names and nouns that belong to a topic
TOPIC_SHARE: Final = 0.12  # of an article's words that come from its topic
COPIES: Final = 0.05  # of the articles are edited copies of an earlier one
EDITS: Final = 0.1  # of a copy's words are replaced
SENTENCE: Final = (8, 30)  # words


def read_articles(folder: Path, count: int) -> list[str]:
    """The first texts of the folder's `background.jsonl.gz`."""
    rows = read_lines(folder / "background.jsonl.gz")
    return [row["text"] for row, _ in zip(rows, range(count), strict=False)]


def make_articles(count: int, seed: int = 1, copies: float = COPIES) -> list[str]:
    """Articles of `WORDS` words, drawn as English draws them: by frequency, about topics; some copied from others."""
    chance = np.random.default_rng(seed)
    vocabulary, frequency = _vocabulary()
    topics = chance.integers(len(vocabulary) // 20, len(vocabulary), (TOPICS, TOPIC_WORDS))
    drawn = chance.choice(len(vocabulary), (count, WORDS), p=frequency)
    on_topic = np.take_along_axis(
        topics[chance.integers(TOPICS, size=count)], chance.integers(TOPIC_WORDS, size=(count, WORDS)), axis=1
    )
    drawn = np.where(chance.random((count, WORDS)) < TOPIC_SHARE, on_topic, drawn)
    for number in np.flatnonzero(chance.random(count) < copies)[1:]:
        edited = chance.random(WORDS) < EDITS
        drawn[number] = np.where(edited, drawn[number], drawn[chance.integers(number)])
    return [" ".join(_sentences(vocabulary[row].tolist(), chance)) for row in drawn]


@cache
def _vocabulary() -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """The words, and how likely each is."""
    vocabulary = np.array([word for word in wordfreq.top_n_list("en", VOCABULARY) if word.isalpha()])
    frequency = np.array([wordfreq.word_frequency(word, "en") for word in vocabulary])
    return vocabulary, frequency / frequency.sum()


def _sentences(words: list[str], chance: np.random.Generator) -> Iterator[str]:
    while words:
        size = int(chance.integers(*SENTENCE))
        yield " ".join(words[:size]).capitalize() + "."
        words = words[size:]
