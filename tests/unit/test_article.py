from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.article import Article, Limits, canonical_url, parse_article
from copytrail.errors import InvalidArticle

LIMITS = Limits()
TEXT = "The harbour bridge will close on Monday.\n\nEngineers replace its bearings."


def parsed(**fields: object) -> Article:
    return parse_article(fields, LIMITS)


def fault(**fields: object) -> InvalidArticle:
    with pytest.raises(InvalidArticle) as caught:
        parse_article(fields, LIMITS)
    return caught.value


def test_the_own_field_names() -> None:
    article = parsed(
        id="herald-1",
        text=TEXT,
        title=" Bridge to close ",
        url="https://herald.example/bridge?utm_source=feed",
        source="Harbour Herald",
        authors=["Ines Okafor", "Tom Lind", "Ines Okafor"],
        published_at="2026-05-04T08:30:00+02:00",
        fetched_at="2026-05-04 07:00:00",
        language="EN_us",
        tags="bridge, harbour",
        desk="city",
    )
    assert article.id == "herald-1"
    assert article.text == TEXT
    assert article.metadata() == {
        "title": "Bridge to close",
        "url": "https://herald.example/bridge?utm_source=feed",
        "source": "Harbour Herald",
        "authors": ["Ines Okafor", "Tom Lind"],
        "published_at": "2026-05-04T06:30:00Z",
        "fetched_at": "2026-05-04T07:00:00Z",
        "language": "en-us",
        "tags": ["bridge", "harbour"],
        "extra": {"desk": "city"},
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": 5}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": ["a", 5]}, "text"),
        ({"text": "half \ud83d pair"}, "text"),
        ({"text": "nul \0"}, "text"),
        ({"text": "x" * (LIMITS.text_chars + 1)}, "text"),
        ({"html": 5}, "html"),
        ({"html": "<p>" * (2 * LIMITS.text_chars)}, "html"),
        ({"id": ""}, "id"),
        ({"id": 17}, "id"),
        ({"id": "a/b"}, "id"),
        ({"id": "a\n"}, "id"),
        ({"id": "\ud83d"}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"title": 5}, "title"),
        ({"title": "x" * 2001}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "/relative"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"url": "http://x:99999/"}, "url"),
        ({"url": "https://x.example/" + "x" * 2048}, "url"),
        ({"source": ["a", "b"]}, "source"),
        ({"authors": 7}, "authors"),
        ({"authors": ["x"] * 201}, "authors"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"published_at": "0001-01-01T00:00:00+14:00"}, "published_at"),
        ({"published_at": 1e400}, "published_at"),
        ({"language": "english, mostly"}, "language"),
        ({"tags": {"a": 1}}, "tags"),
        ({"x": float("nan")}, "x"),
        ({"x": float("inf")}, "x"),
        ({"x": "\udc00"}, "x"),
        ({"\udc00": 1}, "\\udc00"),
    ],
)
def test_a_fault_names_its_field(fields: dict[str, Any], field: str) -> None:
    problem = fault(**({"text": TEXT} | fields if fields and field not in ("text", "html") else fields))
    assert problem.field == field
    str(problem).encode()


def test_a_deep_field_is_refused() -> None:
    deep: object = 1
    for _ in range(900):
        deep = [deep]
    assert fault(text=TEXT, x=deep).field == "x"


def test_shapes_under_other_tools_names_are_no_fault() -> None:
    article = parsed(text=TEXT, date="yesterday", publisher=5, lang="klingon or so")
    assert article.extra == {"date": "yesterday", "publisher": 5, "lang": "klingon or so"}


def test_unknown_fields_beyond_the_limit_are_dropped_largest_first() -> None:
    article = parse_article({"text": TEXT, "big": "x" * 90, "a": 1, "b": [2]}, Limits(extra_bytes=40))
    assert article.extra == {"a": 1, "b": [2]}
    assert article.dropped == ("big",)


def test_the_source_is_the_host_when_nobody_names_it() -> None:
    assert parsed(text=TEXT, url="https://www.Herald.example/a").source == "herald.example"


def test_ids_come_from_the_address_then_from_the_text() -> None:
    by_url = parsed(text=TEXT, url="http://www.herald.example/a/?utm_medium=x#top")
    assert by_url.id == parsed(text="other", url="https://herald.example/a").id
    assert by_url.id != parsed(text=TEXT).id == parsed(text=TEXT, title="t").id
    assert re.fullmatch("a_[a-z2-7]{26}", by_url.id)


@pytest.mark.parametrize(
    "same",
    [
        "http://herald.example/a?p=1&q=2",
        "https://herald.example:443/a/?q=2&p=1",
        "https://WWW.herald.example/a?p=1&q=2#comments",
        "https://m.herald.example/a?p=1&q=2&fbclid=xyz&utm_campaign=z",
        "https://amp.herald.example/amp/a?p=1&q=2",
        "https://herald.example/a/amp/?q=2&p=1",
        "https://herald.example/%61?p=1&q=%32",
        "https://herald.example/a?p=1&q=2&source=rss_front&ref=newsletter",
        "https://www.google.com/amp/s/herald.example/a?p=1&q=2",
        "https://herald-example.cdn.ampproject.org/c/s/herald.example/a?p=1&q=2",
    ],
)
def test_addresses_of_one_page(same: str) -> None:
    assert canonical_url(same) == "https://herald.example/a?p=1&q=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.example/a", "https://x.example/b"),
        ("https://x.example/a%2Fb", "https://x.example/a/b"),
        ("https://x.example/a", "https://x.example:8080/a"),
        ("https://x.example/%D1", "https://x.example/%D2"),
        ("https://x.example/?id=%D1", "https://x.example/?id=%D2"),
        ("https://x.example/?id=1", "https://x.example/"),
        ("https://x.example/?source=reuters", "https://x.example/?source=afp"),
    ],
)
def test_addresses_of_two_pages(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_canonical_url_is_its_own_canonical_url(path: str, query: str) -> None:
    once = canonical_url(f"https://x.example/{path}?{query}")
    assert canonical_url(once) == once


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from(
    [
        "id",
        "text",
        "title",
        "url",
        "link",
        "source",
        "authors",
        "published_at",
        "date",
        "language",
        "tags",
        "body",
    ]
)


@given(st.dictionaries(_NAMES | st.text(max_size=8), _JSON, max_size=8))
def test_any_object_is_an_article_or_a_named_fault(fields: dict[str, object]) -> None:
    try:
        article = parse_article(fields, LIMITS)
    except InvalidArticle as problem:
        json.dumps(str(problem)).encode()
    else:
        json.dumps(article.metadata(), allow_nan=False, ensure_ascii=False).encode()
        assert article.text.strip()
        assert article.id
