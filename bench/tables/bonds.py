"""The table of bonds: which two Han characters or hiragana belong together, from the word lists of `wordfreq`."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import wordfreq

from bench.tables import DATA
from copytrail.characters import CLASS, KIND, Kind
from copytrail.text import normalise

LANGUAGES: Final = ("zh", "ja")
PAIRS: Final = 60_000
STEPS: Final = 12  # of the strength for one unit of its logarithm: 255 reaches down to e**-21


def runs(language: str) -> Iterator[tuple[list[int], float]]:
    """The words that are written in Han characters and hiragana alone, as code points, with their frequency."""
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        points = normalise(word).points
        if ((KIND[np.minimum(points, len(KIND) - 1)] & CLASS) == Kind.SOLO).all() and (
            points <= 0xFFFF
        ).all():
            yield points.tolist(), frequency


def strengths(language: str) -> dict[int, tuple[float, float]]:
    """For each pair (first character in the upper 16 bits) how often it is used, and how strongly it binds.

    The strength is the logarithm of the squared frequency of the pair over the product of its characters'. Pairs
    that are no commoner than two characters meet by chance are left out: particles stand beside everything.
    """
    single: dict[int, float] = defaultdict(float)
    double: dict[tuple[int, int], float] = defaultdict(float)
    for word, frequency in runs(language):
        for point in word:
            single[point] += frequency
        for pair in pairwise(word):
            double[pair] += frequency
    total = sum(single.values())
    return {
        (a << 16) | b: (f, math.log(f * f / (single[a] * single[b])))
        for (a, b), f in double.items()
        if f * total > single[a] * single[b]
    }


def write_bonds() -> None:
    """Write the table: `pair` (sorted uint32) and `strength` (uint8)."""
    best: dict[int, tuple[float, float]] = {}
    for language in LANGUAGES:
        for pair, (frequency, bond) in strengths(language).items():
            known = best.get(pair, (0.0, -math.inf))
            best[pair] = max(known[0], frequency), max(known[1], bond)
    chosen = sorted(sorted(best, key=lambda pair: (-best[pair][0], pair))[:PAIRS])
    strength = [min(255, max(1, round(255 + STEPS * best[pair][1]))) for pair in chosen]
    np.savez_compressed(
        DATA / "bonds.npz",
        pair=np.array(chosen, dtype=np.uint32),
        strength=np.array(strength, dtype=np.uint8),
    )
    print(f"bonds: {len(chosen)} of {len(best)} pairs", file=sys.stderr)


if __name__ == "__main__":
    write_bonds()
