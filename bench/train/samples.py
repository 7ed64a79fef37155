"""Labelled pairs as numbers: the signals of each pair, of shortened versions of it, and of unrelated pairs."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.corpus import Pair, read_pairs, read_texts
from copytrail.document import Document, analyse
from copytrail.features import signals

SHORTEN_FROM: Final = 150  # words of both texts from which a shortened version of the pair is added
UNRELATED: Final = 0.1  # random pairs of a corpus added, as a share of its pairs


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """n samples: `values` (float32[n, signals]), `label` and `corpus` (str[n])."""

    values: npt.NDArray[np.float32]
    label: npt.NDArray[np.str_]
    corpus: npt.NDArray[np.str_]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """The samples where `chosen` is true."""
        return type(self)(self.values[chosen], self.label[chosen], self.corpus[chosen])


def measure(folder: Path) -> Samples:
    """All samples of a folder of corpora; the same for the same folder."""
    texts, pairs = read_texts(folder), read_pairs(folder)
    documents = {name: analyse(texts[name]) for name in {p.a for p in pairs} | {p.b for p in pairs}}
    rows = list(_rows(pairs, documents, random.Random(1)))
    values, labels, corpora = zip(*rows, strict=True)
    return Samples(np.array(values), np.array(labels), np.array(corpora))


def _rows(
    pairs: list[Pair], documents: dict[str, Document], chance: random.Random
) -> Iterator[tuple[npt.NDArray[np.float32], str, str]]:
    for index, pair in enumerate(pairs):
        if index % 2000 == 0:
            print(f"measured {index} of {len(pairs)} pairs", file=sys.stderr)
        a, b = documents[pair.a], documents[pair.b]
        yield signals(a, b), pair.label, pair.corpus
        if min(len(a), len(b)) >= SHORTEN_FROM:
            share = chance.uniform(0.25, 0.7)
            yield signals(_head(a, share), _head(b, share)), pair.label, pair.corpus
        if chance.random() < UNRELATED:
            other = documents[chance.choice(pairs).b]
            yield signals(a, other), "unrelated", pair.corpus


def _head(document: Document, share: float) -> Document:
    """The first sentences of a text, about that share of them."""
    sentences = max(1, round(share * (len(document.sentence) - 1)))
    return analyse(document.text[: document.stop[document.sentence[sentences] - 1] + 1], document.language)
