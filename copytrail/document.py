"""One article as the detector sees it: its words with stems, weights and offsets, its sentences, its direct speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from copytrail.alignment import Statements
from copytrail.compiled import Bools, Bytes, Codes, Floats, Hashes, Numbers
from copytrail.furniture import furniture_words
from copytrail.language import LANGUAGES, UNDETERMINED, detect, mark_names, terms_of
from copytrail.orthography import DOTLESS, orthography_of
from copytrail.text import NormalText, normalise, without_dots
from copytrail.traits import Packed, Written, compared, opened, sufficient, traits
from copytrail.words import QUOTED, Words, split_words

_HOMOGLYPHS: Final = frozenset({"homoglyphs"})


class Why(StrEnum):
    """Why words of a text are no evidence: site furniture by its usual phrases or because its site repeats it, or
    direct speech, where that was asked to be ignored.
    """

    USUAL = "usual"
    REPEATED = "repeated by this site"
    QUOTED = "direct speech"


class Ignored(NamedTuple):
    """A stretch of a text that is no evidence: offsets in code points, end exclusive."""

    start: int
    stop: int
    why: Why

    def to_json(self) -> dict[str, object]:
        """The stretch as answers show it."""
        return {"start": self.start, "end": self.stop, "why": self.why.value}


@dataclass(frozen=True, eq=False)
class Document:
    """The arrays of one text without its site furniture; n words, m sentences. All comparison works on these.

    `start`, `stop` (int32[n]): offsets of each word in `text`. `hash` (uint64[n]): XXH64 of the normalised word.
    `flags` (uint8[n]): constants of `copytrail.words`. `stem` (uint32[n]) and `weight` (float32[n], 0 to 12): the
    stem's code and how rare it is. `sentence` (int32[m + 1]): index of each sentence's first word, then n. `whole`:
    the `hash` of all words, furniture included, and `extent` the offsets from the first to the end of the last of
    them; `ignored` says where the furniture was.
    """

    text: str
    language: str
    start: Numbers
    stop: Numbers
    hash: Hashes
    flags: Bytes
    stem: Codes
    weight: Floats
    sentence: Numbers
    disguises: frozenset[str]
    whole: Hashes
    extent: tuple[int, int]
    ignored: tuple[Ignored, ...] = ()

    def __len__(self) -> int:
        """How many words the text has that are no furniture."""
        return len(self.hash)

    @cached_property
    def sufficient(self) -> bool:
        """Whether the text has enough words, and different ones, to be compared with others."""
        return sufficient(self.hash)

    @property
    def truncated(self) -> bool:
        """Whether the text is so long that only its beginning is compared by statements; copies are found in all."""
        return len(self) > int(compared(self.sentence)[-1])

    @property
    def written(self) -> Written:
        """The words, as compiled code takes them."""
        return Written(self.hash, self.stem, self.weight, self.flags, self.sentence)

    def without_repeats(self, repeated: Sequence[tuple[int, int]]) -> Document:
        """The same text without these stretches (offsets), which its site repeats in other articles."""
        if not repeated:
            return self
        chosen = np.zeros(len(self), np.bool_)
        for low, high in repeated:
            chosen[np.searchsorted(self.start, low) : np.searchsorted(self.start, high)] = True
        return self._ignoring(chosen, Why.REPEATED)

    def without_quotes(self) -> Document:
        """The same text without its direct speech, which others may have heard as well."""
        return self._ignoring((self.flags & np.uint8(QUOTED)) != 0, Why.QUOTED)

    def _ignoring(self, chosen: Bools, why: Why) -> Document:
        """The same text without the chosen words, and where they stood."""
        edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
        if not len(edges):
            return self
        stretches = [
            Ignored(int(self.start[low]), int(self.stop[high - 1]), why)
            for low, high in edges.reshape(-1, 2).tolist()
        ]
        return replace(self._only(~chosen), ignored=tuple(sorted((*self.ignored, *stretches))))

    def _only(self, keep: Bools) -> Document:
        arrays = {
            name: getattr(self, name)[keep] for name in ("start", "stop", "hash", "flags", "stem", "weight")
        }
        bounds = np.concatenate([[0], np.cumsum(keep)])[self.sentence]
        return replace(self, **arrays, sentence=np.unique(bounds).astype(np.int32))

    @cached_property
    def traits(self) -> Packed:
        """What the text is compared by."""
        return traits(self.written)

    @property
    def statements(self) -> Statements:
        """The content of each sentence."""
        return opened(self.traits).all


def analyse(text: str, language: str | None = None) -> Document:
    """Analyse a text, without its usual furniture.

    The language is found in the text, so that it is the same document wherever it is met: sites often declare a
    language that theirs is not. Only when it cannot be found does the one given (ISO 639-1) count.
    """
    normal = normalise(text)
    spoken, words = _read(text, normal, (language or "")[:2].lower())
    stem, weight = terms_of(spoken).look_up(words)
    document = Document(
        text=text,
        language=spoken,
        start=words.start,
        stop=words.stop,
        hash=words.hash,
        flags=mark_names(spoken, words.flags, weight),
        stem=stem,
        weight=weight,
        sentence=words.sentence,
        disguises=normal.flags | _HOMOGLYPHS if words.disguised else normal.flags,
        whole=words.hash,
        extent=(int(words.start[0]), int(words.stop[-1])) if len(stem) else (0, 0),
    )
    usual = furniture_words(text, words.start, words.stop, words.hash, words.flags, words.sentence)
    return document if usual is None else document._ignoring(usual, Why.USUAL)


def _read(text: str, normal: NormalText, given: str) -> tuple[str, Words]:
    """The language of a text and its words, split as that language is written."""
    words = split_words(normal)
    spoken = detect(words)
    if spoken == UNDETERMINED and given in LANGUAGES:
        spoken = given
    if spoken in DOTLESS:
        normal = without_dots(text, normal)
    if spoken not in ("en", UNDETERMINED):
        words = split_words(normal, orthography_of(spoken))
    return spoken, words
