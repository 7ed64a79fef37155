"""What a process is given to do, one function a step; everything large stays on the shelf."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from copytrail.article import Article, Limits, parse_article
from copytrail.cluster import Edge, derive
from copytrail.compare import compare, heard
from copytrail.compiled import Hashes, Longs, Numbers
from copytrail.document import Document, analyse
from copytrail.errors import InvalidArticle
from copytrail.member import Member
from copytrail.offline.join import Shared
from copytrail.offline.shelf import Shelf
from copytrail.overlooked import completed
from copytrail.provenance import trace
from copytrail.repeats import page_of
from copytrail.report import Report
from copytrail.sketch import sketch
from copytrail.urls import site_of


class Posted(NamedTuple):
    """An article, or the fields of one as they were posted, and what to call it in messages."""

    name: str
    given: Article | Mapping[str, object]


class Entry(NamedTuple):
    """An article on the shelf: its buckets, how many words it has, and the buckets and words of its lines."""

    id: str
    place: int
    buckets: Hashes
    words: int
    lines: Hashes
    line_words: Numbers


class Refused(NamedTuple):
    """What is no article, and why."""

    name: str
    why: str


def enter(shelf: Shelf, posted: Sequence[Posted]) -> list[Entry | Refused]:
    """Analyse articles and put them on the shelf."""
    return [_entered(shelf, *each) for each in posted]


def _entered(shelf: Shelf, name: str, given: Article | Mapping[str, object]) -> Entry | Refused:
    try:
        article = given if isinstance(given, Article) else parse_article(given, Limits())
    except InvalidArticle as error:
        return Refused(name, str(error))
    return _entry(shelf, article, analyse(article.text, article.language))


def _entry(shelf: Shelf, article: Article, document: Document) -> Entry:
    page = page_of(document, site_of(article.source, article.url))
    words = {block.bucket: block.words for block in page.blocks}
    lines, line_words = np.array([*words], np.uint64), np.array([*words.values()], np.int32)
    place = shelf.put_article(article, document)
    return Entry(article.id, place, sketch(document), page.words, lines, line_words)


def leave_out(shelf: Shelf, repeated: Sequence[tuple[int, Collection[int]]]) -> list[Entry]:
    """Articles by place, without the lines (buckets) that their sites repeat."""
    return [_left(shelf, place, furniture) for place, furniture in repeated]


def _left(shelf: Shelf, place: int, furniture: Collection[int]) -> Entry:
    article, document = shelf.article(place), shelf.document(place)
    page = page_of(document, site_of(article.source, article.url))
    return _entry(shelf, article, document.without_repeats(page.stretches(furniture)))


def candidates(_: Shelf, articles: Longs, folder: Path, closely: bool) -> Numbers:
    """Rows (int32) of two articles worth comparing, by the buckets in a folder, that articles ask for.

    The lower number stands first in each. `closely`: only what a second look at them adds.
    """
    shared = Shared.load(folder)
    found = [shared.candidates(article, closely) for article in articles.tolist()]
    own = np.repeat(articles.astype(np.int32), [len(numbers) for numbers in found])
    others = np.array([number for numbers in found for number in numbers], np.int32)
    return np.stack([np.minimum(own, others), np.maximum(own, others)], axis=1)


def hear(shelf: Shelf, pairs: Longs) -> list[int]:
    """For each row of two places where the report on these articles is put, -1 when they are no evidence."""
    found = []
    for place, rows in groupby(pairs.tolist(), key=itemgetter(0)):
        document = shelf.document(place)
        reports = (heard(document, shelf.document(other)) for _, other in rows)
        found += [-1 if report is None else shelf.put(report) for report in reports]
    return found


class Neighbourhood(NamedTuple):
    """Articles that evidence hangs together: by number id and place, and the places of the reports on pairs of them."""

    ids: Mapping[int, str]
    places: Mapping[int, int]
    reports: Mapping[tuple[int, int], int]


def cluster(shelf: Shelf, parts: Sequence[Neighbourhood], seen_at: datetime) -> list[tuple[int, int]]:
    """The clusters of neighbourhoods: the lowest number in each, and where its line of JSON is put."""
    found = []
    for around in parts:
        edges = _completed(
            shelf, around, [Edge(a, b, shelf.get(place)) for (a, b), place in around.reports.items()]
        )
        for numbers in _derived(shelf, around, edges):
            found.append((min(numbers), shelf.put(_line(shelf, around, numbers, edges, seen_at))))
    return found


def _completed(shelf: Shelf, around: Neighbourhood, edges: Sequence[Edge]) -> list[Edge]:
    documents = cache(lambda number: shelf.document(around.places[number]))

    def ask(pairs: list[tuple[int, int]]) -> list[Edge]:
        reports = ((a, b, heard(documents(a), documents(b))) for a, b in pairs)
        return [Edge(a, b, report) for a, b, report in reports if report]

    return completed(edges, around.ids, lambda numbers: [sketch(documents(n)) for n in numbers], ask)


def _derived(shelf: Shelf, around: Neighbourhood, edges: Sequence[Edge]) -> list[frozenset[int]]:
    def verdict(a: int, b: int) -> Report:
        return compare(shelf.document(around.places[a]), shelf.document(around.places[b]))

    return derive(around.ids, edges, verdict)


def _line(
    shelf: Shelf, around: Neighbourhood, numbers: frozenset[int], edges: Sequence[Edge], seen_at: datetime
) -> str:
    articles = {number: shelf.article(around.places[number]) for number in sorted(numbers)}
    members = [
        Member.of(number, each.id, each.text, each.metadata(), seen_at) for number, each in articles.items()
    ]
    inside = [edge for edge in edges if edge.a in numbers and edge.b in numbers]
    return json.dumps({"size": len(members), **trace(members, inside).to_json()})
