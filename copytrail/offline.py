"""Clusters of a finite set of articles, without a store: the same path, its index a sort in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from copytrail.article import Article
from copytrail.candidates import Hits, rank
from copytrail.cluster import Edge, derive
from copytrail.compare import compare, heard
from copytrail.compiled import Hashes, Longs
from copytrail.document import Document, analyse
from copytrail.member import Member
from copytrail.provenance import trace
from copytrail.report import Report
from copytrail.sketch import sketch


def cluster_articles(articles: Iterable[Article], seen_at: datetime) -> Iterator[dict[str, object]]:
    """The clusters among the articles as the contract's JSON, without ids: nothing is kept that they could name.

    The last of several articles with one id counts. `seen_at` stands for when all were first seen.
    """
    kept = list({article.id: article for article in articles}.values())
    documents = [analyse(article.text, article.language) for article in kept]
    reports = _reports(documents)
    edges = [Edge(a, b, report) for (a, b), report in reports.items()]

    def verdict(a: int, b: int) -> Report:
        return compare(documents[a], documents[b])

    for cluster in derive({n: article.id for n, article in enumerate(kept)}, edges, verdict):
        members = [
            Member.of(number, kept[number].id, kept[number].text, kept[number].metadata(), seen_at)
            for number in sorted(cluster)
        ]
        inside = [edge for edge in edges if edge.a in cluster and edge.b in cluster]
        yield {"size": len(members), **trace(members, inside).to_json()}


def _reports(documents: Sequence[Document]) -> dict[tuple[int, int], Report]:
    """The verdict on every pair in which one text is a candidate of the other and that is more than unrelated."""
    sketches = [sketch(document) for document in documents]
    keys = np.concatenate([*sketches, np.empty(0, np.uint64)])
    owners = np.repeat(np.arange(len(sketches)), [len(each) for each in sketches])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    pairs = {
        (min(own, other), max(own, other))
        for own, each in enumerate(sketches)
        for other in rank(_hits(each, keys, owners), own).numbers
    }
    verdicts = ((pair, heard(documents[pair[0]], documents[pair[1]])) for pair in sorted(pairs))
    return {pair: report for pair, report in verdicts if report}


def _hits(buckets: Hashes, keys: Hashes, owners: Longs) -> Hits:
    """Who sits in the buckets of one sketch, where `keys` are all sketches' buckets in order."""
    low, high = np.searchsorted(keys, buckets, "left"), np.searchsorted(keys, buckets, "right")
    places = np.concatenate([*map(np.arange, low, high), np.empty(0, np.int64)])
    return Hits(np.repeat(buckets, high - low), owners[places])
