from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

Story = list[dict[str, Any]]

IDS = [f"tram-depot-fire-{number}" for number in (1, 2, 3)]
NOW = datetime.now(UTC)
OTHER = (
    "The choir of the valley school sang in the old mill on Friday evening. Forty parents had carried "
    "benches up the hill. When the lamps failed after the second song, the children went on in the dark, "
    "and nobody left. The headmistress, Runa Feld, said afterwards that she had never heard them sing so "
    "well, and that the mill would get new wiring before the winter concert, paid for by that night."
)


@pytest.fixture
def clusters(client: FlaskClient, index: Callable[[], None], story: Story) -> list[str]:
    """Two clusters: the story's first three articles, and a later pair."""
    client.post("/v1/articles", json=story[:3])
    index()
    client.post(
        "/v1/articles",
        json=[
            {"id": "choir-1", "title": "Choir sings in the dark", "source": "Valley Post", "text": OTHER},
            {"id": "choir-2", "title": "Children sing on", "source": "Mill Gazette", "text": OTHER},
        ],
    )
    index()
    return [client.get(f"/v1/articles/{article}").get_json()["cluster"] for article in (IDS[0], "choir-1")]


def listed(client: FlaskClient, **query: object) -> list[str]:
    answer = client.get("/v1/clusters", query_string=query)
    assert answer.status_code == 200, answer.get_json()
    return [cluster["id"] for cluster in answer.get_json()["clusters"]]


def test_the_newest_activity_comes_first(client: FlaskClient, clusters: list[str], story: Story) -> None:
    of_fire, of_choir = clusters
    assert listed(client) == [of_choir, of_fire]
    cluster = client.get("/v1/clusters").get_json()["clusters"][1]
    assert cluster["size"] == 3
    assert cluster["sources"] == sorted({article["source"] for article in story[:3]})
    assert cluster["title"] in {article["title"] for article in story[:3]}


def test_every_filter_of_the_list(client: FlaskClient, clusters: list[str]) -> None:
    of_fire, of_choir = clusters
    assert listed(client, min_size=3) == [of_fire]
    assert listed(client, min_size=4) == []
    assert listed(client, source="Mill Gazette") == [of_choir]
    assert listed(client, source="Nobody") == []
    assert listed(client, relation="identical") == [of_choir]
    assert listed(client, relation="same_event") == []
    assert listed(client, since=(NOW - timedelta(hours=1)).isoformat()) == [of_choir, of_fire]
    assert listed(client, since=(NOW + timedelta(hours=1)).isoformat()) == []
    assert listed(client, until=(NOW - timedelta(hours=1)).isoformat()) == []
    assert listed(client, q="SING") == [of_choir]
    assert listed(client, q="zebra") == []


def test_pages_hold_every_cluster_once(client: FlaskClient, clusters: list[str]) -> None:
    first = client.get("/v1/clusters?limit=1").get_json()
    second = client.get("/v1/clusters", query_string={"limit": 1, "cursor": first["next_cursor"]}).get_json()
    assert [page["clusters"][0]["id"] for page in (first, second)] == clusters[::-1]
    assert second["next_cursor"] is None


def test_a_cluster_with_its_provenance(client: FlaskClient, clusters: list[str], story: Story) -> None:
    cluster = client.get(f"/v1/clusters/{clusters[0]}").get_json()
    assert cluster["id"] == clusters[0]
    assert cluster["size"] == len(cluster["articles"]) == 3
    assert cluster["original"]["article"] == IDS[0]
    assert cluster["representative"] in IDS[:3]
    assert cluster["history"][0]["kind"]
    by_id = {article["id"]: article for article in cluster["articles"]}
    assert by_id[IDS[0]]["relation"] == "original"
    derived = by_id[IDS[1]]["derived_from"]
    assert derived["relation"] == "near_copy"
    assert derived["reasons"]
    assert {edge["relation"] for edge in cluster["edges"]} <= {"identical", "near_copy"}
    text = story[1]["text"]
    for passage in derived["passages"]:
        start, end = passage["a"]
        assert text[start:end].strip()


def test_a_cluster_keeps_its_id_when_it_grows(
    client: FlaskClient, clusters: list[str], index: Callable[[], None], story: Story
) -> None:
    client.post("/v1/articles", json={"id": "again", "text": story[0]["text"]})
    index()
    assert client.get("/v1/articles/again").get_json()["cluster"] == clusters[0]
    assert client.get(f"/v1/clusters/{clusters[0]}").get_json()["size"] == 4


def test_a_cluster_without_what_the_request_leaves_out(
    client: FlaskClient, clusters: list[str], story: Story
) -> None:
    path = f"/v1/clusters/{clusters[0]}"
    whole = client.get(path).get_json()
    assert whole["excluded"] == [] and whole["split_from"] is None and whole["verdicts"] == []
    first = whole["original"]["article"]
    source = next(article["source"] for article in story if article["id"] == first)
    without = client.get(path, query_string={"exclude_sources": source}).get_json()
    assert without["excluded"] == [{"article": first, "reason": "excluded_source"}]
    assert without["size"] == 2 == len(without["articles"])
    assert first not in {article["id"] for article in without["articles"]}
    assert first not in json.dumps(without["edges"])
    assert without["id"] == clusters[0]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"threshold": 1}, "unlinked"),
        ({"relations": "rewrite"}, "unlinked"),
        ({"only_tags": "archive"}, "other_tags"),
        ({"only_sources": "Nobody"}, "other_source"),
    ],
)
def test_a_cluster_of_which_nothing_is_left(
    client: FlaskClient, clusters: list[str], query: dict[str, object], reason: str
) -> None:
    cluster = client.get(f"/v1/clusters/{clusters[0]}", query_string=query).get_json()
    assert (cluster["size"], cluster["articles"], cluster["original"]) == (0, [], None)
    assert cluster["representative"] is None
    assert [member["reason"] for member in cluster["excluded"]] == [reason] * 3
    assert cluster["undetermined"]


def test_clusters_and_provenance_do_not_depend_on_the_order_of_arrival(
    client: FlaskClient, index: Callable[[], None], story: Story
) -> None:
    def told(articles: Story) -> list[object]:
        for article in articles:
            client.post("/v1/articles", json=article)
            index()
        (listed,) = client.get("/v1/clusters").get_json()["clusters"]
        cluster = client.get(f"/v1/clusters/{listed['id']}").get_json()
        for article in articles:
            client.delete(f"/v1/articles/{article['id']}")
        index()
        parents = {
            article["id"]: (article["relation"], (article["derived_from"] or {}).get("article"))
            for article in cluster["articles"]
        }
        edges = [(edge["from"], edge["to"], edge["relation"], edge["score"]) for edge in cluster["edges"]]
        return [parents, sorted(edges), cluster["representative"], cluster["title"], cluster["sources"]]

    assert told(story[::-1]) == told(story)


def test_an_unknown_cluster(client: FlaskClient) -> None:
    answer = client.get("/v1/clusters/c_nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "many"},
        {"limit": "9" * 5000},
        {"min_size": -1},
        {"min_size": "nan"},
        {"since": "yesterday"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"relation": "cousin"},
        {"q": "x" * 201},
        {"cursor": "made up"},
        {"cursor": "\x00é"},
        {"cursor": "bmFuIGE="},
        {"minsize": 3},
    ],
)
def test_a_wrong_filter_is_named(client: FlaskClient, query: dict[str, object]) -> None:
    answer = client.get("/v1/clusters", query_string=query)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert next(iter(query)) in answer.get_json()["detail"]
