from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from copytrail.errors import QueueFull, StoreFull, StoreUnavailable
from copytrail.settings import Settings
from copytrail.store.protocol import Problem, Store
from service.app import create_app


def test_counts(client: FlaskClient, story: list[dict[str, Any]], index: Callable[[], None]) -> None:
    client.post("/v1/articles", json=story[:3])
    waiting = client.get("/v1/stats").get_json()
    assert (waiting["articles"], waiting["queued"], waiting["clusters"]) == (3, 3, 0)
    index()
    done = client.get("/v1/stats").get_json()
    assert (done["articles"], done["queued"], done["clusters"], done["failed"]) == (3, 0, 1, 0)
    assert done["store_bytes"] > 0


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/livez").get_json() == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ready")


def test_metrics_count_requests_by_route_and_what_is_stored(client: FlaskClient) -> None:
    client.post("/v1/articles", json={"id": "a", "text": "x"})
    client.get("/v1/articles/a")
    client.get("/made/up/path")
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    lines = answer.get_data(as_text=True)
    assert 'copytrail_request_seconds_count{method="GET",route="/v1/articles/<id>",status="200"} 1.0' in lines
    assert "copytrail_articles 1.0" in lines
    assert "copytrail_queued 1.0" in lines
    assert "copytrail_store_up 1.0" in lines
    assert "/made/up/path" not in lines


class Broken:
    """A store of which every method fails in one way: what the service says then is what is tested."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(*_: object) -> None:
            raise self._error

        return fail


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(StoreUnavailable("gone"), "2"), (StoreFull("gone"), "30"), (QueueFull("gone"), "10")],
)
@pytest.mark.parametrize("path", ["/v1/stats", "/readyz", "/v1/articles/x", "/v1/clusters", "post"])
def test_without_a_store_clients_are_told_when_to_try_again(
    error: Exception, seconds: str, path: str
) -> None:
    client = create_app(Settings(), Broken(error)).test_client()
    answer = client.post("/v1/articles", json={"text": "x"}) if path == "post" else client.get(path)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == seconds
    assert answer.get_json()["detail"] == "gone"
    assert client.get("/livez").status_code == 200
    assert "copytrail_store_up 0.0" in client.get("/metrics").get_data(as_text=True)


def test_an_unsafe_store_is_not_ready(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    evicting = Problem("eviction", "The store may evict keys; set maxmemory-policy noeviction.")
    monkeypatch.setattr(type(store), "health", lambda _: [evicting])
    answer = create_app(settings, store).test_client().get("/readyz")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.get_json()["problems"] == [{"code": "eviction", "message": evicting.message, "fatal": True}]
    assert answer.headers["Retry-After"]


def test_an_error_of_ours_tells_nothing_about_the_inside() -> None:
    client = create_app(Settings(), Broken(RuntimeError("secret"))).test_client()
    answer = client.get("/v1/stats")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"secret" not in answer.data


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/openapi.json").get_json()
    return answer


def test_the_description_names_every_call_and_no_page(client: FlaskClient, spec: dict[str, Any]) -> None:
    described = {(path, method.upper()) for path, methods in spec["paths"].items() for method in methods}
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith("pages.")
    }
    undescribed = {"/openapi.json", "/docs", "/metrics", "/login", "/logout"}
    assert described == {
        (path, method) for path, method in routes if path not in undescribed and "static" not in path
    }


def test_the_description_refers_only_to_what_it_holds(spec: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(spec)))
    assert references <= set(spec["components"]["schemas"])
    assert "$defs" not in json.dumps(spec["paths"])


def test_every_body_and_answer_has_an_example(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]
    for name in (
        "ArticleBody",
        "CheckBody",
        "CompareBody",
        "Receipt",
        "ArticleState",
        "Clusters",
        "ClusterShape",
    ):
        assert schemas[name]["examples"], name


def test_the_examples_are_true(client: FlaskClient, spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]
    article = schemas["ArticleBody"]["examples"][0]
    assert client.post("/v1/articles", json=article).status_code == 202
    assert client.post("/v1/check", json=article).status_code == 200
    pair = schemas["CompareBody"]["examples"][0]
    assert client.post("/v1/compare", json=pair).status_code == 200
    receipt = client.post("/v1/articles", json=[article, {}]).get_json()
    assert set(receipt) == set(schemas["Receipt"]["examples"][0])
    state = client.get(f"/v1/articles/{receipt['accepted'][0]['id']}").get_json()
    assert (
        set(state)
        == set(schemas["ArticleState"]["examples"][0])
        == set(schemas["ArticleState"]["properties"])
    )


def test_the_pages_of_the_description_need_nothing_from_elsewhere(
    client: FlaskClient, spec: dict[str, Any]
) -> None:
    answer = client.get("/docs")
    page = answer.get_data(as_text=True)
    for path, methods in spec["paths"].items():
        for method in methods:
            assert re.search(rf"<b>{method.upper()}</b> {re.escape(path)}<", page), (method, path)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
