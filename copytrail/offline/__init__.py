"""Clusters of a finite set of articles, without a store: the steps of a worker, on the whole set at once.

Texts are analysed once and lie on disk from then on, so memory holds little more than their buckets, two kilobytes an
article. Nothing depends on the order of the articles or on how many processes work: articles go by numbers in the order
of their ids.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final

from copytrail.article import Article
from copytrail.offline.corpus import Corpus, Watch
from copytrail.offline.hands import Hands
from copytrail.offline.steps import Posted

__all__ = ["Posted", "cluster_articles", "cluster_posted"]

_FEW: Final = 200  # articles that one process handles before others have started


def cluster_articles(
    articles: Iterable[Article], seen_at: datetime, jobs: int = 1
) -> Iterator[dict[str, object]]:
    """The clusters among the articles as the contract's JSON, without ids: nothing is kept that they could name.

    The last of several articles with one id counts. `seen_at` stands for when all were first seen. `jobs` processes
    work; with more than one, the calling program must not do anything when it is imported. Analysed texts lie in a
    temporary folder meanwhile, 40 KB for a page of text: in `TMPDIR` when that is set, else in /var/tmp.
    """
    posted = (Posted(article.id, article) for article in articles)
    for line in cluster_posted(posted, seen_at, jobs):
        yield json.loads(line)


def cluster_posted(
    posted: Iterable[Posted],
    seen_at: datetime,
    jobs: int = 1,
    refuse: Callable[[str, str], object] = lambda name, why: None,
    watch: Watch = lambda doing, done, total: None,
) -> Iterator[str]:
    """As `cluster_articles`, a line of JSON for each cluster. `refuse` is told what is no article, and why."""
    coming = iter(posted)
    few = list(islice(coming, _FEW))
    with (
        tempfile.TemporaryDirectory(prefix="copytrail-", dir=_roomy(), ignore_cleanup_errors=True) as folder,
        Hands(jobs if len(few) == _FEW else 1, Path(folder)) as hands,
    ):
        corpus = Corpus(hands, Path(folder), watch)
        corpus.enter(chain(few, coming), refuse)
        yield from corpus.clusters(seen_at)


def _roomy() -> str | None:
    """Where there is room for gigabytes: /tmp is often memory."""
    return "/var/tmp" if "TMPDIR" not in os.environ and os.access("/var/tmp", os.W_OK) else None
