"""Site furniture: what a page says around its article, told by the usual phrases.

Comment forms, share bars, cookie notices, newsletter forms, agency footers: two articles must not match on them.
The unit is the sentence: one phrase of `data/furniture.txt` may be enough, or half of its words must be in such
phrases. So news that mentions cookies stays news. A line that is mostly furniture is furniture as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

from copytrail.compiled import Bools, Bytes, Codes, Hashes, Numbers, compiled
from copytrail.hashing import slot_of
from copytrail.orthography import orthography_of
from copytrail.text import normalise, points_of
from copytrail.words import NUMBER, Words, split_words

LONGEST_WORDS: Final = 60  # of the longest line or sentence that is furniture: longer ones are prose

_KINDS: Final = {"filling": 1, "telling": 2, "enough": 3, "opening": 4}
_FILLING, _TELLING, _ENOUGH, _OPENING = (np.uint8(_KINDS[name]) for name in _KINDS)
_TELLING_SHARE: Final = 0.5  # of a sentence's words
_LINE_SHARE: Final = 0.6  # of a line's words in furniture sentences
_ANY_NUMBER, _ANY_WORD = np.uint64(0), np.uint64(1)  # in place of a hash
_ROOT: Final = 0
_SIEVE: Final = 1 << 16
_WILD: Final = "anyword"  # what `*` is split as
_NEWLINE, _RETURN, _LINE, _PARAGRAPH = (np.uint32(ord(each)) for each in "\n\r\u2028\u2029")
_COLON: Final = re.compile(r"\s*[:：]")


class Phrases(NamedTuple):
    """All phrases as one tree: from a node, by a word's hash, to the next.

    `step` (uint64) is an open-addressing table of `_edge(node, word)`, `node` (uint32) where each leads; `kind`
    (uint8[nodes]) what a phrase that ends at a node proves, 0 for none. `first` (bool[_SIEVE]) says by the lowest bits
    of a word's hash whether a phrase may begin with it: few words do, and none with any word.
    """

    step: Hashes
    node: Codes
    kind: Bytes
    first: Bools


def furniture_words(
    text: str, start: Numbers, stop: Numbers, words: Hashes, flags: Bytes, sentence: Numbers
) -> Bools | None:
    """Which of a document's words are in sentences or lines of usual furniture; None: none of them.

    The arguments are the document's arrays.
    """
    proof, opening = np.zeros(len(words), np.uint8), np.zeros(len(sentence), np.int32)
    if not _prove(words, flags, sentence, *phrases(), proof, opening):
        return None
    for s in np.flatnonzero(opening).tolist():
        if _COLON.match(text, stop[opening[s] - 1]):
            proof[sentence[s]] = _ENOUGH
    return _judge(proof, sentence, lines_of(text, start))


def lines_of(text: str, start: Numbers) -> Numbers:
    """The number of each line's first word, then n, for n words that start at these offsets of the text."""
    bounds = np.empty(len(start) + 2, np.int32)
    return bounds[: _find_lines(points_of(text), start, bounds)]


@cache
def phrases() -> Phrases:
    """The phrases of `data/furniture.txt`, split as any language they may be met in splits them."""
    source = (files("copytrail") / "data" / "furniture.txt").read_text("utf-8")
    edges: dict[int, int] = {}
    kinds, first = [0], np.zeros(_SIEVE, np.bool_)
    for language, kind, phrase in _listed(source):
        for words in _readings(phrase, language):
            node = _ROOT
            first[words[0] % _SIEVE] = True
            for word in words:
                step = int(_edge(node, np.uint64(word)))
                if step not in edges:
                    edges[step] = len(kinds)
                    kinds.append(0)
                node = edges[step]
            kinds[node] = max(kinds[node], kind)
    steps, nodes = (
        np.zeros(4 << len(edges).bit_length(), np.uint64),
        np.zeros(4 << len(edges).bit_length(), np.uint32),
    )
    for step, node in edges.items():
        slot = slot_of(steps, np.uint64(step))
        steps[slot], nodes[slot] = step, node
    return Phrases(steps, nodes, np.array(kinds, np.uint8), first)


def _listed(source: str) -> Iterator[tuple[str, int, str]]:
    """Language, kind and phrase of each line."""
    language, kind = "", 0
    for line in source.splitlines():
        if line.startswith("["):
            language, name = line.strip("[]").split()
            kind = _KINDS[name]
        elif line and not line.startswith(";"):
            yield language, kind, line


