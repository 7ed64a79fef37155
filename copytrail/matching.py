"""Finding matches: the articles that share text with one at hand, verified on the texts.

Read-only and shared: `/v1/check` and the worker ask the same question in the same words.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Final, NamedTuple

from copytrail.candidates import LIMIT, Hits, rank, second_look
from copytrail.compare import compare, heard
from copytrail.document import Document, analyse
from copytrail.report import Report
from copytrail.sketch import sketch
from copytrail.store.protocol import Edition, Store

_ROOM: Final = 200 << 20  # bytes of analysed texts that are remembered: some four thousand news articles
_WORD_BYTES: Final = 100  # that a word takes in an analysed text and in what it is compared by
_CHARACTER_BYTES: Final = 4  # at the most
_SILENT: Final = 100_000  # pairs remembered that are no evidence

_Question = tuple[tuple[int, int], Edition | None, Edition | None]


class Heard(NamedTuple):
    """The report on a pair that is evidence, and the versions of the texts it was made from."""

    version: int
    other_version: int
    report: Report


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found for one text: reports by article number, seen from the text, and the versions compared
    with.

    `truncated` says that a bound was hit, so that there may be more.
    """

    reports: Mapping[int, Report]
    versions: Mapping[int, int]
    truncated: bool


class Library:
    """Analysed texts of stored articles, the most recently used ones remembered, as many as fit into `room` bytes.

    Safe to share between threads.
    """

    def __init__(self, store: Store, room: int = _ROOM) -> None:
        self._store = store
        self._room = room  # that is left
        self._known: OrderedDict[tuple[int, Edition], Document] = OrderedDict()
        self._silent: set[_Question] = set()
        self._lock = Lock()

    def remember(self, number: int, edition: Edition, document: Document) -> None:
        """Keep the analysed text of one edition of an article."""
        with self._lock:
            replaced = self._known.pop((number, edition), None)
            self._room += _bytes_of(replaced) if replaced else 0
            self._known[number, edition] = document
            self._room -= _bytes_of(document)
            while self._room < 0:
                self._room += _bytes_of(self._known.popitem(last=False)[1])

    def documents(self, numbers: Sequence[int]) -> dict[int, tuple[int, Document]]:
        """(version, analysed text) of those of the articles that exist, as they are now."""
        editions = dict(zip(numbers, self._store.editions(numbers), strict=True))
        found = {n: (e.version, known) for n, e in editions.items() if e and (known := self._recall(n, e))}
        missing = [number for number, edition in editions.items() if edition and number not in found]
        for number, stored in zip(missing, self._store.texts(missing), strict=True):
            edition = editions[number]
            if stored and edition:
                if edition.version != stored.version:  # changed between the two looks
                    edition = Edition(stored.version)
                document = analyse(stored.text, stored.language).without_repeats(edition.repeated)
                self.remember(number, edition, document)
                found[number] = edition.version, document
        return found

    def heard(self, pairs: Collection[tuple[int, int]], most: int) -> dict[tuple[int, int], Heard]:
        """The reports on those pairs of stored articles that are evidence.

        At most so many are compared; pairs that were none before are remembered and do not count.
        """
        numbers = sorted({number for pair in pairs for number in pair})
        editions = dict(zip(numbers, self._store.editions(numbers), strict=True))
        asked = {pair: (pair, editions[pair[0]], editions[pair[1]]) for pair in pairs}
        asked = dict(islice((each for each in asked.items() if each[1] not in self._silent), most))
        documents = self.documents(sorted({number for pair in asked for number in pair}))
        found = {}
        for (a, b), question in asked.items():
            if a in documents and b in documents:
                if report := heard(documents[a][1], documents[b][1]):
                    found[a, b] = Heard(documents[a][0], documents[b][0], report)
                else:
                    self._note_silence(question)
        return found

    def _note_silence(self, question: _Question) -> None:
        if len(self._silent) >= _SILENT:
            self._silent.clear()
        self._silent.add(question)

    def compare(self, a: int, b: int) -> Report:
        """The report on two stored articles. Raises KeyError when one is gone."""
        documents = self.documents([a, b])
        return compare(documents[a][1], documents[b][1])

    def _recall(self, number: int, edition: Edition) -> Document | None:
        with self._lock:
            if (number, edition) not in self._known:
                return None
            self._known.move_to_end((number, edition))
            return self._known[number, edition]


def find_matches(
    store: Store,
    documents: Sequence[Document],
    own_numbers: Sequence[int | None],
    limit: int = LIMIT,
    library: Library | None = None,
) -> list[Matches]:
    """For each text the stored articles that share wording or a sequence of statements with it; `limit` are compared.

    `own_numbers` are the articles the texts belong to, which do not match themselves; None for a text not stored.
    """
    found = store.find([sketch(document) for document in documents])
    return verify(found, documents, own_numbers, library or Library(store), limit)


def verify(
    found: Sequence[Hits],
    documents: Sequence[Document],
    own_numbers: Sequence[int | None],
    library: Library,
    limit: int = LIMIT,
) -> list[Matches]:
    """As `find_matches`, when it is known already what sits in the buckets of each text.

    A text that has relatives is looked at twice, the second time more closely: which of them were found first, by the
    order in which they came, must not decide which are found at all.
    """
    verdict = _Verdicts()
    ranked = [rank(hits, own, limit) for hits, own in zip(found, own_numbers, strict=True)]
    kept = [dict[int, tuple[int, Report]]() for _ in documents]
    _look(documents, [candidates.numbers for candidates in ranked], library, verdict, kept)
    related = zip(found, own_numbers, ranked, kept, strict=True)
    closely = [second_look(hits, own, limit, first) if known else () for hits, own, first, known in related]
    _look(documents, closely, library, verdict, kept)
    return [
        Matches(
            {number: report for number, (_, report) in known.items()},
            {number: version for number, (version, _) in known.items()},
            candidates.truncated,
        )
        for known, candidates in zip(kept, ranked, strict=True)
    ]


def _look(
    documents: Sequence[Document],
    candidates: Sequence[Sequence[int]],
    library: Library,
    verdict: _Verdicts,
    kept: Sequence[dict[int, tuple[int, Report]]],
) -> None:
    """Compare each text with its candidates; to what is kept of it come those that are evidence, with their version."""
    at = library.documents(sorted({number for numbers in candidates for number in numbers}))
    for document, numbers, known in zip(documents, candidates, kept, strict=True):
        for number in numbers:
            if number in at and (report := verdict(document, at[number][1])):
                known[number] = at[number][0], report


class _Verdicts:
    """Reports on pairs that are evidence: of two texts looked up together each finds the other; one comparison does."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Report | None, Document, Document]] = {}

    def __call__(self, a: Document, b: Document) -> Report | None:
        if (id(b), id(a)) in self._known:
            turned, *_ = self._known[id(b), id(a)]
            return turned.swapped() if turned else None
        if (id(a), id(b)) not in self._known:  # the texts are kept with it, so that no other gets their place
            self._known[id(a), id(b)] = heard(a, b), a, b
        return self._known[id(a), id(b)][0]


def _bytes_of(document: Document) -> int:
    """About what an analysed text takes in memory."""
    return _WORD_BYTES * len(document) + _CHARACTER_BYTES * len(document.text)
