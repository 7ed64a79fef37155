"""Where the words of a text are, and the letters that each is compared as."""

from __future__ import annotations

from typing import Final

import numpy as np

from copytrail.characters import CLASS, KIND_SHIFT, LATIN, POINT, POSED, SIGN_COMPLEX, SIZE, WORDY, Kind
from copytrail.compiled import Bytes, Codes, Hashes, Numbers, compiled
from copytrail.hashing import hash_masked

MAX_WORD: Final = 64  # characters of a word that are compared; longer ones are noise
DISGUISED: Final = 32  # flag of a word: letters of another script posed as Latin ones
NEWLINE: Final = np.uint32(ord("\n"))  # in no word
JOINED: Final = np.uint32(SIGN_COMPLEX)  # among the bits of a word: some of its signs are not compared

# What the letters of a word are: Latin ones or figures; with some of another script; only letters of another script
# that look like Latin ones, as disguise a word and spell some Russian ones; some that look like none.
PLAIN, MIXED, MIMIC, STRANGE = range(4)

_CLASS, _POINT, _SIZE = np.uint32(CLASS << KIND_SHIFT), np.uint32(POINT), np.uint32(SIZE)
_LATIN, _POSED = np.uint32(LATIN << KIND_SHIFT), np.uint32(POSED)
_WORDY_SHIFT: Final = np.uint32(WORDY.bit_length() - 1)
_LETTER, _DIGIT, _APOSTROPHE = (
    np.uint32(kind << KIND_SHIFT) for kind in (Kind.LETTER, Kind.DIGIT, Kind.APOSTROPHE)
)
_FULL_STOP, _COMMA = np.uint32(ord(".")), np.uint32(ord(","))
_NOTHING, _ONE = np.uint32(0), np.uint32(1)
_ZERO, _HALF = (
    np.uint64(0),
    np.uint64(1),
)  # unsigned: a signed index might count from the end, which is looked at


@compiled
def find_words(signs: Codes, edges: Numbers, bits: Codes, elisions: Hashes) -> int:
    """Find the words of letters and figures; returns how many there are.

    Word k is `signs[edges[2 * k] : edges[2 * k + 1]]`, and `bits[k]` all its bits.
    """
    return _join_runs(signs, edges, bits, _find_runs(signs, edges, bits), elisions)


@compiled
def _find_runs(signs: Codes, edges: Numbers, bits: Codes) -> int:
    """Runs of letters and figures. Without a branch: where words end is what a processor guesses worst."""
    edge, inside, seen = _ZERO, _NOTHING, _NOTHING
    for i in range(len(signs)):
        wordy = (signs[i] >> _WORDY_SHIFT) & _ONE
        edges[edge] = i
        edge += np.uint64(wordy ^ inside)
        seen = (seen | signs[i]) & (_NOTHING - wordy)
        bits[edge >> _HALF] = seen
        inside = wordy
    edges[edge] = len(signs)
    return int(np.int64(edge) + 1) // 2


@compiled
def _join_runs(signs: Codes, edges: Numbers, bits: Codes, runs: int, elisions: Hashes) -> int:
    """Join the runs that are one word: "don't", "1,000", "3.5"; returns how many are left."""
    letters = np.empty(MAX_WORD, np.uint32)
    last = 0
    for run in range(1, runs):
        low, end = edges[2 * last], edges[2 * last + 1]
        if edges[2 * run] == end + 1 and _joins(signs, end, bits[last]):
            spoken = bits[last] & _LETTER and len(elisions)
            if not (spoken and among(elisions, _hash_word(signs, low, end, letters))):
                edges[2 * last + 1] = edges[2 * run + 1]
                bits[last] |= bits[run] | JOINED
                continue
        last += 1
        edges[2 * last], edges[2 * last + 1], bits[last] = edges[2 * run], edges[2 * run + 1], bits[run]
    return min(runs, last + 1)


