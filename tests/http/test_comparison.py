from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Story = list[dict[str, Any]]


@pytest.fixture
def stored(client: FlaskClient, index: Callable[[], None], story: Story) -> None:
    client.post("/v1/articles", json=story[:3])
    index()


def test_identical_texts(client: FlaskClient, story: Story) -> None:
    report = client.post("/v1/compare", json={"a": story[0]["text"], "b": story[0]["text"]}).get_json()
    assert (report["relation"], report["score"]) == ("identical", 1.0)
    assert report["containment"] == {"a_in_b": 1.0, "b_in_a": 1.0}
    assert set(report) == {"relation", "score", "jaccard", "containment", "passages", "evidence", "flags"}


@pytest.mark.parametrize(("a", "b"), [("", ""), (" ", "word"), ("one", "one"), ("日本", "日本語")])
def test_texts_too_short_to_compare_are_no_error(client: FlaskClient, a: str, b: str) -> None:
    assert client.post("/v1/compare", json={"a": a, "b": b}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "a"),
        ({"a": "x"}, "b"),
        ({"a": "x", "b": 5}, "b"),
        ({"a": None, "b": "x"}, "a"),
        ({"a": "x" * 20_001, "b": "x"}, "a"),
        ({"a": "x", "b": "\ud800"}, "b"),
        ({"a": "\0", "b": "x"}, "a"),
    ],
)
def test_what_cannot_be_compared_is_named(client: FlaskClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/v1/compare", json=body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"][0]["field"] == field


def test_a_check_finds_what_is_stored_and_stores_nothing(
    client: FlaskClient, stored: None, story: Story
) -> None:
    before = client.get("/v1/stats").get_json()["articles"]
    answer = client.post("/v1/check", json={"text": story[0]["text"], "title": "Another headline"}).get_json()
    assert answer["truncated"] is False
    best = answer["matches"][0]
    assert (best["article"], best["relation"], best["score"]) == (story[0]["id"], "identical", 1.0)
    assert best["cluster"].startswith("c_")
    assert {match["article"] for match in answer["matches"]} == {article["id"] for article in story[:3]}
    assert client.get("/v1/stats").get_json()["articles"] == before


def test_the_options_of_a_check_in_the_address_or_in_the_body(
    client: FlaskClient, stored: None, story: Story
) -> None:
    article = {"text": story[0]["text"]}

    def found(query: dict[str, object], body: dict[str, object]) -> list[str]:
        answer = client.post("/v1/check", query_string=query, json=article | body)
        return [match["article"] for match in answer.get_json()["matches"]]

    assert len(found({"limit": 1}, {})) == len(found({}, {"limit": 1})) == 1
    assert found({"threshold": 1}, {}) == found({}, {"threshold": 1}) == [story[0]["id"]]
    sources = [article["source"].upper() for article in story[:2]]
    assert (
        found({"exclude_sources": sources}, {}) == found({}, {"exclude_sources": sources}) == [story[2]["id"]]
    )


def test_a_check_of_something_new_finds_nothing(client: FlaskClient, stored: None) -> None:
    text = (
        "Apple growers in the north expect a late harvest, because frost in April thinned the blossom by a third. "
        "Prices may rise before winter, said the growers' union, though cellars are still full of last year's fruit."
    )
    assert client.post("/v1/check", json={"text": text}).get_json() == {
        "matches": [],
        "truncated": False,
        "flags": [],
        "ignored": [],
    }


def test_a_check_says_what_is_odd_about_the_text(client: FlaskClient) -> None:
    assert client.post("/v1/check", json={"text": "Stop press!"}).get_json() == {
        "matches": [],
        "truncated": False,
        "flags": ["insufficient_text"],
        "ignored": [],
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": 5},
        {"text": "x", "threshold": 2},
        {"text": "x", "threshold": "high"},
        {"text": "x", "threshold": float("nan")},
        {"text": "x", "limit": 0},
        {"text": "x", "exclude_sources": "one"},
        {"text": "x", "exclude_sources": [5]},
        [],
        "text",
        None,
    ],
)
def test_a_wrong_check_is_named(client: FlaskClient, body: object) -> None:
    answer = client.post("/v1/check", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
