"""What a text is compared by: its statements, its shingles, the stem of each word; made once for all comparisons."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.alignment import CONTENT_WEIGHT, Statements, statements
from copytrail.compiled import Bytes, Codes, Floats, Hashes, Numbers, compiled
from copytrail.runs import RUN_WORDS, places_of
from copytrail.words import QUOTED

SHINGLE_SIZES: Final = (2, 3, RUN_WORDS)
FILLER: Final = -2  # a word too common to say anything
UNIT_WORDS: Final = 8  # shorter sentences are compared together with the next one
# What is compared sentence by sentence, or stretch by stretch, costs the product of two lengths, so of a long text only
# its beginning is: three times as much as the longest reports. Shingles and copied runs are always those of all words.
COMPARED_WORDS: Final = 20_000
COMPARED_SENTENCES: Final = 1500


class Traits(NamedTuple):
    """The arrays that comparisons work on; n words, k of which are compared by their statements (see `compared`).

    `all`: the statements of the text; `own`: without direct speech, of which there is some when `quotes`. `twos`,
    `threes`, `fives` (uint64): hashes of the distinct word shingles of these sizes, sorted. `runs`: where each run of
    five words stands (see `copytrail.runs`). `term` (int32[k]): number of each word's stem in `all.stems`, or `FILLER`.
    `words`, `weight` (float32[k]): as in the document. `units` (int32): bounds, by word, of what passages are anchored
    by.
    """

    all: Statements
    own: Statements
    quotes: bool
    twos: Hashes
    threes: Hashes
    fives: Hashes
    runs: Hashes
    term: Numbers
    words: Hashes
    weight: Floats
    units: Numbers


def traits(words: Hashes, stem: Codes, weight: Floats, flags: Bytes, sentence: Numbers) -> Traits:
    """The traits of a text, from a document's arrays."""
    twos, threes, fives = (hash_runs(words, size) for size in SHINGLE_SIZES)
    sentence = compared(sentence)
    last = int(sentence[-1])
    stem, weight, flags = stem[:last], weight[:last], flags[:last]
    quotes = bool((flags & np.uint8(QUOTED)).any())
    whole = statements(stem, weight, flags, sentence, without_speech=False)
    own = statements(stem, weight, flags, sentence, without_speech=True) if quotes else whole
    runs = places_of(fives)
    term = _numbered(stem, weight, whole.stems)
    shingles = (distinct(twos), distinct(threes), distinct(fives))
    return Traits(whole, own, quotes, *shingles, runs, term, words, weight, units(sentence))


def compared(sentence: Numbers) -> Numbers:
    """Of the bounds of sentences, by word, those of the beginning of a text that is compared by its statements."""
    bounds = sentence[: COMPARED_SENTENCES + 1]
    if bounds[-1] <= COMPARED_WORDS:
        return bounds
    return np.append(bounds[bounds < COMPARED_WORDS], np.int32(COMPARED_WORDS))


def distinct(values: Hashes) -> Hashes:
    """The values sorted, each once."""
    values = np.sort(values)
    keep = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=keep[1:])
    return values[keep]


@compiled
def hash_runs(words: Hashes, size: int) -> Hashes:
    """A hash of each run of `size` words, in order; it is kept nowhere, so it need not be a standard one."""
    out = np.empty(max(0, len(words) - size + 1), np.uint64)
    for i in range(len(out)):
        mixed = words[i]
        for k in range(i + 1, i + size):
            mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x9FB21C651E98DF25) + words[k]
        out[i] = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xFF51AFD7ED558CCD)
    return out


@compiled
def _numbered(stem: Codes, weight: Floats, stems: Codes) -> Numbers:
    term = np.empty(len(stem), np.int32)
    for i in range(len(stem)):
        term[i] = np.searchsorted(stems, stem[i]) if weight[i] >= CONTENT_WEIGHT else FILLER
    return term


@compiled
def units(sentence: Numbers) -> Numbers:
    """Bounds, by word, of whole sentences joined to at least `UNIT_WORDS` words."""
    words = sentence[-1]
    bounds = np.empty(len(sentence), np.int32)
    bounds[0], count = 0, 0
    for s in range(1, len(sentence)):
        if sentence[s] - bounds[count] >= UNIT_WORDS:
            count += 1
            bounds[count] = sentence[s]
    if bounds[count] < words:
        count = max(1, count)
        bounds[count] = words
    return bounds[: count + 1]
