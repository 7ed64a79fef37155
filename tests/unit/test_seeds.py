"""The seed stories are what their labels say, measured on the words alone."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from samples import ARTICLES, LABELS, TEXTS

STORY = pytest.mark.parametrize("story", LABELS, ids=lambda story: story["slug"])
FIVE_WAY = pytest.mark.parametrize(
    "story", [story for story in LABELS if story["five_way"]], ids=lambda story: story["slug"]
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)*", text.casefold())


@cache
def shingles(article: str) -> frozenset[tuple[str, ...]]:
    found = words(TEXTS[article])
    return frozenset(zip(*(found[start:] for start in range(5)), strict=False))


def jaccard(one: str, other: str) -> float:
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def copies(story: dict[str, Any], relation: str, *levels: str) -> list[tuple[str, str]]:
    """The (copy, origin) pairs of one relation whose origin is among the seeds."""
    return [
        (copy["id"], copy["of"])
        for copy in story["copies"]
        if copy["of"] and copy["relation"] == relation and (not levels or copy.get("level") in levels)
    ]


def test_there_are_a_dozen_stories_and_two_of_them_five_way() -> None:
    assert len(LABELS) >= 12
    assert sum(story["five_way"] for story in LABELS) >= 2


def test_every_article_is_there_once_and_labelled_once() -> None:
    labelled = Counter(each for story in LABELS for each in (*story["cluster"], *story["apart"]))
    assert labelled == Counter(article["id"] for article in ARTICLES)
    assert set(labelled.values()) == {1}


def test_every_address_is_used_once() -> None:
    assert len({article["url"] for article in ARTICLES}) == len(ARTICLES)


@STORY
def test_labels_name_members_of_their_own_story(story: dict[str, Any]) -> None:
    assert all(each.startswith(story["slug"]) for each in (*story["cluster"], *story["apart"]))
    assert {copy["id"] for copy in story["copies"]} == set(story["cluster"]) - {story["first"]}
    assert {copy["of"] for copy in story["copies"]} <= {None, *story["cluster"]}


@STORY
def test_a_story_has_two_independent_reports(story: dict[str, Any]) -> None:
    assert len(story["apart"]) >= 2


@STORY
def test_articles_have_the_length_of_news(story: dict[str, Any]) -> None:
    for each in story["apart"]:
        assert 250 <= len(words(TEXTS[each])) <= 900, each
    shortest, longest = (350, 980) if story["five_way"] else (250, 900)
    for each in story["cluster"]:
        assert shortest <= len(words(TEXTS[each])) <= longest, each


@FIVE_WAY
def test_five_siblings_share_hardly_a_shingle(story: dict[str, Any]) -> None:
    assert len(story["cluster"]) == 5
    assert story["first"] is None
    for one, other in combinations(story["cluster"], 2):
        assert jaccard(one, other) < 0.05, (one, other)


@STORY
def test_heavy_rewrites_share_hardly_a_shingle_with_their_origin(story: dict[str, Any]) -> None:
    for copy, origin in copies(story, "rewrite", "heavy"):
        assert jaccard(copy, origin) < 0.05, copy


@STORY
def test_near_copies_share_many_shingles_with_their_origin(story: dict[str, Any]) -> None:
    for copy, origin in copies(story, "near_copy"):
        assert jaccard(copy, origin) > 0.25, copy


@STORY
def test_excerpts_are_lifted_word_for_word(story: dict[str, Any]) -> None:
    for copy, origin in copies(story, "partial_copy"):
        lifted = [paragraph for paragraph in TEXTS[origin].split("\n\n") if paragraph in TEXTS[copy]]
        assert len(words(" ".join(lifted))) >= 100, copy


@STORY
def test_independent_reports_share_no_more_than_a_quotation(story: dict[str, Any]) -> None:
    for each in story["apart"]:
        for other in story["cluster"]:
            assert jaccard(each, other) < 0.05, (each, other)


def test_the_digest_lifts_a_paragraph_from_each_of_two_stories() -> None:
    for origin in ("dairy-cooperative-1", "comet-probe-1"):
        assert any(paragraph in TEXTS["dairy-cooperative-5"] for paragraph in TEXTS[origin].split("\n\n"))
