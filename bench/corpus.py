"""Labelled corpora: pairs of texts with what they are to each other, read from a folder of gzipped JSON lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.printing import progress
from copytrail.document import Document, analyse


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by id and what they are to each other.

    `label` is rewrite, near_copy, partial_copy, identical, independent (of one event) or unrelated.
    """

    a: str
    b: str
    label: str
    grade: str
    corpus: str


@dataclass(frozen=True, slots=True, eq=False)
class Corpora:
    """All labelled pairs and their texts by id."""

    pairs: Sequence[Pair]
    texts: dict[str, str]

    def documents(self) -> dict[str, Document]:
        """The texts that pairs name, analysed."""
        named = {name: None for pair in self.pairs for name in (pair.a, pair.b)}
        return {name: analyse(self.texts[name]) for name in progress(list(named), "analysing texts")}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_texts(path: Path) -> dict[str, str]:
    """The texts of a file of documents by id."""
    return {row["id"]: row["text"] for row in read_lines(path)}


def read_corpora(folder: Path) -> Corpora:
    """The labelled pairs of `pairs.jsonl.gz` with the texts of `docs.jsonl.gz`."""
    rows = read_lines(folder / "pairs.jsonl.gz")
    pairs = [Pair(*(row[name] for name in ("a", "b", "label", "grade", "corpus"))) for row in rows]
    return Corpora(pairs, read_texts(folder / "docs.jsonl.gz"))
