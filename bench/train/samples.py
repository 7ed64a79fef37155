"""Labelled pairs as numbers: the signals of each pair, of shortened versions of it, and of unrelated pairs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.corpus import Pair
from bench.printing import progress
from copytrail.document import Document, analyse
from copytrail.features import signals

SHORTEN_FROM: Final = 150  # words of both texts from which a shortened version of the pair is added
UNRELATED: Final = 0.1  # random pairs of a corpus added, as a share of its pairs


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """n samples: `values` (float32[n, signals]), `label` and `corpus` (str[n]).

    `pair` (int64[n]) is the number of the labelled pair that a sample is, or -1 when it was made from one.
    `shorter_words` (int64[n]) is how many words the shorter text has.
    """

    values: npt.NDArray[np.float32]
    label: npt.NDArray[np.str_]
    corpus: npt.NDArray[np.str_]
    pair: npt.NDArray[np.int64]
    shorter_words: npt.NDArray[np.int64]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """The samples where `chosen` is true."""
        return type(self)(**{column.name: getattr(self, column.name)[chosen] for column in fields(self)})


def measure(pairs: Sequence[Pair], documents: Mapping[str, Document]) -> Samples:
    """All samples of the pairs, whose texts are in `documents` by id; the same for the same pairs."""
    columns = zip(*_rows(pairs, documents, random.Random(1)), strict=True)
    return Samples(*(np.array(column) for column in columns))


def _rows(
    pairs: Sequence[Pair], documents: Mapping[str, Document], chance: random.Random
) -> Iterator[tuple[npt.NDArray[np.float32], str, str, int, int]]:
    for number, pair in enumerate(progress(pairs, "measuring pairs")):
        a, b = documents[pair.a], documents[pair.b]
        yield signals(a, b), pair.label, pair.corpus, number, min(len(a), len(b))
        if min(len(a), len(b)) >= SHORTEN_FROM:
            share = chance.uniform(0.25, 0.7)
            short_a, short_b = _head(a, share), _head(b, share)
            yield signals(short_a, short_b), pair.label, pair.corpus, -1, min(len(short_a), len(short_b))
        if chance.random() < UNRELATED:
            other = documents[chance.choice(pairs).b]
            yield signals(a, other), "unrelated", pair.corpus, -1, min(len(a), len(other))


def _head(document: Document, share: float) -> Document:
    """The first sentences of a text, about that share of them."""
    sentences = max(1, round(share * (len(document.sentence) - 1)))
    return analyse(document.text[: document.stop[document.sentence[sentences] - 1] + 1], document.language)
