"""One article as the detector sees it: its words with stems, weights and offsets, its sentences, its direct speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copytrail.language import LANGUAGES, detect, terms_of
from copytrail.text import normalise
from copytrail.words import DISGUISED, OPENS_SENTENCE, split_words

# Fewer words than this are a caption or a page of furniture: too little to accuse anybody on.
SUFFICIENT_WORDS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The arrays of one text; n words, m sentences. All comparison works on these.

    `start`, `stop` (int32[n]): offsets of each word in `text`. `hash` (uint64[n]): XXH64 of the normalised word.
    `flags` (uint8[n]): constants of `copytrail.words`. `stem` (uint32[n]) and `weight` (float32[n], 0 to 12): the
    stem's code and how rare it is. `sentence` (int32[m + 1]): index of each sentence's first word, then n.
    """

    text: str
    language: str
    start: npt.NDArray[np.int32]
    stop: npt.NDArray[np.int32]
    hash: npt.NDArray[np.uint64]
    flags: npt.NDArray[np.uint8]
    stem: npt.NDArray[np.uint32]
    weight: npt.NDArray[np.float32]
    sentence: npt.NDArray[np.int32]
    disguises: frozenset[str]

    def __len__(self) -> int:
        """How many words the text has."""
        return len(self.hash)

    @property
    def sufficient(self) -> bool:
        """Whether the text has enough words to be compared with others."""
        return len(self) >= SUFFICIENT_WORDS


def analyse(text: str, language: str | None = None) -> Document:
    """Analyse a text; its language is found when it is not given or not one that the detector knows."""
    normal = normalise(text)
    words = split_words(normal)
    given = (language or "")[:2].lower()
    spoken = given if given in LANGUAGES else detect(words)
    stem, weight = terms_of(spoken).look_up(words)
    opens = np.flatnonzero(words.flags & np.uint8(OPENS_SENTENCE))
    disguised = frozenset({"homoglyphs"}) if (words.flags & np.uint8(DISGUISED)).any() else frozenset()
    return Document(
        text=text,
        language=spoken,
        start=words.start,
        stop=words.stop,
        hash=words.hash,
        flags=words.flags,
        stem=stem,
        weight=weight,
        sentence=np.append(opens, len(words)).astype(np.int32),
        disguises=normal.flags | disguised,
    )
