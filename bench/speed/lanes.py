"""How many buckets an article gives, by lane, and what they take in the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from bench.printing import Cell, Table
from copytrail.document import Document, analyse
from copytrail.repeats import page_of
from copytrail.sketch import bands, fingerprints, rare_pairs, sketch

ENTRY: Final = 8  # bytes of an entry in a page of the index
WHEREABOUTS: Final = 3  # bytes kept with the article for each of its buckets
LANES: Final[Mapping[str, Callable[[Document], int]]] = {
    "bands (copies)": lambda document: len(bands(document)),
    "fingerprints (excerpts)": lambda document: len(fingerprints(document)),
    "rare pairs (rewrites)": lambda document: len(rare_pairs(document)),
    "all three, each bucket once": lambda document: len(sketch(document)),
    "lines (what a site repeats)": lambda document: len(page_of(document, "a site").buckets),
}


def lanes(texts: Sequence[str]) -> Iterator[Table]:
    """One table: the buckets of an article by lane, and their bytes."""
    documents = [analyse(text) for text in texts]
    rows: list[list[Cell]] = []
    for name, count in LANES.items():
        counts = np.array([count(document) for document in documents])
        mean = float(counts.mean())
        rows.append([name, mean, float(np.quantile(counts, 0.9)), ENTRY * mean, WHEREABOUTS * mean])
    yield Table(
        "lanes",
        "Buckets of an article",
        ["lane", "buckets", "nine in ten have at most", "bytes in the index", "bytes with the article"],
        rows,
        f"Mean over {len(texts):,} articles of {np.mean([len(document) for document in documents]):.0f} words. Lines"
        " count for articles whose source is known. What the server's memory takes for it: table index_bytes; in other"
        " layouts: table layouts.",
    )
