"""Finding matches: the articles that share text with one at hand, verified on the texts.

Read-only and shared: `/v1/check` and the worker ask the same question in the same words.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from copytrail.candidates import LIMIT, Hits, rank
from copytrail.compare import compare, heard
from copytrail.document import Document, analyse
from copytrail.report import Report
from copytrail.sketch import sketch
from copytrail.store.protocol import Edition, Store

_DOCUMENTS: Final = 2000  # analysed texts remembered, about 50 KB each


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
    """Analysed texts of stored articles, the most recently used ones remembered. Safe to share between
    threads.
    """

    def __init__(self, store: Store, size: int = _DOCUMENTS) -> None:
        self._store = store
        self._size = size
        self._known: OrderedDict[tuple[int, Edition], Document] = OrderedDict()
        self._lock = Lock()

    def remember(self, number: int, edition: Edition, document: Document) -> None:
        """Keep the analysed text of one edition of an article."""
        with self._lock:
            self._known[number, edition] = document
            self._known.move_to_end((number, edition))
            while len(self._known) > self._size:
                self._known.popitem(last=False)

    def documents(self, numbers: Sequence[int]) -> dict[int, tuple[int, Document]]:
        """(version, analysed text) of those of the articles that exist, as they are now."""
        editions = dict(zip(numbers, self._store.editions(numbers), strict=True))
        found = {n: (e.version, known) for n, e in editions.items() if e and (known := self._recall(n, e))}
        missing = [number for number, edition in editions.items() if edition and number not in found]
        for number, text in zip(missing, self._store.texts(missing), strict=True):
            edition = editions[number]
            if text and edition:
                if edition.version != text[0]:  # changed between the two looks
                    edition = Edition(text[0])
                document = analyse(text[1]).without_repeats(edition.repeated)
                self.remember(number, edition, document)
                found[number] = edition.version, document
        return found

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
    """As `find_matches`, when it is known already what sits in the buckets of each text."""
    ranked = [rank(hits, own, limit) for hits, own in zip(found, own_numbers, strict=True)]
    wanted = sorted({number for candidates in ranked for number in candidates.numbers})
    candidates_at = library.documents(wanted)
    verdict = _Verdicts()
    answers = []
    for document, candidates in zip(documents, ranked, strict=True):
        reports = {
            n: verdict(document, candidates_at[n][1]) for n in candidates.numbers if n in candidates_at
        }
        kept = {n: report for n, report in reports.items() if report}
        answers.append(Matches(kept, {n: candidates_at[n][0] for n in kept}, candidates.truncated))
    return answers


class _Verdicts:
    """Reports on pairs that are evidence: of two texts looked up together each finds the other; one comparison does."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Report | None] = {}

    def __call__(self, a: Document, b: Document) -> Report | None:
        if (id(b), id(a)) in self._known:
            turned = self._known[id(b), id(a)]
            return turned.swapped() if turned else None
        report = heard(a, b)
        self._known[id(a), id(b)] = report
        return report
