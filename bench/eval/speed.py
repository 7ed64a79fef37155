"""Speed of one comparison, from two raw texts to the report, on one core."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from time import process_time
from typing import Final

from bench.corpus import Pair
from bench.printing import Cell, Table
from copytrail.compare import compare_texts
from copytrail.document import Document

WORDS: Final = (350, 450)  # of both texts
PAIRS: Final = 150  # of each label
WARM_UP: Final = 20  # pairs that fill the tables of words before the clock runs


def speed(pairs: Sequence[Pair], documents: Mapping[str, Document]) -> Iterator[Table]:
    """One table: pairs a second by label."""
    rows = []
    for label in ("near_copy", "rewrite", "independent", "unrelated"):
        chosen = [pair for pair in pairs if pair.label == label and _sized(pair, documents)]
        if len(chosen) > WARM_UP:
            rows.append(_timed(label, random.Random(1).sample(chosen, min(PAIRS, len(chosen))), documents))
    yield Table(
        "speed",
        "Comparisons a second on one core, from raw texts",
        ["label", "pairs", "words a text", "pairs/s", "ms a pair"],
        rows,
        f"Texts of {WORDS[0]} to {WORDS[1]} words; processor time, both texts analysed anew for each pair.",
    )


def _sized(pair: Pair, documents: Mapping[str, Document]) -> bool:
    return all(WORDS[0] <= len(documents[name]) <= WORDS[1] for name in (pair.a, pair.b))


def _timed(label: str, pairs: list[Pair], documents: Mapping[str, Document]) -> list[Cell]:
    texts = [(documents[pair.a].text, documents[pair.b].text) for pair in pairs]
    for a, b in texts[:WARM_UP]:
        compare_texts(a, b)
    start = process_time()
    for a, b in texts:
        compare_texts(a, b)
    seconds = process_time() - start
    words = sum(len(documents[name]) for pair in pairs for name in (pair.a, pair.b)) / 2 / len(pairs)
    return [label, len(pairs), round(words), len(pairs) / seconds, 1000 * seconds / len(pairs)]
