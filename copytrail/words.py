"""Words of any script, sentences and direct speech, each with its place in the text as given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.characters import CLASS, LATIN, LOOKALIKE, SIZE, UPPER, Kind
from copytrail.compiled import Bytes, Codes, Hashes, Numbers, compiled
from copytrail.hashing import hash_points
from copytrail.orthography import Orthography, orthography_of
from copytrail.text import NormalText
from copytrail.unspaced import Bonds, bonds, unit_end

MAX_WORD: Final = 64  # characters of a word that are compared; longer ones are noise
MAX_SENTENCE: Final = 80  # words; a list or a page without full stops is cut there

# Flags of a word.
CAPITAL: Final = 1
NUMBER: Final = 2
QUOTED: Final = 4  # in direct speech
OPENS_SENTENCE: Final = 8
OPENS_PARAGRAPH: Final = 16
DISGUISED: Final = 32  # letters of another script posed as Latin ones

_LETTER, _DIGIT, _SOLO = int(Kind.LETTER), int(Kind.DIGIT), int(Kind.SOLO)
_SPACE, _NEWLINE, _TERMINAL = int(Kind.SPACE), int(Kind.NEWLINE), int(Kind.TERMINAL)
_QUOTE, _APOSTROPHE = int(Kind.QUOTE), int(Kind.APOSTROPHE)
_CLASS, _LATIN, _UPPER, _SIZE = np.uint8(CLASS), np.uint8(LATIN), np.uint8(UPPER), np.uint32(SIZE)
_FULL_STOP, _COMMA = np.uint32(ord(".")), np.uint32(ord(","))
_LEFT_QUOTE, _LEFT_SINGLE, _RIGHT_SINGLE = np.uint32(ord("“")), np.uint32(ord("‘")), np.uint32(ord("’"))
_RIGHT_QUOTE, _LOW_QUOTE, _GUILLEMET = np.uint32(ord("”")), np.uint32(ord("„")), np.uint32(ord("«"))
_CORNER, _WHITE_CORNER = np.uint32(ord("「")), np.uint32(ord("『"))
_TO_CLOSE: Final = ord("»") - ord("«")  # corner brackets close with the code point after
_IDEOGRAPHIC_STOP = np.uint32(ord("。"))  # no space follows it
_ENGLISH: Final = orthography_of("en")  # also how a text is split until its language is known

# What the letters of a word are: Latin ones or figures; with some of another script; only letters of another script
# that look like Latin ones, as disguise a word and spell some Russian ones; some that look like none.
_PLAIN, _MIXED, _MIMIC, _STRANGE = range(4)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order.

    Word i is `text[start[i]:stop[i]]`, compared as `points[low[i]:high[i]]` of `letters`, with the XXH64 `hash[i]`
    of these. `flags` combines the constants of this module.
    """

    start: Numbers
    stop: Numbers
    hash: Hashes
    flags: Bytes
    letters: Codes
    low: Numbers
    high: Numbers

    def __len__(self) -> int:
        return len(self.hash)

    def spelt(self, index: int) -> str:
        """Word `index` as it is compared: lower case, without apostrophes."""
        return self.letters[self.low[index] : self.high[index]].tobytes().decode("utf-32-le", "replace")


def split_words(text: NormalText, orthography: Orthography = _ENGLISH) -> Words:
    """Split a normalised text into words; digits with separators are one word.

    In scripts without spaces the words are the units of `copytrail.unspaced`.
    """
    count, letters, low, high, first, last, hashes, flags = _split(
        text.points, text.kind, LOOKALIKE, bonds(), orthography
    )
    return Words(
        start=text.start[first[:count]],
        stop=text.stop[last[:count]],
        hash=hashes[:count],
        flags=flags[:count],
        letters=letters,
        low=low[:count],
        high=high[:count],
    )


@compiled
def _copy_word(
    points: Codes, kind: Bytes, lookalike: Codes, elisions: Hashes, i: int, letters: Codes, size: int
) -> tuple[int, int, bool, int]:
    """Copy the word that starts at i to letters[size:]; returns its end, the new size and what it was made of."""
    has_latin, has_foreign, has_other, number = False, False, False, True
    begin, end = size, len(points)
    while i < end and size < len(letters):
        cls = kind[i] & _CLASS
        if cls in (_LETTER, _DIGIT):
            letters[size] = points[i]
            size += 1
            number = number and cls == _DIGIT
            if cls == _LETTER:
                mimics = points[i] < _SIZE and lookalike[points[i]] != points[i]
                has_foreign |= mimics
                has_latin |= not mimics and (kind[i] & _LATIN) != 0
                has_other |= not mimics and (kind[i] & _LATIN) == 0
        elif cls == _SOLO or i + 1 >= end:
            break
        else:
            after = kind[i + 1] & _CLASS
            if (
                cls == _APOSTROPHE
                and after == _LETTER
                and not number
                and not (len(elisions) and _among(elisions, hash_points(letters[begin:size])))
                or number
                and after == _DIGIT
                and points[i] == _COMMA
            ):
                pass
            elif number and after == _DIGIT and points[i] == _FULL_STOP:
                letters[size] = points[i]
                size += 1
            else:
                break
        i += 1
    if has_other:
        return i, size, number, _STRANGE
    return i, size, number, (_MIXED if has_latin else _MIMIC) if has_foreign else _PLAIN


@compiled
def _among(hashes: Hashes, value: np.uint64) -> bool:
    at = np.searchsorted(hashes, value)
    return bool(at < len(hashes) and hashes[at] == value)


