from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.app import create_app

Story = list[dict[str, Any]]

REASON = "The worker died 3 times while it handled this article."
TEXT = "The harbour bridge will close on Monday for nine weeks."


def post(client: FlaskClient, articles: object, **query: float) -> TestResponse:
    return client.post("/v1/articles", json=articles, query_string=query)


def test_one_article_is_queued_and_can_be_read(client: FlaskClient, story: Story) -> None:
    answer = post(client, story[0])
    assert answer.status_code == 202
    assert answer.get_json() == {
        "accepted": [{"index": 0, "id": story[0]["id"], "status": "queued"}],
        "rejected": [],
    }
    article = client.get(f"/v1/articles/{story[0]['id']}").get_json()
    assert article["status"] == "queued"
    assert (article["cluster"], article["failure"], article["matches"]) == (None, None, [])
    assert article["title"] == story[0]["title"]
    assert article["authors"] == [story[0]["author"]]
    assert article["characters"] == len(story[0]["text"])
    assert article["version"] == 1
    assert article["first_seen_at"].endswith("Z")


def test_the_text_comes_back_exactly(client: FlaskClient) -> None:
    text = " \tZürich — “quoted”\r\n\n𝔸 e\u0301 \u202eabc\u200b\n"
    post(client, {"id": "t", "text": text})
    assert client.get("/v1/articles/t/text").get_json() == {"id": "t", "text": text}
    plain = client.get("/v1/articles/t/text", headers={"Accept": "text/plain"})
    assert plain.get_data(as_text=True) == text
    assert plain.content_type == "text/plain; charset=utf-8"


def test_a_batch_is_taken_item_by_item(client: FlaskClient) -> None:
    answer = post(
        client, [{"id": "a", "text": TEXT}, {"id": "b"}, 7, {"id": "c/d", "text": TEXT}, {"text": TEXT}]
    )
    assert answer.status_code == 202
    assert [item["index"] for item in answer.get_json()["accepted"]] == [0, 4]
    assert {item["index"]: item["error"].split(":")[0] for item in answer.get_json()["rejected"]} == {
        1: "text",
        2: "article",
        3: "id",
    }
    assert client.get("/v1/articles/a").status_code == 200
    assert client.get("/v1/articles/b").status_code == 404


def test_lines_are_taken_line_by_line(client: FlaskClient) -> None:
    body = b'{"id":"a","text":"one"}\r\n\n{"id":"b","text":}\n\xff\n{"id":"c","text":"three"}'
    answer = client.post("/v1/articles", data=body, content_type="application/x-ndjson")
    assert answer.status_code == 202
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["a", "c"]
    assert [item["index"] for item in answer.get_json()["rejected"]] == [1, 2]


def test_a_post_of_which_nothing_can_be_taken(client: FlaskClient) -> None:
    answer = post(client, [{"id": "a"}, None])
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["accepted"] == []
    assert [item["index"] for item in answer.get_json()["rejected"]] == [0, 1]
    assert answer.get_json()["detail"].startswith("None of 2 articles")
    assert post(client, []).status_code == 422


def test_articles_beyond_the_limit_are_rejected_one_by_one(client: FlaskClient) -> None:
    answer = post(client, [{"id": f"n{number}", "text": f"Text number {number}"} for number in range(25)])
    assert [item["id"] for item in answer.get_json()["accepted"]] == [f"n{number}" for number in range(20)]
    assert [item["index"] for item in answer.get_json()["rejected"]] == list(range(20, 25))
    assert "20 articles" in answer.get_json()["rejected"][0]["error"]


def test_a_post_of_too_many_articles_is_refused_as_a_whole(settings: Settings, store: Store) -> None:
    client = create_app(replace(settings, max_body_bytes=4 << 20), store).test_client()
    answer = client.post(
        "/v1/articles", data=b"[" + b"1," * 1_000_000 + b"1]", content_type="application/json"
    )
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert "more than 1000000 articles" in answer.get_json()["detail"]


def test_of_one_page_in_a_batch_the_last_wins(client: FlaskClient) -> None:
    pages = [{"id": name, "url": "https://x.example/" + name[0], "text": name} for name in ("a1", "b1", "a2")]
    accepted = post(client, pages).get_json()["accepted"]
    assert accepted[0]["id"] == accepted[2]["id"] != accepted[1]["id"]
    assert client.get(f"/v1/articles/{accepted[0]['id']}/text").get_json()["text"] == "a2"
    assert client.get("/v1/stats").get_json()["articles"] == 2


def test_of_one_id_in_a_batch_the_last_wins(client: FlaskClient) -> None:
    answer = post(
        client, [{"id": "a", "text": "first"}, {"id": "b", "text": "other"}, {"id": "a", "text": "last"}]
    )
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["a", "b", "a"]
    assert client.get("/v1/articles/a/text").get_json()["text"] == "last"


