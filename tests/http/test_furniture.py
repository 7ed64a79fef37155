"""Answers show what of a text was ignored as site furniture, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

FORM = "Please enter your comment! Please enter your name here"
MOTTO = "The Bay Bulletin is a paper of the Holm family and has been since the big flood of 1883"


def furnished(story: list[dict[str, Any]], place: int) -> dict[str, Any]:
    text = f"{story[place]['text']}\n\n{MOTTO}\n\n{FORM}"
    return {"id": f"page-{place}", "source": "Bay Bulletin", "text": text}


def shown(text: str, ignored: list[dict[str, Any]]) -> dict[str, str]:
    return {text[stretch["start"] : stretch["end"]]: stretch["why"] for stretch in ignored}


def test_an_article_and_a_check_show_what_was_ignored_and_why(
    client: FlaskClient, index: Callable[[], None], story: list[dict[str, Any]]
) -> None:
    pages = [furnished(story, place) for place in (0, -1, -2)]
    client.post("/v1/articles", json=pages)
    index()
    answers = [client.get(f"/v1/articles/{page['id']}").get_json() for page in pages]
    answers.append(
        client.post("/v1/check", json={"source": "bay bulletin", "text": pages[0]["text"]}).get_json()
    )
    for page, answer in zip([*pages, pages[0]], answers, strict=True):
        seen = shown(page["text"], answer["ignored"])
        assert (seen[MOTTO], seen[FORM]) == ("repeated by this site", "usual")
        assert "furniture_ignored" in answer["flags"]


def test_a_page_that_is_only_furniture_says_so(client: FlaskClient, index: Callable[[], None]) -> None:
    text = "\n\n".join([FORM, "Spread the love", "All rights reserved.", "Follow us on Instagram"])
    client.post("/v1/articles", json=[{"id": "one", "text": text}, {"id": "two", "text": text + "\n\nPrint"}])
    index()
    answer = client.get("/v1/articles/one").get_json()
    assert answer["flags"] == ["furniture_ignored", "insufficient_text"]
    assert (answer["status"], answer["cluster"], answer["matches"]) == ("indexed", None, [])
    assert client.post("/v1/check", json={"text": text}).get_json()["flags"] == answer["flags"]


def test_a_comparison_says_that_furniture_was_ignored(
    client: FlaskClient, story: list[dict[str, Any]]
) -> None:
    a, b = story[0]["text"], f"{story[0]['text']}\n\n{FORM}"
    report = client.post("/v1/compare", json={"a": a, "b": b}).get_json()
    assert (report["relation"], report["flags"]) == ("near_copy", ["furniture_ignored"])