@compiled
def _copy_unit(
    points: Codes, kind: Bytes, bonds: Bonds, i: int, letters: Codes, size: int
) -> tuple[int, int, bool, int]:
    """The same for a unit of a script without spaces."""
    end = unit_end(points, kind, i, bonds)
    for k in range(i, end):
        letters[size] = points[k]
        size += 1
    return end, size, False, _STRANGE


@compiled
def _quote_after(points: Codes, kind: Bytes, i: int, opener: np.uint32, mirrored: bool) -> np.uint32:
    """The character that opened direct speech (0: none) once character i is read."""
    point = points[i]
    if kind[i] & _CLASS == _QUOTE:
        if opener == 0:
            return np.uint32(point)
        if opener in (_GUILLEMET, _CORNER, _WHITE_CORNER):  # another kind of quote inside it does not end it
            return np.uint32(0) if point == opener + (_TO_CLOSE if opener == _GUILLEMET else 1) else opener
        closes = point != _LEFT_QUOTE or opener == _LOW_QUOTE or (mirrored and opener == _RIGHT_QUOTE)
        return np.uint32(0) if closes and opener != _LEFT_SINGLE else opener
    letter_next = i + 1 < len(points) and kind[i + 1] & _CLASS == _LETTER
    if point == _LEFT_SINGLE and opener == 0 and letter_next:
        return np.uint32(point)
    if point == _RIGHT_SINGLE and opener == _LEFT_SINGLE and not letter_next:
        return np.uint32(0)
    return opener


@compiled
def _ends_sentence(
    points: Codes, kind: Bytes, i: int, word: np.uint64, size: int, flags: int, orthography: Orthography
) -> bool:
    """Whether the sentence terminal at i ends a sentence, after a word of that hash, size and flags."""
    if points[i] != _FULL_STOP:
        return True
    if i + 1 < len(points):
        after = kind[i + 1] & _CLASS
        if after in (_LETTER, _DIGIT):
            return False
    if size == 1 and flags & CAPITAL:
        return False
    if orthography.ordinals and flags & NUMBER and size <= 2:
        return False
    return not _among(orthography.abbreviations, word)


@compiled
def _unmask(letters: Codes, low: Numbers, high: Numbers, make: Bytes, lookalike: Codes, flags: Bytes) -> None:
    """Read look-alike letters as Latin ones: in mixed words, and in all words of a text that is mostly Latin."""
    mostly_latin = 3 * np.sum((make == _MIMIC) | (make == _STRANGE)) < len(make)
    for w in range(len(make)):
        if make[w] == _MIXED or (make[w] == _MIMIC and mostly_latin):
            for k in range(low[w], high[w]):
                if letters[k] < _SIZE:
                    letters[k] = lookalike[letters[k]]
            flags[w] |= np.uint8(DISGUISED)


@compiled
def _split(
    points: Codes, kind: Bytes, lookalike: Codes, bonds: Bonds, orthography: Orthography
) -> tuple[int, Codes, Numbers, Numbers, Numbers, Numbers, Hashes, Bytes]:
    end = len(points)
    letters = np.empty(end, np.uint32)
    low, high = np.empty(end, np.int32), np.empty(end, np.int32)
    first, last = np.empty(end, np.int32), np.empty(end, np.int32)
    hashes, flags, make = np.empty(end, np.uint64), np.empty(end, np.uint8), np.zeros(end, np.uint8)
    count, size, i, newlines, length = 0, 0, 0, 2, 0
    opener = np.uint32(0)
    ended, spaced, longest = False, True, MAX_SENTENCE
    while i < end:
        cls = kind[i] & _CLASS
        if cls in (_LETTER, _DIGIT, _SOLO):
            first[count], low[count] = i, size
            if cls == _SOLO:
                j, size, number, make[count] = _copy_unit(points, kind, bonds, i, letters, size)
            else:
                j, size, number, make[count] = _copy_word(
                    points, kind, lookalike, orthography.elisions, i, letters, size
                )
            capital = kind[i] & _UPPER != 0
            flag = (CAPITAL if capital else 0) | (NUMBER if number else 0)
            caseless = (kind[i] & _LATIN) == 0 and not orthography.cased
            starts = capital or cls != _LETTER or caseless or opener != 0
            spaced |= cls == _SOLO
            if newlines > 1:
                flag |= OPENS_SENTENCE | OPENS_PARAGRAPH
            elif (ended and spaced and starts) or (newlines == 1 and starts) or length >= longest:
                flag |= OPENS_SENTENCE
            longest = MAX_SENTENCE
            length = 1 if flag & OPENS_SENTENCE else length + 1
            flags[count] = flag | (QUOTED if opener != 0 else 0)
            high[count] = min(size, low[count] + MAX_WORD)
            last[count] = j - 1
            hashes[count] = hash_points(letters[low[count] : high[count]])
            count += 1
            i, ended, spaced, newlines = j, False, False, 0
            continue
        if cls == _TERMINAL and count:
            w = count - 1
            ended = _ends_sentence(points, kind, i, hashes[w], high[w] - low[w], flags[w], orthography)
            spaced |= points[i] == _IDEOGRAPHIC_STOP
        elif cls in (_QUOTE, _APOSTROPHE):
            opener = _quote_after(points, kind, i, opener, orthography.mirrored)
        elif cls == _SPACE:
            spaced = True
            longest = orthography.clause_words or MAX_SENTENCE
        elif cls == _NEWLINE:
            spaced = True
            newlines += 1
            if newlines > 1:
                opener = np.uint32(0)
        i += 1
    _unmask(letters, low[:count], high[:count], make[:count], lookalike, flags)
    for w in range(count):
        if flags[w] & DISGUISED:
            hashes[w] = hash_points(letters[low[w] : high[w]])
    return count, letters, low, high, first, last, hashes, flags
