"""Words of any script, sentences and direct speech, each with its place in the text as given."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.characters import (
    CLASS,
    FOREIGN,
    KIND_SHIFT,
    LATIN,
    LOOKALIKE,
    POINT,
    POSED,
    SIGN_COMPLEX,
    SIZE,
    UPPER,
    WORDY,
    Kind,
)
from copytrail.compiled import Bytes, Codes, Hashes, Numbers, compiled
from copytrail.hashing import hash_masked, hash_points
from copytrail.orthography import Orthography, orthography_of
from copytrail.text import NormalText
from copytrail.unspaced import bonds, unit_end

MAX_WORD: Final = 64  # characters of a word that are compared; longer ones are noise
MAX_SENTENCE: Final = 80  # words; a list or a page without full stops is cut there

# Flags of a word.
CAPITAL: Final = 1
NUMBER: Final = 2
QUOTED: Final = 4  # in direct speech
OPENS_SENTENCE: Final = 8
OPENS_PARAGRAPH: Final = 16
DISGUISED: Final = 32  # letters of another script posed as Latin ones

_CLASS, _POINT, _SIZE = np.uint32(CLASS << KIND_SHIFT), np.uint32(POINT), np.uint32(SIZE)
_LATIN, _UPPER = np.uint32(LATIN << KIND_SHIFT), np.uint32(UPPER << KIND_SHIFT)
_POSED, _FOREIGN, _WORDY = np.uint32(POSED), np.uint32(FOREIGN), np.uint32(WORDY)
_WORDY_SHIFT: Final = np.uint32(WORDY.bit_length() - 1)
_JOINED = np.uint32(SIGN_COMPLEX)  # among the bits of a word: some of its signs are not compared
_LETTER, _DIGIT, _SOLO, _SPACE, _NEWLINE, _TERMINAL, _QUOTE, _APOSTROPHE = (
    np.uint32(kind << KIND_SHIFT) for kind in Kind if kind != Kind.OTHER
)
_FULL_STOP, _COMMA = np.uint32(ord(".")), np.uint32(ord(","))
_LEFT_QUOTE, _LEFT_SINGLE, _RIGHT_SINGLE = np.uint32(ord("“")), np.uint32(ord("‘")), np.uint32(ord("’"))
_RIGHT_QUOTE, _LOW_QUOTE, _GUILLEMET = np.uint32(ord("”")), np.uint32(ord("„")), np.uint32(ord("«"))
_CORNER, _WHITE_CORNER = np.uint32(ord("「")), np.uint32(ord("『"))
_TO_CLOSE: Final = ord("»") - ord("«")  # corner brackets close with the code point after
_IDEOGRAPHIC_STOP = np.uint32(ord("。"))  # no space follows it
_NOTHING, _ONE = np.uint32(0), np.uint32(1)
_ZERO, _HALF = (
    np.uint64(0),
    np.uint64(1),
)  # unsigned: a signed index costs a look at whether it counts from the end
_ENGLISH: Final = orthography_of("en")  # also how a text is split until its language is known

# What the letters of a word are: Latin ones or figures; with some of another script; only letters of another script
# that look like Latin ones, as disguise a word and spell some Russian ones; some that look like none.
_PLAIN, _MIXED, _MIMIC, _STRANGE = range(4)


class Words(NamedTuple):
    """The words of a text, in order: n of them in m sentences.

    Word i is `text[start[i]:stop[i]]`, written in `signs[low[i]:high[i]]`, with the XXH64 `hash[i]` of the code points
    that it is compared as. `flags` combines the constants of this module. `sentence` (int32[m + 1]) has the index of
    each sentence's first word, then n.
    """

    start: Numbers
    stop: Numbers
    hash: Hashes
    flags: Bytes
    sentence: Numbers
    signs: Codes
    low: Numbers
    high: Numbers
    disguised: bool  # whether any word is

    def spelt(self, index: int) -> str:
        """Word `index` as it is compared: lower case, without apostrophes."""
        letters = np.empty(MAX_WORD, np.uint32)
        size = _spell(self.signs, self.low[index], self.high[index], letters)
        if self.flags[index] & DISGUISED:
            _undisguise(letters[:size], LOOKALIKE)
        return letters[:size].tobytes().decode("utf-32-le", "replace")


def split_words(text: NormalText, orthography: Orthography = _ENGLISH) -> Words:
    """Split a normalised text into words; digits with separators are one word.

    In scripts without spaces the words are the units of `copytrail.unspaced`.
    """
    signs = text.signs
    edges, bits = np.empty(len(signs) + 2, np.int32), np.empty(len(signs) // 2 + 2, np.uint32)
    most = _find_words(signs, edges, bits, orthography.elisions) + text.solos
    places = np.empty((5, most + 1), np.int32)
    hashes, flags = np.empty(most, np.uint64), np.empty(most, np.uint8)
    count, sentences, disguised = _split(
        signs,
        text.first,
        text.last,
        edges,
        bits,
        LOOKALIKE,
        *bonds(),
        orthography.abbreviations,
        orthography.ordinals,
        orthography.cased,
        orthography.mirrored,
        orthography.clause_words,
        places,
        hashes,
        flags,
    )
    start, stop, low, high, sentence = places
    return Words(
        start[:count],
        stop[:count],
        hashes[:count],
        flags[:count],
        sentence[: sentences + 1],
        text.signs,
        low[:count],
        high[:count],
        disguised > 0,
    )


@compiled
def _find_words(signs: Codes, edges: Numbers, bits: Codes, elisions: Hashes) -> int:
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
            if not (spoken and _among(elisions, _hash_word(signs, low, end, letters))):
                edges[2 * last + 1] = edges[2 * run + 1]
                bits[last] |= bits[run] | _JOINED
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
def _hash_word(signs: Codes, low: int, high: int, letters: Codes) -> np.uint64:
    return hash_masked(letters, 0, _spell(signs, low, high, letters), _POINT)


@compiled
def _make(signs: Codes, low: int, high: int) -> int:
    """What the letters of a word are."""
    has_latin, has_posed = False, False
    for k in range(low, high):
        if signs[k] & _CLASS == _LETTER:
            if signs[k] & _POSED:
                has_posed = True
            elif signs[k] & _LATIN:
                has_latin = True
            else:
                return _STRANGE
    return (_MIXED if has_latin else _MIMIC) if has_posed else _PLAIN


@compiled
def _spell(signs: Codes, low: int, high: int, letters: Codes) -> int:
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
def _undisguise(letters: Codes, lookalike: Codes) -> None:
    """Read letters that pose as Latin ones as these."""
    for k in range(len(letters)):
        if letters[k] < _SIZE:
            letters[k] = lookalike[letters[k]]


@compiled
def _among(hashes: Hashes, value: np.uint64) -> bool:
    at = np.searchsorted(hashes, value)
    return bool(at < len(hashes) and hashes[at] == value)


@compiled
def _quote_after(signs: Codes, i: int, opener: np.uint32, mirrored: bool) -> np.uint32:
    """The character that opened direct speech (0: none) once sign i is read."""
    point = signs[i] & _POINT
    if signs[i] & _CLASS == _QUOTE:
        if opener == 0:
            return np.uint32(point)
        if opener in (_GUILLEMET, _CORNER, _WHITE_CORNER):  # another kind of quote inside it does not end it
            return np.uint32(0) if point == opener + (_TO_CLOSE if opener == _GUILLEMET else 1) else opener
        closes = point != _LEFT_QUOTE or opener == _LOW_QUOTE or (mirrored and opener == _RIGHT_QUOTE)
        return np.uint32(0) if closes and opener != _LEFT_SINGLE else opener
    letter_next = i + 1 < len(signs) and signs[i + 1] & _CLASS == _LETTER
    if point == _LEFT_SINGLE and opener == 0 and letter_next:
        return np.uint32(point)
    if point == _RIGHT_SINGLE and opener == _LEFT_SINGLE and not letter_next:
        return np.uint32(0)
    return opener


@compiled
def _ends_sentence(
    signs: Codes, i: int, word: Codes, flags: int, abbreviations: Hashes, ordinals: bool
) -> bool:
    """Whether the terminal at i ends a sentence, after a word of these letters and flags."""
    if signs[i] & _POINT != _FULL_STOP:
        return True
    if i + 1 < len(signs) and signs[i + 1] & _WORDY:
        return False
    if len(word) == 1 and flags & CAPITAL:
        return False
    if ordinals and flags & NUMBER and len(word) <= 2:
        return False
    return not _among(abbreviations, hash_points(word))


@compiled
def _unmask(
    signs: Codes, low: Numbers, high: Numbers, make: Bytes, lookalike: Codes, hashes: Hashes, flags: Bytes
) -> int:
    """Read look-alike letters as Latin ones: in mixed words, and in all words of a text that is mostly Latin."""
    disguised, letters = 0, np.empty(MAX_WORD, np.uint32)
    mostly_latin = 3 * np.sum((make == _MIMIC) | (make == _STRANGE)) < len(make)
    for w in range(len(make)):
        if make[w] == _MIXED or (make[w] == _MIMIC and mostly_latin):
            size = _spell(signs, low[w], high[w], letters)
            _undisguise(letters[:size], lookalike)
            hashes[w] = hash_masked(letters, 0, size, _POINT)
            flags[w] |= np.uint8(DISGUISED)
            disguised += 1
    return disguised


@compiled
def _hash_words(signs: Codes, low: Numbers, high: Numbers, skips: Bytes, hashes: Hashes) -> None:
    letters = np.empty(MAX_WORD, np.uint32)
    for w in range(len(low)):
        if skips[w]:
            hashes[w] = _hash_word(signs, low[w], high[w], letters)
        else:
            hashes[w] = hash_masked(signs, low[w], min(high[w] - low[w], MAX_WORD), _POINT)


@compiled
def _split(
    signs: Codes,
    first: Numbers,
    last: Numbers,
    edges: Numbers,
    bits: Codes,
    lookalike: Codes,
    pair: Codes,
    strength: Bytes,
    abbreviations: Hashes,
    ordinals: bool,
    cased: bool,
    mirrored: bool,
    clause_words: int,
    places: Numbers,
    hashes: Hashes,
    flags: Bytes,
) -> tuple[int, int, int]:
    """Fill in the arrays of `Words`; returns the numbers of words, of sentences and of disguised words."""
    start, stop, low, high, sentence = places[0], places[1], places[2], places[3], places[4]
    letters, make, skips = (
        np.empty(MAX_WORD, np.uint32),
        np.empty(len(hashes), np.uint8),
        np.empty(len(hashes), np.uint8),
    )
    count, sentences, run, i, newlines, length, made = 0, 0, 0, 0, 2, 0, 0
    opener = _NOTHING
    ended, spaced, longest = False, True, MAX_SENTENCE
    while i < len(signs):
        sign = signs[i]
        cls = sign & _CLASS
        if cls == _SOLO or sign & _WORDY:
            if cls == _SOLO:
                j, word = unit_end(signs, i, pair, strength), _LETTER
                make[count] = _STRANGE
            else:
                j, word = edges[2 * run + 1], bits[run]
                make[count] = _make(signs, i, j) if word & _FOREIGN else _PLAIN
                run += 1
            made |= make[count]
            skips[count] = word & _JOINED != 0
            capital = sign & _UPPER != 0
            flag = (CAPITAL if capital else 0) | (0 if word & _LETTER else NUMBER)
            caseless = (sign & _LATIN) == 0 and not cased
            starts = capital or cls != _LETTER or caseless or opener != 0
            spaced |= cls == _SOLO
            if newlines > 1:
                flag |= OPENS_SENTENCE | OPENS_PARAGRAPH
            elif (ended and spaced and starts) or (newlines == 1 and starts) or length >= longest:
                flag |= OPENS_SENTENCE
            longest = MAX_SENTENCE
            length += 1
            if flag & OPENS_SENTENCE:
                sentence[sentences] = count
                sentences, length = sentences + 1, 1
            flags[count] = flag | (QUOTED if opener != 0 else 0)
            start[count], stop[count] = first[i], last[j - 1] + 1
            low[count], high[count] = i, j
            count += 1
            i, ended, spaced, newlines = j, False, False, 0
            continue
        if cls == _SPACE:
            spaced = True
            longest = clause_words or MAX_SENTENCE
        elif cls == _TERMINAL:
            if count:
                size = _spell(signs, low[count - 1], high[count - 1], letters)
                ended = _ends_sentence(signs, i, letters[:size], flags[count - 1], abbreviations, ordinals)
                spaced |= sign & _POINT == _IDEOGRAPHIC_STOP
        elif cls in (_QUOTE, _APOSTROPHE):
            opener = _quote_after(signs, i, opener, mirrored)
        elif cls == _NEWLINE:
            spaced = True
            newlines += 1
            if newlines > 1:
                opener = _NOTHING
        i += 1
    _hash_words(signs, low[:count], high[:count], skips, hashes)
    disguised = (
        _unmask(signs, low[:count], high[:count], make[:count], lookalike, hashes, flags) if made else 0
    )
    sentence[sentences] = count
    return count, sentences, disguised
