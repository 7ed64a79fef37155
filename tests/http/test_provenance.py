from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from prov.model import ProvDocument

from copytrail.store import keys
from copytrail.store.connection import Connection

Story = list[dict[str, Any]]
IDS = [f"tram-depot-fire-{number}" for number in (1, 2, 3)]


@pytest.fixture
def cluster(client: FlaskClient, index: Callable[[], None], story: Story) -> str:
    """The story's first three articles; the third has a formula for a headline and a script for a source."""
    hostile = {"title": "=HYPERLINK(1)", "source": "</style><script>alert(1)</script>"}
    client.post("/v1/articles", json=[*story[:2], story[2] | hostile])
    index()
    return str(client.get(f"/v1/articles/{IDS[0]}").get_json()["cluster"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("prov-json", "application/json"),
        ("jsonld", "application/ld+json"),
        ("csv", "text/csv"),
        ("dot", "text/vnd.graphviz"),
        ("html", "text/html"),
    ],
)
def test_each_format_names_every_article(client: FlaskClient, cluster: str, name: str, kind: str) -> None:
    answer = client.get(f"/v1/clusters/{cluster}/provenance", query_string={"format": name})
    assert (answer.status_code, answer.content_type) == (200, f"{kind}; charset=utf-8")
    assert f'filename="{cluster}.' in answer.headers["Content-Disposition"]
    assert all(article in answer.text for article in IDS)


def test_without_a_format_it_is_prov_and_says_what_the_cluster_says(
    client: FlaskClient, cluster: str
) -> None:
    said = client.get(f"/v1/clusters/{cluster}/provenance").get_json()
    ProvDocument.deserialize(content=json.dumps(said), format="json")
    told = {
        (each["prov:generatedEntity"], each["prov:usedEntity"]) for each in said["wasDerivedFrom"].values()
    }
    articles = client.get(f"/v1/clusters/{cluster}").get_json()["articles"]
    derived = {
        (f"article:{each['id']}", f"article:{each['derived_from']['article']}")
        for each in articles
        if each["derived_from"]
    }
    assert derived <= told
    assert len(derived) == 2


def test_nothing_that_an_article_brings_along_runs(client: FlaskClient, cluster: str) -> None:
    page = client.get(f"/v1/clusters/{cluster}/provenance?format=html")
    assert "<script" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    table = client.get(f"/v1/clusters/{cluster}/provenance?format=csv").text
    assert "'=HYPERLINK(1)" in {row[2] for row in csv.reader(StringIO(table))}


def test_a_deleted_article_is_in_no_export(
    client: FlaskClient, cluster: str, index: Callable[[], None]
) -> None:
    client.delete(f"/v1/articles/{IDS[2]}")
    index()
    for name in ("prov-json", "jsonld", "csv", "dot", "html"):
        assert IDS[2] not in client.get(f"/v1/clusters/{cluster}/provenance?format={name}").text


def test_a_merged_cluster_is_told_as_the_one_it_became_part_of(
    client: FlaskClient, cluster: str, link: Connection
) -> None:
    link.one(("HSET", keys.MERGED, "c_old", cluster))
    assert all(article in client.get("/v1/clusters/c_old/provenance?format=csv").text for article in IDS)
    page = client.get("/clusters/c_old")
    assert (page.status_code, page.headers["Location"]) == (307, f"/clusters/{cluster}")


def test_an_unknown_cluster_and_an_unknown_format(client: FlaskClient, cluster: str) -> None:
    assert client.get("/v1/clusters/c_nothing/provenance").status_code == 404
    wrong = client.get(f"/v1/clusters/{cluster}/provenance?format=pdf")
    assert (wrong.status_code, wrong.content_type) == (422, "application/problem+json")
    assert "format" in wrong.get_json()["detail"]
