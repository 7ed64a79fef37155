"""Words of any script, sentences and direct speech, each with its place in the text as given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.characters import (
    CLASS,
    FOREIGN,
    KIND_SHIFT,
    LATIN,
    LOOKALIKE,
    POINT,
    UPPER,
    WORDY,
    Kind,
)
from copytrail.compiled import Bytes, Codes, Hashes, Longs, Numbers, compiled
from copytrail.hashing import hash_points
from copytrail.orthography import Orthography, orthography_of
from copytrail.spelling import (
    DISGUISED,
    JOINED,
    MAX_WORD,
    PLAIN,
    STRANGE,
    among,
    find_words,
    hash_words,
    make_of,
    spell,
    spell_all,
    unmask,
)
from copytrail.text import NormalText
from copytrail.unspaced import bonds, unit_end

MAX_SENTENCE: Final = 80  # words; a list or a page without full stops is cut there

# Flags of a word.
CAPITAL: Final = 1
NUMBER: Final = 2
QUOTED: Final = 4  # in direct speech
OPENS_SENTENCE: Final = 8
OPENS_PARAGRAPH: Final = 16
# and DISGUISED of `copytrail.spelling`

_CLASS, _POINT = np.uint32(CLASS << KIND_SHIFT), np.uint32(POINT)
_LATIN, _UPPER = np.uint32(LATIN << KIND_SHIFT), np.uint32(UPPER << KIND_SHIFT)
_FOREIGN, _WORDY = np.uint32(FOREIGN), np.uint32(WORDY)
_LETTER, _, _SOLO, _SPACE, _NEWLINE, _TERMINAL, _QUOTE, _APOSTROPHE = (
    np.uint32(kind << KIND_SHIFT) for kind in Kind if kind != Kind.OTHER
)
_FULL_STOP = np.uint32(ord("."))
_LEFT_QUOTE, _LEFT_SINGLE, _RIGHT_SINGLE = np.uint32(ord("“")), np.uint32(ord("‘")), np.uint32(ord("’"))
_RIGHT_QUOTE, _LOW_QUOTE, _GUILLEMET = np.uint32(ord("”")), np.uint32(ord("„")), np.uint32(ord("«"))
_CORNER, _WHITE_CORNER = np.uint32(ord("「")), np.uint32(ord("『"))
_TO_CLOSE: Final = ord("»") - ord("«")  # corner brackets close with the code point after
_IDEOGRAPHIC_STOP = np.uint32(ord("。"))  # no space follows it
_NOTHING = np.uint32(0)
_ENGLISH: Final = orthography_of("en")  # also how a text is split until its language is known


@dataclass(frozen=True, slots=True)
class Words:
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

    def __len__(self) -> int:
        return len(self.hash)

    def spelt(self, indices: Longs) -> list[str]:
        """These words as they are compared: lower case, without apostrophes."""
        letters = np.empty((MAX_WORD + 1) * len(indices), np.uint32)
        low, high = self.low[indices], self.high[indices]
        disguised = self.flags[indices] & np.uint8(DISGUISED)
        size = spell_all(self.signs, low, high, disguised, LOOKALIKE, letters)
        return letters[:size].tobytes().decode("utf-32-le", "replace").split("\n")[:-1]


def split_words(text: NormalText, orthography: Orthography = _ENGLISH) -> Words:
    """Split a normalised text into words; digits with separators are one word.

    In scripts without spaces the words are the units of `copytrail.unspaced`.
    """
    signs = text.signs
    edges, bits = np.empty(len(signs) + 2, np.int32), np.empty(len(signs) // 2 + 2, np.uint32)
    most = find_words(signs, edges, bits, orthography.elisions) + text.solos
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
    return not among(abbreviations, hash_points(word))


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
    letters, make, joined = (
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
                make[count] = STRANGE
            else:
                j, word = edges[2 * run + 1], bits[run]
                make[count] = make_of(signs, i, j) if word & _FOREIGN else PLAIN
                run += 1
            made |= make[count]
            joined[count] = word & JOINED != 0
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
                size = spell(signs, low[count - 1], high[count - 1], letters)
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
    hash_words(signs, low[:count], high[:count], joined, hashes)
    disguised = (
        unmask(signs, low[:count], high[:count], make[:count], lookalike, hashes, flags) if made else 0
    )
    sentence[sentences] = count
    return count, sentences, disguised
