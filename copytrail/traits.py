"""What a text is compared by: its statements, its shingles, the stem of each word; made once for all comparisons."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from copytrail.alignment import CONTENT_WEIGHT, Statements, statements
from copytrail.compiled import Bytes, Codes, Floats, Hashes, Longs, Numbers, compiled, put
from copytrail.runs import RUN_WORDS, places_of
from copytrail.words import QUOTED

FILLER: Final = -2  # a word too common to say anything
# Fewer words than this are a caption or a page of furniture: too little to accuse anybody on.
SUFFICIENT_WORDS: Final = 20
# Fewer different words say nothing, however often they are repeated: no statement of news has fewer.
DIFFERENT_WORDS: Final = 5
UNIT_WORDS: Final = 8  # shorter sentences are compared together with the next one
# What is compared sentence by sentence, or stretch by stretch, costs the product of two lengths, so of a long text only
# its beginning is: three times as much as the longest reports. Shingles and copied runs are always those of all words.
COMPARED_WORDS: Final = 20_000
COMPARED_SENTENCES: Final = 1500
SHINGLE_SIZES: Final = (2, 3, RUN_WORDS)
_SIZES: Final = 16  # numbers at the front of `Packed.numbers`


class Written(NamedTuple):
    """The words of a text: arrays of its document."""

    hash: Hashes
    stem: Codes
    weight: Floats
    flags: Bytes
    sentence: Numbers


class Traits(NamedTuple):
    """The arrays that comparisons work on; n words, k of which are compared by their statements (see `compared`).

    `all`: the statements of the text; `own`: without direct speech. `quotes`: there is some. `words`, `weight`
    (float32[k]): as in the document. `twos`, `threes`, `fives` (uint64): hashes of the distinct word shingles of these
    sizes, sorted. `runs`: where each run of five words stands (see `copytrail.runs`). `term` (int32[k]): number of each
    word's stem in `all.stems`, or `FILLER`. `units` (int32): bounds, by word, of what passages are anchored by.
    """

    all: Statements
    own: Statements
    quotes: bool
    words: Hashes
    twos: Hashes
    threes: Hashes
    fives: Hashes
    runs: Hashes
    term: Numbers
    units: Numbers
    weight: Floats


class Packed(NamedTuple):
    """The traits of a text one behind the other, an array for each type; `opened` tells them apart.

    Handing an array to compiled code costs as much as comparing the words of a sentence, and traits are thirty.
    """

    hashes: Hashes
    numbers: Numbers
    floats: Floats

    @property
    def compared(self) -> int:
        """How many words are compared by their statements."""
        return int(self.numbers[0])

    @property
    def bytes(self) -> int:
        """How much memory they take."""
        return self.hashes.nbytes + self.numbers.nbytes + self.floats.nbytes


def traits(text: Written) -> Packed:
    """What a text is compared by."""
    hashes, bounds = _hashed(text.hash)
    for low, high in pairwise(bounds.tolist()):
        hashes[low:high].sort()
    return Packed(*_packed(hashes, bounds, text))


@compiled
def _hashed(words: Hashes) -> tuple[Hashes, Longs]:
    """The words, behind them the shingles of each of `SHINGLE_SIZES` as they come, then where runs stand; and bounds of
    what is to be sorted.
    """
    hashes = np.empty((len(SHINGLE_SIZES) + 2) * len(words), np.uint64)
    bounds = np.empty(len(SHINGLE_SIZES) + 2, np.int64)
    bounds[0] = put(hashes, 0, words)
    for k in range(len(SHINGLE_SIZES)):
        runs = hash_runs(words, SHINGLE_SIZES[k])
        bounds[k + 1] = put(hashes, bounds[k], runs)
    bounds[-1] = put(hashes, bounds[-2], places_of(runs))
    return hashes, bounds


@compiled
def _packed(hashes: Hashes, shingles: Longs, text: Written) -> tuple[Hashes, Numbers, Floats]:
    """The arrays of `Packed`, from what `_hashed` gives, sorted."""
    sentence = compared(text.sentence)
    last = sentence[-1]
    stem, weight, flags = text.stem[:last], text.weight[:last], text.flags[:last]
    every = statements(stem, weight, flags, sentence, False)
    bounds = units(sentence)
    term = _numbered(stem, weight, every)
    quotes = (flags & np.uint8(QUOTED)).any()
    own = statements(stem, weight, flags, sentence, True) if quotes else every
    sizes = np.empty(_SIZES, np.int32)
    sizes[0], sizes[5], sizes[6] = len(stem), len(bounds), quotes
    sizes[15], end = shingles[0], shingles[0]
    for k in range(len(SHINGLE_SIZES)):
        sizes[k + 1] = _distinct(hashes, shingles[k], shingles[k + 1], end)
        end += sizes[k + 1]
    sizes[4] = shingles[-1] - shingles[-2]
    packed = hashes[: put(hashes, end, hashes[shingles[-2] : shingles[-1]])].copy()
    _count(every, sizes[7:11])
    _count(own, sizes[11:15])
    used = 4 * (len(every.term) + len(own.term)) + 2 * (len(every.stems) + len(own.stems) + 1)
    numbers = np.empty(_SIZES + len(term) + len(bounds) + used, np.int32)
    at = put(numbers, put(numbers, put(numbers, 0, sizes), term), bounds)
    at = _put_numbers(numbers, at, every)
    used = 2 * (len(every.term) + len(own.term)) + len(every.mass) + len(own.mass) + 8
    floats = np.empty(len(weight) + used, np.float32)
    used = _put_floats(floats, put(floats, 0, weight), every)
    if quotes:
        at, used = _put_numbers(numbers, at, own), _put_floats(floats, used, own)
    return packed, numbers[:at], floats[:used]


@compiled
def _count(of: Statements, sizes: Numbers) -> None:
    sizes[0], sizes[1], sizes[2], sizes[3] = len(of.term), len(of.stems), len(of.mass), of.rare


@compiled
def _put_numbers(out: Numbers, at: int, of: Statements) -> int:
    at = put(out, put(out, at, of.sort), of.sentence)
    at = put(out, put(out, at, of.term), of.by_term)
    for code in of.stems:
        out[at] = np.int32(code)
        at += 1
    return put(out, at, of.bounds)


@compiled
def _put_floats(out: Floats, at: int, of: Statements) -> int:
    at = put(out, put(out, at, of.weight), of.place)
    return put(out, put(out, at, of.mass), of.masses)


@compiled
def opened(packed: Packed) -> Traits:
    """The traits, as views of where they are packed."""
    sizes = packed.numbers[:_SIZES]
    words, said = sizes[15], sizes[0]
    twos = words + sizes[1]
    threes = twos + sizes[2]
    fives = threes + sizes[3]
    units_at, rest = _SIZES + said, _SIZES + said + sizes[5]
    every = _statements_at(packed.numbers[rest:], packed.floats[said:], sizes[7:11])
    rest += 4 * sizes[7] + 2 * sizes[8] + 1
    own = every
    if sizes[6]:
        behind = said + 2 * sizes[7] + sizes[9] + 4
        own = _statements_at(packed.numbers[rest:], packed.floats[behind:], sizes[11:15])
    return Traits(
        every,
        own,
        sizes[6] != 0,
        packed.hashes[:words],
        packed.hashes[words:twos],
        packed.hashes[twos:threes],
        packed.hashes[threes:fives],
        packed.hashes[fives : fives + sizes[4]],
        packed.numbers[_SIZES:units_at],
        packed.numbers[units_at : units_at + sizes[5]],
        packed.floats[:said],
    )


@compiled
def _statements_at(numbers: Numbers, floats: Floats, sizes: Numbers) -> Statements:
    """Statements from where their numbers and their floats begin."""
    uses, stems, sentences = sizes[0], sizes[1], sizes[2]
    by_stem = 4 * uses + stems
    return Statements(
        floats[:uses],
        numbers[:uses],
        numbers[uses : 2 * uses],
        floats[uses : 2 * uses],
        numbers[2 * uses : 3 * uses],
        numbers[4 * uses : by_stem].view(np.uint32),
        numbers[3 * uses : 4 * uses],
        numbers[by_stem : by_stem + stems + 1],
        floats[2 * uses : 2 * uses + sentences],
        floats[2 * uses + sentences : 2 * uses + sentences + 4],
        int(np.int64(sizes[3])),
    )


@compiled
def compared(sentence: Numbers) -> Numbers:
    """Of the bounds of sentences, by word, those of the beginning of a text that is compared by its statements."""
    bounds = sentence[: COMPARED_SENTENCES + 1].copy()
    if bounds[-1] > COMPARED_WORDS:
        last = np.searchsorted(bounds, COMPARED_WORDS)
        bounds = bounds[: last + 1]
        bounds[last] = COMPARED_WORDS
    return bounds


@compiled
def sufficient(words: Hashes) -> bool:
    """Whether a text has enough words (their hashes), and different ones, to be compared with others."""
    if len(words) < SUFFICIENT_WORDS:
        return False
    different, count = np.empty(DIFFERENT_WORDS, np.uint64), 0
    for word in words:
        known = False
        for k in range(count):
            known |= different[k] == word
        if not known:
            different[count] = word
            count += 1
            if count == DIFFERENT_WORDS:
                return True
    return False


@compiled
def _distinct(values: Hashes, low: int, high: int, at: int) -> int:
    """Write those from index low to high, which are sorted, to `at`, not beyond them, each once; returns how many."""
    first = at
    for i in range(low, high):
        if i == low or values[i] != values[i - 1]:
            values[at] = values[i]
            at += 1
    return at - first


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
def _numbered(stem: Codes, weight: Floats, of: Statements) -> Numbers:
    """The number of each word's stem, or `FILLER`: it is the next use, or a use shortly before says it again."""
    term = np.full(len(stem), FILLER, np.int32)
    count = 0
    for i in range(len(stem)):
        if weight[i] < CONTENT_WEIGHT:
            continue
        use = min(count, len(of.term) - 1)
        while of.stems[of.term[use]] != stem[i]:
            use -= 1
        count = max(count, use + 1)
        term[i] = of.term[use]
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
