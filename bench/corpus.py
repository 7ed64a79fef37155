"""Labelled corpora: pairs of texts with what they are to each other, read from a folder of gzipped JSON lines.

Beside them may lie what a newsroom decided, as `GET /v1/verdicts/labels` gives it: `verdicts.jsonl`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.printing import progress
from copytrail.document import Document, analyse

VERDICTS: Final = "verdicts"  # the corpus of what people decided, of whatever size it is


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
    """The labelled pairs of `pairs.jsonl.gz` with the texts of `docs.jsonl.gz`, and those of people's verdicts."""
    pairs = [_pair(row) for row in read_lines(folder / "pairs.jsonl.gz")]
    texts = read_texts(folder / "docs.jsonl.gz")
    for row in _verdicts(folder / f"{VERDICTS}.jsonl"):
        a, b = (f"{VERDICTS}:{row[end]}" for end in "ab")  # ids of articles may be those of other corpora
        pairs.append(_pair(row | {"a": a, "b": b}))
        texts |= {a: row["a_text"], b: row["b_text"]}
    return Corpora(pairs, texts)


def _pair(row: Mapping[str, str]) -> Pair:
    return Pair(*(row[name] for name in ("a", "b", "label", "grade", "corpus")))


def _verdicts(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
