from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore
from service.app import create_app

CALLS = ["/v1/articles", "/v1/check", "/v1/compare"]
DEEP = 100_000
BODIES = {
    "nothing": b"",
    "not JSON": b"text",
    "half an object": b'{"text": "x"',
    "not an object": b"17",
    "null": b"null",
    "deep list": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep list in an article": b'{"text": "x", "a": "y", "b": ' + b"[" * 500 + b"]" * 500 + b"}",
    "half a surrogate pair": rb'{"text": "\ud83d", "a": "\ud83d", "b": ""}',
    "half a surrogate pair as a name": rb'{"text": "x", "\ud83d": 1, "a": 1, "b": ""}',
    "NUL in a string": rb'{"text": "\u0000", "a": "\u0000", "b": ""}',
    "NUL in the body": b'{"text": "x\0"}',
    "not UTF-8": b'{"text": "\xff\xfe", "a": "x", "b": "y"}',
    "UTF-16": '{"text": "x", "a": "x", "b": "y"}'.encode("utf-16"),
    "NaN": b'{"text": "x", "x": NaN, "a": NaN, "b": ""}',
    "infinity": b'{"text": "x", "x": -Infinity, "a": 1e999, "b": ""}',
    "a long number": b'{"text": "x", "x": ' + b"9" * 5000 + b', "a": 1, "b": ""}',
    "a number for a text": b'{"text": 9999999999999999999999999, "a": 1, "b": 2}',
}


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_the_clients_fault(client: FlaskClient, path: str, name: str) -> None:
    answer = client.post(path, data=BODIES[name], content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["status"] == answer.status_code
    assert len(problem["detail"]) > 10


@pytest.mark.parametrize("name", [name for name in BODIES if name not in ("nothing", "UTF-16")])
def test_a_bad_line_costs_no_other_line(client: FlaskClient, name: str) -> None:
    body = b'{"id":"before","text":"x"}\n' + BODIES[name] + b'\n{"id":"after","text":"y"}\n'
    answer = client.post("/v1/articles", data=body, content_type="application/x-ndjson")
    assert answer.status_code == 202
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["before", "after"]
    assert [item["index"] for item in answer.get_json()["rejected"]] == [1]


@pytest.mark.parametrize(
    "bad", [b'{"text":"x","x":NaN}', rb'{"text":"\ud83d"}', b'{"text":"x","x":%s}' % (b"9" * 5000)]
)
def test_a_bad_item_costs_no_other_item(client: FlaskClient, bad: bytes) -> None:
    body = b'[{"id":"before","text":"x"},' + bad + b',{"id":"after","text":"y"}]'
    answer = client.post("/v1/articles", data=body, content_type="application/json")
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["before", "after"]
    assert [item["index"] for item in answer.get_json()["rejected"]] == [1]


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, "application/json"),
        ({"Content-Type": "text/plain; charset=utf-8"}, "application/json"),
        ({}, "missing"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, "uncompressed"),
        ({"Content-Type": "application/json", "Content-Encoding": "br"}, "uncompressed"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"}, "uncompressed"),
    ],
)
def test_other_media_types_and_compressed_bodies_are_refused(
    client: FlaskClient, path: str, headers: dict[str, str], said: str
) -> None:
    answer = client.post(path, data=gzip.compress(b" " * 1_000_000), headers=headers)
    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")
    assert said in answer.get_json()["detail"]