def _readings(phrase: str, language: str) -> set[tuple[int, ...]]:
    """The word hashes of a phrase, as its own language and as English splits it."""
    normal = normalise(phrase.replace("#", "0").replace("*", _WILD))
    return {_hashes(split_words(normal, orthography_of(name))) for name in (language, "en")}


def _hashes(words: Words) -> tuple[int, ...]:
    numbers = (words.flags & np.uint8(NUMBER)) != 0
    wild = [word == _WILD for word in words.spelt(np.arange(len(words)))]
    return tuple(np.where(numbers, _ANY_NUMBER, np.where(wild, _ANY_WORD, words.hash)).tolist())


@compiled
def _edge(node: int, word: np.uint64) -> np.uint64:
    key = (word ^ (np.uint64(node) * np.uint64(0x9E3779B185EBCA87))) * np.uint64(0xC2B2AE3D27D4EB4F)
    return np.uint64(key ^ (key >> np.uint64(29)))


@compiled
def _after(place: int, word: np.uint64, step: Hashes, node: Codes) -> int:
    """The node that a word leads to; the root, which nothing leads to, when no phrase goes on so."""
    return int(node[slot_of(step, _edge(place, word))])


@compiled
def _longest(
    words: Hashes, flags: Bytes, i: int, end: int, step: Hashes, node: Codes, kind: Bytes
) -> tuple[int, int]:
    """End and kind of the longest phrase that starts at word i; (i, 0) where none does."""
    place, stop, proof = _ROOT, i, 0
    for j in range(i, end):
        word = _ANY_NUMBER if flags[j] & np.uint8(NUMBER) else words[j]
        after = _after(place, word, step, node)
        if not after and place != _ROOT:
            after = _after(place, _ANY_WORD, step, node)
        if not after:
            break
        place = after
        if kind[place]:
            stop, proof = j + 1, int(kind[place])
    return stop, proof


@compiled
def _prove(
    words: Hashes,
    flags: Bytes,
    sentence: Numbers,
    step: Hashes,
    node: Codes,
    kind: Bytes,
    first: Bools,
    proof: Bytes,
    opening: Numbers,
) -> bool:
    """Fill in what the phrases around it prove of each word, and the end of each sentence's opening.

    No phrase crosses a sentence. Returns whether any sentence may be furniture.
    """
    found = False
    for s in range(len(sentence) - 1):
        for i in range(sentence[s], sentence[s + 1]):
            if not (first[words[i] % np.uint64(_SIEVE)] or flags[i] & np.uint8(NUMBER)):
                continue
            stop, proven = _longest(words, flags, i, sentence[s + 1], step, node, kind)
            if proven == _OPENING:
                if i == sentence[s]:
                    opening[s] = stop
                proven = int(_FILLING)
            for j in range(i, stop):
                proof[j] = max(proof[j], np.uint8(proven))
        filled = 0
        for i in range(sentence[s], sentence[s + 1]):
            filled += proof[i] > 0
            found |= proof[i] >= _TELLING
        found |= opening[s] > 0 or filled == sentence[s + 1] - sentence[s]
    return found


@compiled
def _find_lines(points: Codes, start: Numbers, bounds: Numbers) -> int:
    """Fill in the bounds of lines; returns how many."""
    bounds[0] = 0
    count, word = 1, 0
    for i in range(len(points)):
        point = points[i]
        if point in (_NEWLINE, _RETURN, _LINE, _PARAGRAPH):
            while word < len(start) and start[word] < i:
                word += 1
            if word > bounds[count - 1]:
                bounds[count] = word
                count += 1
    if len(start) > bounds[count - 1]:
        bounds[count] = len(start)
        count += 1
    return count


@compiled
def _judge(proof: Bytes, sentence: Numbers, line: Numbers) -> Bools:
    usual = np.zeros(len(proof), np.bool_)
    for s in range(len(sentence) - 1):
        low, high = sentence[s], sentence[s + 1]
        told, filled, enough = 0, 0, False
        for i in range(low, high):
            told += proof[i] >= _TELLING
            filled += proof[i] > 0
            enough |= proof[i] == _ENOUGH
        whole = filled == high - low
        if high - low <= LONGEST_WORDS and (enough or whole or told >= _TELLING_SHARE * (high - low)):
            usual[low:high] = True
    for k in range(len(line) - 1):
        low, high = line[k], line[k + 1]
        if high - low <= LONGEST_WORDS and np.sum(usual[low:high]) >= _LINE_SHARE * (high - low):
            usual[low:high] = True
    return usual