def test_the_same_page_again_is_an_update(client: FlaskClient) -> None:
    first = post(client, {"url": "https://herald.example/a?utm_source=x", "text": "before"}).get_json()[
        "accepted"
    ][0]
    again = post(client, {"id": "mine", "url": "http://www.herald.example/a/", "text": "after"}).get_json()[
        "accepted"
    ][0]
    assert again["id"] == first["id"]
    article = client.get(f"/v1/articles/{first['id']}").get_json()
    assert article["version"] == 2
    assert client.get(f"/v1/articles/{first['id']}/text").get_json()["text"] == "after"


def test_the_same_post_again_changes_nothing(client: FlaskClient, story: Story) -> None:
    post(client, story[0])
    post(client, story[0])
    assert client.get(f"/v1/articles/{story[0]['id']}").get_json()["version"] == 1
    assert client.get("/v1/stats").get_json()["articles"] == 1


@pytest.mark.parametrize("article_id", ["100% sure?", "a b&c=d#e", "ünï·cødé", "x" * 200, "a\\b", "..."])
def test_any_printable_id_is_an_id(client: FlaskClient, article_id: str) -> None:
    assert post(client, {"id": article_id, "text": TEXT}).get_json()["accepted"][0]["id"] == article_id
    path = f"/v1/articles/{quote(article_id, safe='')}"
    assert client.get(path).get_json()["id"] == article_id
    assert client.delete(path).status_code == 204


def test_unknown_fields_come_back_and_large_ones_are_named(client: FlaskClient) -> None:
    answer = post(
        client, {"id": "a", "text": TEXT, "desk": {"city": [1, None]}, "status": "failed", "raw": "x" * 500}
    )
    assert answer.get_json()["accepted"][0]["dropped"] == ["raw"]
    article = client.get("/v1/articles/a").get_json()
    assert article["extra"] == {"desk": {"city": [1, None]}, "status": "failed"}
    assert article["status"] == "queued"


def test_what_is_the_stores_to_say_cannot_be_posted(client: FlaskClient) -> None:
    post(
        client,
        {"id": "a", "text": TEXT, "first_seen_at": "1999-01-01T00:00:00Z", "cluster": "c_mine", "version": 9},
    )
    article = client.get("/v1/articles/a").get_json()
    assert not article["first_seen_at"].startswith("1999")
    assert (article["cluster"], article["version"]) == (None, 1)


def test_waiting_answers_with_the_status(client: FlaskClient, working: None, story: Story) -> None:
    answer = post(client, story[:3], wait=20)
    assert answer.status_code == 202
    assert [item["status"] for item in answer.get_json()["accepted"]] == ["indexed"] * 3


def test_waiting_ends_when_the_time_is_over(client: FlaskClient, story: Story) -> None:
    answer = post(client, story[0], wait=0.1)
    assert answer.get_json()["accepted"][0]["status"] == "queued"


def test_matches_of_an_indexed_article_best_first(
    client: FlaskClient, index: Callable[[], None], story: Story
) -> None:
    post(client, story[:3])
    index()
    article = client.get(f"/v1/articles/{story[1]['id']}").get_json()
    assert article["status"] == "indexed"
    assert article["cluster"].startswith("c_")
    assert {match["article"] for match in article["matches"]} == {story[0]["id"], story[2]["id"]}
    scores = [match["score"] for match in article["matches"]]
    assert scores == sorted(scores, reverse=True)
    match = article["matches"][0]
    assert set(match) == {"article", "cluster", "relation", "score", "containment", "passages"}
    assert match["cluster"] == article["cluster"]
    start, end = match["passages"][0]["a"]
    assert 0 <= start < end <= article["characters"]


def test_a_deleted_article_is_gone_everywhere(
    client: FlaskClient, index: Callable[[], None], story: Story
) -> None:
    post(client, story[:2])
    index()
    one, other = (f"/v1/articles/{article['id']}" for article in story[:2])
    cluster = client.get(one).get_json()["cluster"]
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
    assert client.get(f"{one}/text").status_code == 404
    assert client.delete(one).status_code == 404
    index()
    assert client.get(other).get_json()["matches"] == []
    assert client.get(other).get_json()["cluster"] is None
    assert client.get(f"/v1/clusters/{cluster}").status_code == 404
    check = client.post("/v1/check", json=story[0]).get_json()
    assert [match["article"] for match in check["matches"]] == [story[1]["id"]]


def test_a_failed_article_is_listed_and_retried(
    client: FlaskClient, fail: Callable[[str], None], index: Callable[[], None], story: Story
) -> None:
    post(client, [{"id": "bad", "text": TEXT}, {"id": "good", "text": story[3]["text"]}])
    fail("bad")
    article = client.get("/v1/articles/bad").get_json()
    assert (article["status"], article["failure"]) == ("failed", REASON)
    (listed,) = client.get("/v1/articles?status=failed").get_json()["articles"]
    assert (listed["id"], listed["failure"]) == ("bad", REASON)
    assert client.post("/v1/articles/good/retry").status_code == 409
    assert client.post("/v1/articles/none/retry").status_code == 404
    assert client.post("/v1/articles/bad/retry").get_json() == {"id": "bad", "status": "queued"}
    index()
    assert client.get("/v1/articles/bad").get_json()["status"] == "indexed"
    assert client.get("/v1/articles?status=failed").get_json() == {"articles": [], "next_cursor": None}