@pytest.mark.parametrize("path", CALLS)
def test_a_large_body_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data=b" " * (1024 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert str(1024 * 1024) in answer.get_json()["detail"]


def test_a_text_that_is_too_long_is_refused_alone(client: FlaskClient) -> None:
    answer = client.post("/v1/articles", json=[{"text": "x" * 20_001}, {"id": "a", "text": "x" * 20_000}])
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["a"]
    assert "20001" in answer.get_json()["rejected"][0]["error"]


@pytest.fixture
def unbounded(store: RedisStore, link: Connection) -> FlaskClient:
    """A client of a service with the limits that it has by default."""
    return create_app(Settings(redis_url=link.url), store).test_client()


@pytest.mark.parametrize("field", ["text", "html"])
def test_an_article_of_ten_megabytes_is_refused_alone(unbounded: FlaskClient, field: str) -> None:
    large = "The harbour bridge is shut. " * 360_000
    assert len(large) > 10_000_000
    answer = unbounded.post(
        "/v1/articles", json=[{"id": "large", field: large}, {"id": "a", "text": "Shut."}]
    )
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["a"]
    assert str(len(large)) in answer.get_json()["rejected"][0]["error"]
    for path, body in (("/v1/check", {field: large}), ("/v1/compare", {"a": large, "b": "Shut."})):
        answer = unbounded.post(path, json=body)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


@pytest.mark.parametrize("text", ["?", "\u200b", "word", "word " * 100_000, "The bridge is shut. " * 50])
def test_what_says_nothing_is_told_and_in_no_cluster(
    unbounded: FlaskClient, index: Callable[[], None], text: str
) -> None:
    posted = unbounded.post("/v1/articles", json=[{"id": name, "text": text} for name in ("a", "b")])
    assert posted.status_code == 202
    index()
    for name in ("a", "b"):
        article = unbounded.get(f"/v1/articles/{name}").get_json()
        assert (article["status"], article["cluster"], article["matches"]) == ("indexed", None, [])
        assert "insufficient_text" in article["flags"]
    for answer in (
        unbounded.post("/v1/check", json={"text": text}),
        unbounded.post("/v1/compare", json={"a": text, "b": "word and " + text}),
    ):
        assert "insufficient_text" in answer.get_json()["flags"]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": " \n"}, {"html": "<p></p>"}, {}])
def test_an_article_without_a_word_is_refused(client: FlaskClient, body: dict[str, str]) -> None:
    answer = client.post("/v1/articles", json=[body, {"id": "a", "text": "One."}])
    assert [item["id"] for item in answer.get_json()["accepted"]] == ["a"]
    assert answer.get_json()["rejected"][0]["index"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/articles/none", 404),
        ("GET", "/v1/articles/none/text", 404),
        ("DELETE", "/v1/articles/none", 404),
        ("GET", "/v1/articles/%00", 404),
        ("GET", "/v1/articles/%FF%FE", 404),
        ("GET", "/v1/articles/%ED%A0%80", 404),
        ("GET", "/v1/articles/" + "x" * 10_000, 404),
        ("GET", "/v1/articles/..%2f..%2fetc", 404),
        ("GET", "/v1/articles/{n}:*?[a]", 404),
        ("GET", "/v1/clusters/c_*", 404),
        ("GET", "/v1/clusters/%00", 404),
        ("PUT", "/v1/articles", 405),
        ("PATCH", "/v1/articles/x", 405),
        ("POST", "/v1/clusters", 405),
        ("GET", "/v1/check", 405),
        ("DELETE", "/livez", 405),
        ("GET", "/v1/articles", 422),
        ("GET", "/v1/articles?status=indexed", 422),
        ("GET", "/v1/articles?status=failed&limit=0", 422),
        ("POST", "/v1/articles?wait=-1", 422),
        ("POST", "/v1/articles?wait=nan", 422),
        ("POST", "/v1/articles?wait=inf", 422),
        ("POST", "/v1/articles?wiat=1", 422),
    ],
)
def test_every_refusal_is_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method, json={"text": "x"} if method == "POST" else None)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert answer.headers["Allow"]


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
_NAMES = st.sampled_from(
    ["id", "text", "html", "url", "source", "published_at", "a", "b", "threshold", "limit"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(CALLS),
    body=_VALUES | st.dictionaries(_NAMES, _VALUES) | st.lists(st.fixed_dictionaries({"text": _VALUES})),
)
def test_no_json_is_an_error_of_ours(client: FlaskClient, path: str, body: object) -> None:
    answer = client.post(path, data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 202, 400, 422)
    json.loads(answer.data, parse_constant=lambda name: pytest.fail(f"{name} in an answer"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(CALLS), body=st.binary(max_size=200))
def test_no_bytes_are_an_error_of_ours(client: FlaskClient, path: str, body: bytes) -> None:
    for kind in ("application/json", "application/x-ndjson"):
        assert client.post(path, data=body, content_type=kind).status_code in (200, 202, 400, 415, 422)
