from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bench.corpus import read_corpora

Story = list[dict[str, Any]]

CHOIR = (
    "The choir of the valley school sang in the old mill on Friday evening. Forty parents had carried "
    "benches up the hill. When the lamps failed after the second song, the children went on in the dark, "
    "and nobody left. The headmistress, Runa Feld, said afterwards that she had never heard them sing so well."
)


@pytest.fixture
def ids(client: FlaskClient, index: Callable[[], None], story: Story) -> list[str]:
    """The first two articles of the story, which are copies, and one about something else."""
    articles = [*story[:2], {"id": "choir", "text": CHOIR}]
    client.post("/v1/articles", json=articles)
    index()
    return [article["id"] for article in articles]


def judge(client: FlaskClient, a: str, b: str, verdict: str, **more: object) -> dict[str, Any]:
    answer = client.post(
        "/v1/verdicts", json={"a": a, "b": b, "verdict": verdict, "reason": "I compared them."} | more
    )
    assert answer.status_code == 201, answer.get_json()
    given: dict[str, Any] = answer.get_json()
    return given


def cluster_of(client: FlaskClient, article: str) -> str | None:
    found: str | None = client.get(f"/v1/articles/{article}").get_json()["cluster"]
    return found


def test_a_disputed_pair_is_no_cluster_until_it_is_taken_back(
    client: FlaskClient, index: Callable[[], None], ids: list[str]
) -> None:
    before = cluster_of(client, ids[0])
    given = judge(client, ids[1], ids[0], "dispute", by="desk")
    index()
    assert (given["a"], given["b"], given["verdict"], given["by"]) == (ids[1], ids[0], "dispute", "desk")
    assert cluster_of(client, ids[0]) is None is cluster_of(client, ids[1])
    assert client.get(f"/v1/clusters/{before}").status_code == 404
    assert client.delete(f"/v1/verdicts/{given['id']}").status_code == 204
    index()
    assert cluster_of(client, ids[0]) == cluster_of(client, ids[1]) is not None
    history = client.get(f"/v1/verdicts/{given['id']}").get_json()["history"]
    assert [said["verdict"] for said in history] == ["dispute", None]
    assert client.delete(f"/v1/verdicts/{given['id']}").status_code == 404


def test_a_confirmed_pair_is_a_cluster_and_shown_in_it(
    client: FlaskClient, index: Callable[[], None], ids: list[str]
) -> None:
    judge(client, ids[0], "choir", "confirm")
    index()
    name = cluster_of(client, "choir")
    assert name == cluster_of(client, ids[0]) == cluster_of(client, ids[1])
    cluster = client.get(f"/v1/clusters/{name}").get_json()
    assert cluster["size"] == 3
    assert [(v["a"], v["b"], v["verdict"]) for v in cluster["verdicts"]] == [(ids[0], "choir", "confirm")]
    edges = {frozenset((edge["from"], edge["to"])): edge["verdict"] for edge in cluster["edges"]}
    assert edges[frozenset(ids[:2])] is None
    client.delete("/v1/articles/choir")
    index()
    assert client.get(f"/v1/clusters/{name}").get_json()["size"] == 2
    assert client.get("/v1/verdicts").get_json() == {"verdicts": [], "next_cursor": None}


def test_a_disputed_pair_whose_ends_a_third_text_joins_stays_and_says_so(
    client: FlaskClient, index: Callable[[], None], ids: list[str], story: Story
) -> None:
    judge(client, ids[0], ids[1], "dispute")
    client.post("/v1/articles", json=story[2])
    index()
    cluster = client.get(f"/v1/clusters/{cluster_of(client, ids[0])}").get_json()
    assert cluster["size"] == 3
    edges = {frozenset((edge["from"], edge["to"])): edge["verdict"] for edge in cluster["edges"]}
    assert edges[frozenset(ids[:2])] == "dispute"
    for article in cluster["articles"]:
        derived = article["derived_from"]
        if derived:
            assert {article["id"], derived["article"]} != set(ids[:2])


def test_a_verdict_outlives_updates_and_new_articles(
    client: FlaskClient, index: Callable[[], None], ids: list[str], story: Story
) -> None:
    judge(client, ids[0], "choir", "confirm")
    client.post("/v1/articles", json={"id": ids[1], "text": CHOIR.replace("school", "guild")})
    client.post("/v1/articles", json={"id": ids[0], "text": story[0]["text"] + " Nobody was hurt."})
    index()
    assert cluster_of(client, ids[0]) == cluster_of(client, "choir") is not None


def test_lists(client: FlaskClient, ids: list[str]) -> None:
    one = judge(client, ids[0], ids[1], "confirm")
    two = judge(client, ids[1], "choir", "dispute")
    page = client.get("/v1/verdicts?limit=1").get_json()
    assert [verdict["id"] for verdict in page["verdicts"]] == [two["id"]]
    rest = client.get("/v1/verdicts", query_string={"cursor": page["next_cursor"]}).get_json()
    assert rest == {"verdicts": [one], "next_cursor": None}
    assert client.get(f"/v1/verdicts?article={ids[0]}").get_json()["verdicts"] == [one]
    assert client.get("/v1/verdicts?article=nobody").status_code == 404
    assert client.get("/v1/verdicts/v_1_99").status_code == 404


def test_labels_are_what_training_reads(
    client: FlaskClient, ids: list[str], story: Story, tmp_path: Path, index: Callable[[], None]
) -> None:
    judge(client, ids[0], ids[1], "confirm")
    judge(client, ids[0], "choir", "dispute")
    judge(client, ids[1], "choir", "confirm")
    answer = client.get("/v1/verdicts/labels")
    assert answer.mimetype == "application/x-ndjson"
    (tmp_path / "verdicts.jsonl").write_bytes(answer.data)
    for name in ("pairs", "docs"):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt") as lines:
            lines.write("")
    corpora = read_corpora(tmp_path)
    labels = {frozenset((pair.a, pair.b)): pair.label for pair in corpora.pairs}
    assert set(labels.values()) == {"near_copy", "unrelated", "rewrite"}
    assert {pair.corpus for pair in corpora.pairs} == {"verdicts"}
    assert {corpora.texts[pair.a] for pair in corpora.pairs} <= {story[0]["text"], story[1]["text"], CHOIR}
    client.post("/v1/articles", json={"id": "choir", "text": CHOIR + " It rained."})
    index()
    left = [json.loads(line) for line in client.get("/v1/verdicts/labels").data.splitlines()]
    assert [(label["a"], label["b"]) for label in left] == [(ids[0], ids[1])]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"a": "nobody"}, 404),
        ({"b": "tram-depot-fire-1"}, 422),
        ({"verdict": "maybe"}, 422),
        ({"reason": ""}, 422),
        ({"reason": "\ud800"}, 422),
        ({"reason": "x" * 2001}, 422),
        ({"by": 5}, 422),
        ({"why": "x"}, 422),
    ],
)
def test_a_wrong_verdict_is_named(
    client: FlaskClient, ids: list[str], change: dict[str, object], status: int
) -> None:
    body = {"a": ids[0], "b": ids[1], "verdict": "confirm", "reason": "Because."} | change
    answer = client.post("/v1/verdicts", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
