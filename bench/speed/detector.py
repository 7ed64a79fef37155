"""The detector on one core, stage by stage: analysing and sketching an article, comparing two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bench.printing import Cell, Table
from bench.speed.clock import seconds_each
from copytrail.compare import compare, compare_texts
from copytrail.document import analyse
from copytrail.sketch import bands, fingerprints, rare_pairs, sketch
from copytrail.text import normalise
from copytrail.words import split_words

PAIRS: Final = 300


def detector(texts: Sequence[str]) -> Iterator[Table]:
    """Two tables: what one article costs until it can be indexed, and what a comparison costs."""
    yield _sketching(texts)
    yield _comparing(texts)


def _sketching(texts: Sequence[str]) -> Table:
    documents, normal = [analyse(text) for text in texts], [normalise(text) for text in texts]
    whole = seconds_each(lambda text: sketch(analyse(text)), texts)
    normalising, splitting = seconds_each(normalise, texts), seconds_each(split_words, normal)
    analysing = seconds_each(analyse, texts)
    stages = {
        "normalise": normalising,
        "split into words": splitting,
        "language, stems and weights": analysing - normalising - splitting,
        "signature and bands": seconds_each(bands, documents),
        "fingerprints": seconds_each(fingerprints, documents),
        "rare pairs": seconds_each(rare_pairs, documents),
    }
    stages["the rest"] = whole - sum(stages.values())
    rows: list[list[Cell]] = [[name, 1e6 * part, part / whole, None] for name, part in stages.items()]
    rows.append(["all, from text to buckets", 1e6 * whole, 1.0, 1 / whole])
    return Table(
        "sketching",
        "One article, from text to all buckets of the index, one core",
        ["stage", "µs an article", "share", "articles/s"],
        rows,
        f"Processor time, best of several rounds, {len(texts):,} articles of"
        f" {sum(map(len, documents)) / len(documents):.0f} words.",
    )


def _comparing(texts: Sequence[str]) -> Table:
    texts = texts[:PAIRS]
    pairs = {
        "unlike texts": list(zip(texts, [*texts[1:], texts[0]], strict=True)),
        "a text and its second half": [(text, text[len(text) // 2 :]) for text in texts],
    }
    rows: list[list[Cell]] = []
    for name, chosen in pairs.items():
        raw = seconds_each(lambda pair: compare_texts(*pair), chosen)
        known = [(analyse(a), analyse(b)) for a, b in chosen]
        analysed = seconds_each(lambda pair: compare(*pair), known)
        rows.append([name, len(chosen), 1 / raw, 1 / analysed])
    return Table(
        "comparing",
        "Two texts, from text to report, one core",
        ["pairs", "number", "pairs/s from texts", "pairs/s, analysed before"],
        rows,
        "Texts analysed before: what the worker keeps of articles that come up again and again as candidates.",
    )
