from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from service.app import create_app

Story = list[dict[str, Any]]


def told(client: FlaskClient, **query: object) -> list[dict[str, Any]]:
    answer = client.get("/v1/events", query_string=query)
    assert answer.status_code == 200, answer.get_json()
    events: list[dict[str, Any]] = answer.get_json()["events"]
    return events


def test_an_empty_feed_has_a_cursor_to_go_on_with(client: FlaskClient) -> None:
    assert client.get("/v1/events").get_json() == {"events": [], "next_cursor": "0"}
    assert client.get("/v1/events?after=0&wait=0.2").get_json() == {"events": [], "next_cursor": "0"}


def test_the_life_of_a_cluster_is_told_in_order(
    client: FlaskClient, index: Callable[[], None], story: Story
) -> None:
    for article in story[:3]:
        client.post("/v1/articles", json=article)
        index()
    ids = [article["id"] for article in story[:3]]
    cluster = client.get(f"/v1/articles/{ids[0]}").get_json()["cluster"]
    client.delete(f"/v1/articles/{ids[2]}")
    index()
    client.delete(f"/v1/articles/{ids[1]}")
    index()
    events = told(client)
    assert [(event["type"], event.get("cluster"), event.get("size")) for event in events] == [
        ("cluster.created", cluster, 2),
        ("cluster.grown", cluster, 3),
        ("article.deleted", None, None),
        ("cluster.shrunk", cluster, 2),
        ("article.deleted", None, None),
        ("cluster.dissolved", cluster, 0),
    ]
    assert [event["id"] for event in events] == [str(n) for n in range(1, 7)]
    assert (events[0]["joined"], events[1]["joined"]) == (sorted(ids[:2]), [ids[2]])
    assert (events[3]["left"], events[5]["left"]) == ([ids[2]], sorted(ids[:2]))
    assert events[2]["article"] == ids[2]
    assert events[0]["at"].endswith("Z")


def test_a_reader_goes_on_where_it_stopped(
    client: FlaskClient, index: Callable[[], None], story: Story
) -> None:
    client.post("/v1/articles", json=story[:2])
    index()
    client.post("/v1/articles", json=story[2])
    index()
    first = client.get("/v1/events?limit=1").get_json()
    assert first["next_cursor"] == first["events"][0]["id"] == "1"
    second = client.get("/v1/events", query_string={"after": first["next_cursor"]}).get_json()
    assert [event["type"] for event in second["events"]] == ["cluster.grown"]
    assert told(client, after=second["next_cursor"]) == []


def test_who_waits_hears_of_it_at_once(client: FlaskClient, index: Callable[[], None], story: Story) -> None:
    client.post("/v1/articles", json=story[:2])
    heard: list[tuple[float, str]] = []

    def listen() -> None:
        for event in told(client.application.test_client(), after="0", wait=20):
            heard.append((time.monotonic(), event["type"]))

    listener = Thread(target=listen)
    listener.start()
    index()
    done = time.monotonic()
    listener.join()
    assert [kind for _, kind in heard] == ["cluster.created"]
    assert heard[0][0] - done < 1


def test_a_cursor_that_is_too_old_or_too_new_is_gone(
    link: Connection, store: RedisStore, settings: Settings, story: Story, index: Callable[[], None]
) -> None:
    narrow = replace(settings, events_kept=2)
    client = create_app(narrow, RedisStore(link, narrow)).test_client()
    client.post("/v1/articles", json=story[:3])
    index()
    for article in story[:3]:
        client.delete(f"/v1/articles/{article['id']}")
    newest = int(told(client)[-1]["id"])
    for after in (0, newest + 1):
        answer = client.get("/v1/events", query_string={"after": after})
        assert (answer.status_code, answer.content_type) == (410, "application/problem+json")
        assert answer.get_json()["oldest"] == str(newest - 2)
    assert len(told(client, after=newest - 2)) == 2


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": "-1"}, {"after": "9" * 19}, {"limit": 0}, {"wait": 61}, {"since": 1}]
)
def test_a_wrong_question_is_named(client: FlaskClient, query: dict[str, object]) -> None:
    answer = client.get("/v1/events", query_string=query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.get_json()["detail"]