@compiled
def _joins(signs: Codes, i: int, bits: np.uint32) -> bool:
    """Whether sign i, between two runs, is part of the word whose bits come before it."""
    after = signs[i + 1] & _CLASS
    if bits & _LETTER:
        return bool(signs[i] & _CLASS == _APOSTROPHE and after == _LETTER)
    point = signs[i] & _POINT
    return bool(after == _DIGIT and point in (_COMMA, _FULL_STOP))


@compiled
def spell(signs: Codes, low: int, high: int, letters: Codes) -> int:
    """Fill in the code points that a word is compared as; returns how many, `MAX_WORD` at most."""
    size = 0
    for k in range(low, high):
        if signs[k] & _CLASS != _APOSTROPHE and signs[k] & _POINT != _COMMA:
            letters[size] = signs[k] & _POINT
            size += 1
            if size == MAX_WORD:
                break
    return size


@compiled
def spell_all(
    signs: Codes, low: Numbers, high: Numbers, disguised: Bytes, lookalike: Codes, letters: Codes
) -> int:
    """Spell words one behind the other, each with `NEWLINE` at its end; returns how many code points that makes."""
    size = 0
    for w in range(len(low)):
        end = size + spell(signs, low[w], high[w], letters[size:])
        if disguised[w]:
            undisguise(letters[size:end], lookalike)
        letters[end] = NEWLINE
        size = end + 1
    return size


@compiled
def _hash_word(signs: Codes, low: int, high: int, letters: Codes) -> np.uint64:
    return hash_masked(letters, 0, spell(signs, low, high, letters), _POINT)


@compiled
def hash_words(signs: Codes, low: Numbers, high: Numbers, joined: Bytes, hashes: Hashes) -> None:
    """Fill in the hash of each word; `joined` says of which some signs are not compared."""
    letters = np.empty(MAX_WORD, np.uint32)
    for w in range(len(low)):
        if joined[w]:
            hashes[w] = _hash_word(signs, low[w], high[w], letters)
        else:
            hashes[w] = hash_masked(signs, low[w], min(high[w] - low[w], MAX_WORD), _POINT)


@compiled
def make_of(signs: Codes, low: int, high: int) -> int:
    """What the letters of a word are, `PLAIN` to `STRANGE`."""
    has_latin, has_posed = False, False
    for k in range(low, high):
        if signs[k] & _CLASS == _LETTER:
            if signs[k] & _POSED:
                has_posed = True
            elif signs[k] & _LATIN:
                has_latin = True
            else:
                return STRANGE
    return (MIXED if has_latin else MIMIC) if has_posed else PLAIN


@compiled
def unmask(
    signs: Codes, low: Numbers, high: Numbers, make: Bytes, lookalike: Codes, hashes: Hashes, flags: Bytes
) -> int:
    """Read look-alike letters as Latin ones: in mixed words, and in all words of a text that is mostly Latin."""
    disguised, letters = 0, np.empty(MAX_WORD, np.uint32)
    mostly_latin = 3 * np.sum((make == MIMIC) | (make == STRANGE)) < len(make)
    for w in range(len(make)):
        if make[w] == MIXED or (make[w] == MIMIC and mostly_latin):
            size = spell(signs, low[w], high[w], letters)
            undisguise(letters[:size], lookalike)
            hashes[w] = hash_masked(letters, 0, size, _POINT)
            flags[w] |= np.uint8(DISGUISED)
            disguised += 1
    return disguised


@compiled
def undisguise(letters: Codes, lookalike: Codes) -> None:
    """Read letters that pose as Latin ones as these."""
    for k in range(len(letters)):
        if letters[k] < _SIZE:
            letters[k] = lookalike[letters[k]]


@compiled
def among(hashes: Hashes, value: np.uint64) -> bool:
    """Whether a hash is one of these, which are sorted."""
    at = np.searchsorted(hashes, value)
    return bool(at < len(hashes) and hashes[at] == value)
