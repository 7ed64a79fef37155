"""Words of any script, sentences and direct speech, each with its place in the text as given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copytrail.characters import CLASS, LATIN, LOOKALIKE, MARK, SIZE, UPPER, Kind
from copytrail.compiled import Bytes, Codes, Hashes, Numbers, compiled
from copytrail.hashing import hash_points
from copytrail.text import NormalText

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
_LOW_QUOTE = np.uint32(ord("„"))

# Words before a full stop that does not end the sentence.
_ABBREVIATIONS: Final = (
    "mr mrs ms dr prof sen rep gov gen lt col sgt capt cmdr adm hon rev st jr sr inc ltd co corp vs no fig jan feb "
    "mar apr jun jul aug sep sept oct nov dec approx est ave mt ft bzw ca nr hr usw str bd mme mlle sra srta "
    "av dott sig ing art pag pp vol ed eds etc al"
)


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


def split_words(text: NormalText) -> Words:
    """Split a normalised text into words; digits with separators are one word, so is every ideograph."""
    count, letters, low, high, first, last, hashes, flags = _split(
        text.points, text.kind, LOOKALIKE, _ABBREVIATION_HASHES
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
    points: Codes, kind: Bytes, lookalike: Codes, i: int, letters: Codes, size: int
) -> tuple[int, int, bool, int]:
    """Copy the word that starts at i to letters[size:]; returns its end, the new size and what it was made of."""
    has_latin, has_foreign, has_other, number = False, False, False, True
    end = len(points)
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
    make = 0 if has_other or not has_foreign else (2 if has_latin else 1)
    return i, size, number, make


@compiled
def _quote_after(points: Codes, kind: Bytes, i: int, opener: np.uint32) -> np.uint32:
    """The character that opened direct speech (0: none) once character i is read."""
    point = points[i]
    if kind[i] & _CLASS == _QUOTE:
        if opener == 0:
            return np.uint32(point)
        closes = point != _LEFT_QUOTE or opener == _LOW_QUOTE
        return np.uint32(0) if closes and opener != _LEFT_SINGLE else opener
    letter_next = i + 1 < len(points) and kind[i + 1] & _CLASS == _LETTER
    if point == _LEFT_SINGLE and opener == 0 and letter_next:
        return np.uint32(point)
    if point == _RIGHT_SINGLE and opener == _LEFT_SINGLE and not letter_next:
        return np.uint32(0)
    return opener


@compiled
def _ends_sentence(
    points: Codes,
    kind: Bytes,
    i: int,
    word_hash: np.uint64,
    word_size: int,
    capital: int,
    abbreviations: Hashes,
) -> bool:
    """Whether the sentence terminal at i ends a sentence, after a word of that hash and size."""
    if points[i] != _FULL_STOP:
        return True
    if i + 1 < len(points):
        after = kind[i + 1] & _CLASS
        if after in (_LETTER, _DIGIT):
            return False
    if word_size == 1 and capital:
        return False
    at = np.searchsorted(abbreviations, word_hash)
    return bool(at == len(abbreviations) or abbreviations[at] != word_hash)


@compiled
def _unmask(letters: Codes, low: Numbers, high: Numbers, make: Bytes, lookalike: Codes, flags: Bytes) -> None:
    """Read look-alike letters as Latin ones: in mixed words, and in all words of a text that is mostly Latin."""
    mostly_latin = 3 * np.sum(make == 1) < len(make)
    for w in range(len(make)):
        if make[w] == 2 or (make[w] == 1 and mostly_latin):
            for k in range(low[w], high[w]):
                if letters[k] < _SIZE:
                    letters[k] = lookalike[letters[k]]
            flags[w] |= np.uint8(DISGUISED)


@compiled
def _split(
    points: Codes, kind: Bytes, lookalike: Codes, abbreviations: Hashes
) -> tuple[int, Codes, Numbers, Numbers, Numbers, Numbers, Hashes, Bytes]:
    end = len(points)
    letters = np.empty(end, np.uint32)
    low, high = np.empty(end, np.int32), np.empty(end, np.int32)
    first, last = np.empty(end, np.int32), np.empty(end, np.int32)
    hashes, flags, make = np.empty(end, np.uint64), np.empty(end, np.uint8), np.zeros(end, np.uint8)
    count, size, i, newlines, length = 0, 0, 0, 2, 0
    opener = np.uint32(0)
    ended, spaced = False, True
    while i < end:
        cls = kind[i] & _CLASS
        if cls in (_LETTER, _DIGIT, _SOLO):
            first[count], low[count] = i, size
            if cls == _SOLO:
                letters[size] = points[i]
                j, size, number = i + 1, size + 1, False
                while j < end and kind[j] & np.uint8(MARK):
                    j += 1
            else:
                j, size, number, make[count] = _copy_word(points, kind, lookalike, i, letters, size)
            capital = kind[i] & _UPPER != 0
            flag = (CAPITAL if capital else 0) | (NUMBER if number else 0)
            starts = capital or cls != _LETTER or (kind[i] & _LATIN) == 0 or opener != 0
            if newlines > 1:
                flag |= OPENS_SENTENCE | OPENS_PARAGRAPH
            elif (ended and spaced and starts) or (newlines == 1 and starts) or length >= MAX_SENTENCE:
                flag |= OPENS_SENTENCE
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
            ended = _ends_sentence(
                points, kind, i, hashes[w], high[w] - low[w], flags[w] & CAPITAL, abbreviations
            )
        elif cls in (_QUOTE, _APOSTROPHE):
            opener = _quote_after(points, kind, i, opener)
        elif cls == _SPACE:
            spaced = True
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


def _hashes(words: str) -> Hashes:
    spelt = [np.frombuffer(word.encode("utf-32-le"), dtype=np.uint32) for word in words.split()]
    return np.sort(np.array([hash_points(points) for points in spelt], dtype=np.uint64))


_ABBREVIATION_HASHES: Final = _hashes(_ABBREVIATIONS)
