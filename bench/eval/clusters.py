"""Clusters of labelled streams: the seed stories, alone and among real news, and the stories of the rewrite corpora."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Final

import numpy as np
from sklearn.metrics import adjusted_rand_score

from bench.eval.labels import Labels
from bench.eval.resampling import stories
from bench.printing import Cell, Table, progress
from bench.train.reuse import REUSE
from copytrail.article import Article, Limits, parse_article
from copytrail.document import Document
from copytrail.offline import cluster_articles
from seeds.truth import load_stories

AMONG: Final = 500  # background articles that the seeds are put among
STORIES: Final = 40  # of each rewrite corpus


@dataclass(frozen=True, slots=True)
class Stream:
    """Articles and the clusters they belong to; an article of no cluster belongs alone.

    `labelled` are the ids whose memberships are known; the others are only there to be taken for them.
    """

    name: str
    articles: Sequence[Article]
    clusters: Sequence[frozenset[str]]
    labelled: frozenset[str]


def clusters(labels: Labels, texts: Mapping[str, str], background: Sequence[Document]) -> Iterator[Table]:
    """One table: how the clusters of each stream agree with its labels."""
    seeds = _seeds()
    strangers = [
        Article(id=f"background {n}", text=document.text) for n, document in enumerate(background[:AMONG])
    ]
    among = [replace(seeds, name=f"seeds among {len(strangers)}", articles=[*seeds.articles, *strangers])]
    streams = [seeds, *(among if strangers else []), *_rewrites(labels, texts)]
    yield Table(
        "clusters",
        "Clusters of labelled streams",
        [
            "stream",
            "articles",
            "stories",
            "pairwise precision",
            "pairwise recall",
            "pairwise F1",
            "adjusted Rand",
            "whole",
        ],
        [_figures(stream) for stream in progress(streams, "clustering")],
        "Precision and recall over pairs of articles in one cluster; pairs with an unlabelled article count as false."
        " Whole: the share of stories whose cluster has all their articles and no other.",
    )


def _seeds() -> Stream:
    told = load_stories()
    articles = [parse_article(fields, Limits()) for story in told for fields in story.articles()]
    whole = [frozenset(story.cluster) for story in told]
    return Stream("seeds", articles, whole, frozenset(article.id for article in articles))


def _rewrites(labels: Labels, texts: Mapping[str, str]) -> Iterator[Stream]:
    """Of each rewrite corpus some stories: articles that are linked by pairs that are reuse."""
    for corpus in labels.corpora("rewrite"):
        chosen = (labels.corpus == corpus) & np.isin(labels.label, REUSE)
        pairs = [(pair.a, pair.b) for pair in labels.chosen(chosen)]
        members: dict[int, set[str]] = {}
        for story, pair in zip(stories(pairs).tolist(), pairs, strict=True):
            members.setdefault(story, set()).update(pair)
        whole = random.Random(1).sample(
            [frozenset(each) for each in members.values()], min(STORIES, len(members))
        )
        ids = sorted(article for story in whole for article in story)
        yield Stream(corpus, [Article(id=each, text=texts[each]) for each in ids], whole, frozenset(ids))


def _figures(stream: Stream) -> list[Cell]:
    found = [
        frozenset(str(article["id"]) for article in cluster["articles"])  # type: ignore[attr-defined]
        for cluster in cluster_articles(stream.articles, datetime(2000, 1, 1, tzinfo=UTC))
    ]
    wanted_pairs = _pairs(stream.clusters, stream.labelled)
    found_pairs = _pairs(found, stream.labelled)
    right = len(wanted_pairs & found_pairs)
    precision, recall = right / max(1, len(found_pairs)), right / len(wanted_pairs)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    rand = adjusted_rand_score(_names(stream.clusters, stream.labelled), _names(found, stream.labelled))
    whole = sum(cluster in found for cluster in stream.clusters) / len(stream.clusters)
    return [
        stream.name,
        len(stream.articles),
        len(stream.clusters),
        precision,
        recall,
        f1,
        float(rand),
        whole,
    ]


def _pairs(found: Iterable[frozenset[str]], labelled: frozenset[str]) -> set[tuple[str, str]]:
    """The pairs of articles that share a cluster, one of them labelled at least."""
    pairs = {pair for cluster in found for pair in combinations(sorted(cluster), 2)}
    return {(a, b) for a, b in pairs if a in labelled or b in labelled}


def _names(found: Iterable[frozenset[str]], labelled: frozenset[str]) -> list[str]:
    """For each labelled article the name of its cluster, or its own."""
    name = {article: min(cluster) for cluster in found for article in cluster}
    return [name.get(article, article) for article in sorted(labelled)]
