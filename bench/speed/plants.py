"""Made-up articles among which it is known who took what from whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from typing import Final, NamedTuple

import wordfreq

from bench.speed.texts import COPIES, make_articles

CHUNK: Final = 5_000  # articles made at a time
SHARE: Final = COPIES / 4  # of the articles that are planted, of each kind
EXCERPT: Final = 100  # words
EDITED: Final = 0.05  # of a copy's words are replaced
KEPT: Final = 0.5  # of a sentence's words, the rarest ones, are kept in a rewrite


class Plant(NamedTuple):
    """Article `copy` was made from article `original`, both by number."""

    kind: str
    original: int
    copy: int


def planted(count: int) -> Iterator[tuple[list[str], list[Plant]]]:
    """Articles in chunks, so many in all, with what is planted in each chunk; every article is in one plant at most."""
    for first in range(0, count, CHUNK):
        yield _planted(min(CHUNK, count - first), first)


def _planted(count: int, first: int) -> tuple[list[str], list[Plant]]:
    chance = Random(first)
    texts = make_articles(count, seed=first, copies=0)
    each = int(SHARE * count)
    chosen = iter(chance.sample(range(count), 2 * each * len(KINDS)))
    plants = []
    for kind, made in KINDS.items():
        for _ in range(each):
            original, copy = next(chosen), next(chosen)
            texts[copy] = made(texts[original], texts[copy], chance)
            plants.append(Plant(kind, first + original, first + copy))
    return texts, plants


def _copied(original: str, own: str, chance: Random) -> str:
    return original


def _edited(original: str, own: str, chance: Random) -> str:
    """The original with some of its words replaced by words of another text."""
    others = own.split()
    words = (chance.choice(others) if chance.random() < EDITED else word for word in original.split())
    return " ".join(words)


def _excerpted(original: str, own: str, chance: Random) -> str:
    """The other text with a run of the original in its midst."""
    words, others = original.split(), own.split()
    start, at = chance.randrange(len(words) - EXCERPT), chance.randrange(len(others))
    return " ".join([*others[:at], *words[start : start + EXCERPT], *others[at:]])


def _rewritten(original: str, own: str, chance: Random) -> str:
    """Each sentence with its rarest words in another order, among other words."""
    others = own.lower().replace(".", "").split()
    return " ".join(_resaid(sentence, others, chance) for sentence in original.rstrip(".").split(". "))


def _resaid(sentence: str, others: list[str], chance: Random) -> str:
    words = sorted(sentence.lower().split(), key=_frequency)
    kept = words[: round(KEPT * len(words))]
    said = kept + chance.choices(others, k=len(words) - len(kept))
    chance.shuffle(said)
    return " ".join(said).capitalize() + "."


@cache
def _frequency(word: str) -> float:
    return float(wordfreq.word_frequency(word, "en"))


KINDS: Final[Mapping[str, Callable[[str, str, Random], str]]] = {
    "copied": _copied,
    "edited": _edited,
    "excerpted": _excerpted,
    "rewritten": _rewritten,
}
