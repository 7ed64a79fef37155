"""Rewrites whose original is known: which text of a labelled pair the other was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench.corpus import Pair

_LEVELS: Final = ("_adv", "_int", "_ele")  # each was written from the one before


def _sheepdog(article: str) -> int:
    return 0 if article.endswith("_orig") else 1


def _llmfake(article: str) -> int:
    return 1 if "_paraphrase_" in article or "_rewrite_" in article else 0


def _onestop(article: str) -> int:
    return next(place for place, level in enumerate(_LEVELS) if article.endswith(level))


_GENERATION: Final[Mapping[str, Callable[[str], int]]] = {
    "sheepdog_rewrites": _sheepdog,
    "llmfake_rewrites": _llmfake,
    "onestopenglish": _onestop,
}
"""How many rewritings lie behind an article, by the corpus, told by the article's id."""


def originals(pairs: Iterable[Pair]) -> list[Pair]:
    """The rewrites of which one text is the original of the other, the original as `a`."""
    return [pair if gap < 0 else _turned(pair) for pair, gap in _generations(pairs) if gap]


def siblings(pairs: Iterable[Pair]) -> list[Pair]:
    """The rewrites of one original that neither text is."""
    return [pair for pair, gap in _generations(pairs) if not gap]


def _generations(pairs: Iterable[Pair]) -> list[tuple[Pair, int]]:
    """Rewrites of corpora that tell, each with the generation of a minus that of b."""
    told = [pair for pair in pairs if pair.label == "rewrite" and pair.corpus in _GENERATION]
    return [(p, _GENERATION[p.corpus](p.a) - _GENERATION[p.corpus](p.b)) for p in told]


def _turned(pair: Pair) -> Pair:
    return Pair(pair.b, pair.a, pair.label, pair.grade, pair.corpus)
