"""Shared slips: a misspelt word or an odd figure that two texts have and the others have right.

Two writers make the same mistake by copying it: no sign of who took from whom is stronger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

_SHORTEST = 5
"""Letters of a word that may be a slip: short words are one letter from others by chance."""
_SHORTEST_FIGURE = 3


class Slip(NamedTuple):
    """A word as two texts have it, and as others have it."""

    written: str
    elsewhere: str


class Spellings:
    """The words of all texts of a cluster, in lower case, to find slips by."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        self._texts = texts

    @cached_property
    def _carriers(self) -> Counter[str]:
        """How many texts have each word."""
        return Counter(word for words in self._texts for word in words)

    @cached_property
    def _near(self) -> dict[str, list[str]]:
        """The words by their forms."""
        near = defaultdict(list)
        for word in self._carriers:
            for form in _forms(word):
                near[form].append(word)
        return near

    def slips(self, odd: Iterable[str], a: frozenset[str], b: frozenset[str]) -> tuple[Slip, ...]:
        """Which of the odd words that texts `a` and `b` share are one edit from a word that another text has."""
        found = ((word, self._elsewhere(word, a, b)) for word in sorted(set(odd)))
        return tuple(Slip(word, other) for word, other in found if other)

    def _elsewhere(self, word: str, a: frozenset[str], b: frozenset[str]) -> str | None:
        if len(word) < (_SHORTEST_FIGURE if word.isdigit() else _SHORTEST):
            return None
        near = {other for form in _forms(word) for other in self._near.get(form, ())}
        elsewhere = (other for other in near if self._carriers[other] > (other in a) + (other in b))
        return min((other for other in elsewhere if _is_slip(word, other)), default=None)


def _forms(word: str) -> Iterator[str]:
    """The word, and the word without each of its characters: words one edit apart share a form (Garbe 2012)."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_slip(a: str, b: str) -> bool:
    """Whether words are one edit apart, and not just by their endings, which is grammar.

    Of figures only one digit for another counts, or two in each other's place: 14 is no slip for 140.
    """
    if a == b or a.isdigit() != b.isdigit() or not _one_edit(a, b):
        return False
    return len(a) == len(b) if a.isdigit() else not (a.startswith(b) or b.startswith(a) or a[:-1] == b[:-1])


def _one_edit(a: str, b: str) -> bool:
    """Whether one character was added, dropped or changed, or two neighbours swapped (Damerau 1964)."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
