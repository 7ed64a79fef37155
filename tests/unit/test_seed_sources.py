"""Which sources the seeds' members credit without anybody having posted them, and which reprints are permitted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import samples
from samples import LABELS, SEEDS

from copytrail.article import Limits, parse_article
from copytrail.cluster import Edge
from copytrail.member import Member
from copytrail.provenance import Provenance, trace
from copytrail.report import Relation, Report
from copytrail.roster import Roster

STORIES = [label for label in LABELS if label.keys() & {"unseen", "licensed"}]


def traced(story: dict[str, Any]) -> Provenance:
    """The story's cluster with the pairs of its labels."""
    articles = [parse_article(article, Limits()) for article in samples.story(story["slug"])]
    seen = datetime(2026, 11, 1, tzinfo=UTC)
    members = {
        article.id: Member.of(number, article.id, article.text, article.metadata(), seen)
        for number, article in enumerate(articles)
        if article.id in story["cluster"]
    }
    pairs = [
        Edge(
            members[copy["id"]].number,
            members[copy["of"]].number,
            Report(Relation(copy["relation"]), 0.9, 0.3, 0.8, 0.8),
        )
        for copy in story["copies"]
        if copy["of"]
    ]
    return trace(members.values(), pairs, Roster.parse((SEEDS / "publishers.toml").read_text("utf-8")))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["slug"])
def test_unseen_sources_and_permitted_reprints_are_those_of_the_labels(story: dict[str, Any]) -> None:
    found = traced(story)
    assert sorted(source.name for source in found.unseen_sources) == story.get("unseen", [])
    assert [t.member.id for t in found.articles if t.licensed] == story.get("licensed", [])
