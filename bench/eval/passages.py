"""Passages against the PAN 2013 text alignment corpus: does Copytrail mark what was taken, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.corpus import read_lines, read_texts
from bench.eval.plagdet import Marked, Plagdet, Span
from bench.printing import Cell, Figure, Table, progress
from copytrail.compare import compare_texts

DOCUMENTS: Final = "pan13_docs.jsonl.gz"
PAIRS: Final = "pan13_pairs.jsonl.gz"
ROUNDS: Final = 100
CLEAN: Final = "01-no-plagiarism"


def passages(folder: Path, pairs_of_a_kind: int) -> Iterator[Table]:
    """Precision, recall, granularity and plagdet by kind of obfuscation, over that many pairs each (0: all)."""
    if not (folder / PAIRS).exists():
        return
    texts = read_texts(folder / DOCUMENTS)
    rows = _sample(list(read_lines(folder / PAIRS)), pairs_of_a_kind)
    marked = [_mark(row, texts) for row in progress(rows, "marking passages")]
    kinds = [row["kind"] for row in rows]
    table: list[list[Cell]] = []
    for kind in sorted(set(kinds)):
        chosen = [pair for pair, own in zip(marked, kinds, strict=True) if own == kind]
        table.append([kind, len(chosen), *_figures(chosen, clean=kind == CLEAN)])
    table.append(["all", len(marked), *_figures(marked, clean=False)])
    yield Table(
        "passages",
        "Passages, PAN 2013 text alignment",
        ["kind", "pairs", "plagdet", "precision", "recall", "granularity", "pairs with a passage"],
        table,
        "Measures of Potthast et al. 2010, macro-averaged over cases and detections. Granularity 1: every case found"
        " in one piece. Detections in clean pairs count against the precision of all.",
    )


def _sample(rows: list[dict[str, Any]], pairs_of_a_kind: int) -> list[dict[str, Any]]:
    if not pairs_of_a_kind:
        return rows
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    chance = random.Random(1)
    return [row for same in by_kind.values() for row in chance.sample(same, min(pairs_of_a_kind, len(same)))]


def _mark(row: dict[str, Any], texts: dict[str, str]) -> Marked:
    cases = [
        Span(start, start + length, source, source + size) for start, length, source, size in row["passages"]
    ]
    report = compare_texts(texts[row["suspicious"]], texts[row["source"]])
    return Marked.of(cases, [Span(*passage.a, *passage.b) for passage in report.passages])


def _figures(marked: Sequence[Marked], *, clean: bool) -> list[Cell]:
    touched = float(np.mean([bool(pair.right) for pair in marked]))
    if clean:
        return [None, None, None, None, touched]
    whole = Plagdet.of(marked)
    chance = random.Random(1)
    resampled = [Plagdet.of(chance.choices(marked, k=len(marked))).score for _ in range(ROUNDS)]
    score = Figure.of(np.array([whole.score, *resampled]))
    return [score, whole.precision, whole.recall, whole.granularity, touched]
