from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import search

Story = list[dict[str, Any]]

CHOIR = (
    "The choir of the valley school sang in the old mill on Friday evening. Forty parents had carried "
    "benches up the hill. When the lamps failed after the second song, the children went on in the dark, "
    "and nobody left. The headmistress, Runa Feld, had never heard them sing so well before that night."
)
SPEECH = (
    "“We have counted every penny of this budget three times, and whoever tells you that there is money left for "
    "a second bridge has not read beyond the first page of what my treasurer put before you in September.”"
)


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
        "verdict": {"relation": "unrelated", "score": 0.0},
        "excluded": [],
        "truncated": False,
        "flags": [],
        "ignored": [],
    }


def test_a_check_says_what_is_odd_about_the_text(client: FlaskClient) -> None:
    assert client.post("/v1/check", json={"text": "Stop press!"}).get_json() == {
        "matches": [],
        "verdict": {"relation": "unrelated", "score": 0.0},
        "excluded": [],
        "truncated": False,
        "flags": ["insufficient_text"],
        "ignored": [],
    }


def excluded(answer: dict[str, Any]) -> dict[str, str]:
    return {match["article"]: match["reason"] for match in answer["excluded"]}


@pytest.mark.parametrize(
    ("options", "reasons"),
    [
        ({"threshold": 1}, {2: "below_threshold", 3: "below_threshold"}),
        ({"relations": ["identical"]}, {2: "other_relation", 3: "other_relation"}),
        ({"relations": ["near_copy", "identical"]}, {}),
        ({"exclude_sources": ["KESTREL BAY COURIER"]}, {1: "excluded_source"}),
        ({"exclude_publishers": ["The Kestrel Bay Courier"]}, {1: "excluded_publisher"}),
        ({"exclude_publishers": ["www.kestrelbaycourier.example"]}, {1: "excluded_publisher"}),
        ({"only_sources": ["Kestrel Bay Courier"]}, {2: "other_source", 3: "other_source"}),
        ({"only_tags": ["Archive"]}, {1: "other_tags", 3: "other_tags"}),
        ({"only_tags": ["archive", "own"]}, {1: "other_tags"}),
    ],
)
def test_a_check_says_what_it_left_out_and_the_verdict_without_it(
    client: FlaskClient,
    index: Callable[[], None],
    story: Story,
    options: dict[str, object],
    reasons: dict[int, str],
) -> None:
    tags = {1: ["archive"], 2: ["own"]}
    articles = [article | {"tags": tags.get(place, [])} for place, article in enumerate(story[:3])]
    client.post("/v1/articles", json=articles)
    index()
    answer = client.post("/v1/check", json={"text": story[0]["text"]} | options).get_json()
    assert excluded(answer) == {f"tram-depot-fire-{number}": reason for number, reason in reasons.items()}
    left = {match["article"]: match for match in answer["matches"]}
    assert left.keys() == {f"tram-depot-fire-{n}" for n in (1, 2, 3)} - excluded(answer).keys()
    best = max(left.values(), key=lambda match: float(match["score"]))
    assert answer["verdict"] == {"relation": best["relation"], "score": best["score"]}


def test_what_is_left_out_takes_no_place_from_what_is_asked_for(
    client: FlaskClient,
    stored: None,
    index: Callable[[], None],
    story: Story,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "_COMPARED", 3)
    paragraph = story[0]["text"][: len(story[0]["text"]) // 3]
    archived = {"id": "archived", "source": "Archive", "text": f"{paragraph} {CHOIR}"}
    client.post("/v1/articles", json=archived)
    index()
    article = {"text": story[0]["text"], "only_sources": ["Archive"]}
    answer = client.post("/v1/check", json=article).get_json()
    assert [match["article"] for match in answer["matches"]] == ["archived"]
    assert answer["verdict"]["relation"] == "partial_copy"
    assert set(excluded(answer).values()) == {"other_source"}
    monkeypatch.setattr(search, "_DEPTH", 3)
    shallow = client.post("/v1/check", json=article).get_json()
    assert shallow["truncated"] or shallow["matches"]


def test_direct_speech_can_be_left_out(client: FlaskClient, index: Callable[[], None]) -> None:
    ours = (
        f"The mayor answered on Monday in the town hall. {SPEECH} Nobody in the hall rose to speak after her."
    )
    theirs = f"{SPEECH} Thus ended a long evening in Verran, and the council went home without a vote on the budget."
    report = client.post("/v1/compare", json={"a": ours, "b": theirs}).get_json()
    without = client.post("/v1/compare", json={"a": ours, "b": theirs, "ignore_quotes": True}).get_json()
    assert report["passages"] and not without["passages"]
    assert without["score"] < report["score"]
    client.post(
        "/v1/articles", json={"id": "theirs", "text": ours.replace("Monday", "Tuesday") + " " + CHOIR}
    )
    index()
    text = f"{SPEECH} {CHOIR}"
    answer = client.post("/v1/check", json={"text": text, "ignore_quotes": True}).get_json()
    assert "quotes_ignored" in answer["flags"]
    assert {stretch["why"] for stretch in answer["ignored"]} == {"direct speech"}
    start, end = answer["ignored"][0]["start"], answer["ignored"][0]["end"]
    assert text[start:end] in SPEECH
    passages = [passage["a"] for match in answer["matches"] for passage in match["passages"]]
    assert passages and all(low >= end or high <= start for low, high in passages)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "x", "relations": ["unrelated"]},
        {"text": "x", "relations": "rewrite"},
        {"text": "x", "only_tags": [5]},
        {"text": "x", "ignore_quotes": "perhaps"},
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
