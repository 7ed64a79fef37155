"""Labelled corpora: pairs of texts with what they are to each other, read from a folder of gzipped JSON lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by id, their label (rewrite, near_copy, partial_copy, identical, independent, unrelated), corpus."""

    a: str
    b: str
    label: str
    grade: str
    corpus: str


def read_lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_pairs(folder: Path) -> list[Pair]:
    """The labelled pairs of `pairs.jsonl.gz`."""
    rows = read_lines(folder / "pairs.jsonl.gz")
    return [Pair(*(str(row[name]) for name in ("a", "b", "label", "grade", "corpus"))) for row in rows]


def read_texts(folder: Path) -> dict[str, str]:
    """The texts of `docs.jsonl.gz` by id."""
    return {str(row["id"]): str(row["text"]) for row in read_lines(folder / "docs.jsonl.gz")}
