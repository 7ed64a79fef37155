"""Without a store a set of articles comes to the same clusters as in a service that they are posted to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copytrail.article import Article, Limits, parse_article
from copytrail.offline import cluster_articles
from copytrail.report import Relation
from copytrail.store.redis import RedisStore

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
Pairs = dict[frozenset[str], tuple[str, float]]
SEEDS = Path(__file__).parents[2] / "seeds"
BOX = "\n\n".join(
    f"Members of the reading circle save {n} crowns on every ticket to the {place} when they show a card at the door."
    for n, place in ((12, "opera"), (7, "zoo"), (9, "baths"), (4, "museum"), (5, "castle"))
)


def posted() -> list[Article]:
    """The seed stories, and articles of a site whose box alone would make them copies of each other."""
    lines = [line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text().splitlines()]
    articles = [parse_article(json.loads(line), Limits()) for line in lines]
    chance = random.Random(3)
    words = [f"{a}{b}{c}" for a in ("bar", "ten", "mol", "kir") for b in ("an", "ol", "ir") for c in "aeiou"]
    for number in range(5):
        text = "\n\n".join(" ".join(chance.choices(words, k=20)).capitalize() + "." for _ in range(8))
        articles.append(Article(f"box{number}", f"{text}\n\n{BOX}", source="Bay Bulletin"))
    chance.shuffle(articles)
    return articles


def of_the_service(store: RedisStore, articles: list[Article]) -> dict[frozenset[str], Pairs]:
    """The articles of each cluster, and what the pairs in it are that are reuse."""
    records = [record for article in articles if (record := store.record(article.id)) and record.cluster]
    names = {record.number: record.article_id for record in records}
    found: dict[frozenset[str], Pairs] = {}
    for cluster in {record.cluster for record in records}:
        inside = [record.number for record in records if record.cluster == cluster]
        found[frozenset(names[number] for number in inside)] = {
            frozenset((names[number], names[other])): (report.relation.value, round(report.score, 4))
            for number, reports in zip(inside, store.edges(inside), strict=True)
            for other, report in reports.items()
            if other in inside and report.relation.is_reuse
        }
    return found


def without_a_store(articles: list[Article]) -> dict[frozenset[str], Pairs]:
    """The same."""
    return {
        frozenset(member["id"] for member in cluster["articles"]): {
            frozenset((edge["from"], edge["to"])): (edge["relation"], edge["score"])
            for edge in cluster["edges"]
            if Relation(edge["relation"]).is_reuse
        }
        for cluster in map(shown, cluster_articles(articles, NOW))
    }


def shown(cluster: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
    return cluster


def test_the_clusters_are_those_of_a_service(store: RedisStore, index: Callable[[], None]) -> None:
    articles = posted()
    for start in range(0, len(articles), 40):
        store.accept(articles[start : start + 40], NOW)
        index()
    found = without_a_store(articles)
    assert found == of_the_service(store, articles)
    assert not any(name.startswith("box") for names in found for name in names)


def test_a_box_that_a_site_repeats_would_make_copies() -> None:
    unknown = [replace(article, source=None) for article in posted() if article.id.startswith("box")]
    assert list(without_a_store(unknown)) == [frozenset(article.id for article in unknown)]
