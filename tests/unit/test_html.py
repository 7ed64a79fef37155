"""Pages in, articles out: the demo site's hundred pages, and what pages state about themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from copytrail.article import Article, Limits, canonical_url, parse_article
from copytrail.formats import read_time
from seeds.outlets import Outlet, load_outlets

LIMITS = Limits()
OUTLETS = load_outlets()
STORY = "".join(
    f"<p>The bridge will close on day {day} while engineers replace its bearings.</p>" for day in range(9)
)


def page(head: str, title: str = "Bridge to close") -> str:
    body = f"<body><article><h1>{title}</h1>{STORY}</article></body>"
    return f'<html lang="en-GB"><head><title>{title}</title>{head}</head>{body}</html>'


def read(head: str, **given: str) -> Article:
    return parse_article({"html": page(head), **given}, LIMITS)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: str(outlet.host))
def test_the_pages_of_every_outlet_are_read_as_the_articles_they_show(outlet: Outlet) -> None:
    for seed in outlet.articles:
        article = parse_article({"html": outlet.page(seed)}, LIMITS)
        assert article.title == seed["title"]
        assert article.source == seed["source"]
        assert article.canonical_url == canonical_url(seed["url"])
        assert article.language in ("en", "en-GB")
        assert kept(seed["text"], article.text) > 0.98
        published = seed.get("published_at")
        assert article.published_at == (read_time(published) if published else None)


def kept(text: str, extracted: str) -> float:
    """Share of the paragraphs of `text` that are in `extracted`."""
    paragraphs = text.split("\n\n")
    squeezed = " ".join(extracted.split())
    return sum(" ".join(each.split()) in squeezed for each in paragraphs) / len(paragraphs)


OWN, OTHER = "https://own.example/a/1", "https://wire.example/b/2"


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def og_url(address: str) -> str:
    return f'<meta property="og:url" content="{address}">'


def json_ld(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (canonical(OWN), OWN),
        (og_url(OWN), OWN),
        (json_ld(mainEntityOfPage=OWN), OWN),
        (json_ld(mainEntityOfPage={"@id": OWN}), OWN),
        (canonical(OWN) + og_url(OWN + "?utm_source=x"), OWN),
        (canonical(OTHER) + og_url(OWN), OWN),
        (canonical(OTHER) + json_ld(url=OWN), OWN),
        (canonical("https://own.example/") + og_url(OWN), OWN),
        (canonical("https://own.example/"), None),
        (canonical("/a/1"), None),
        (canonical("javascript:alert(1)"), None),
        ("", None),
    ],
)
def test_an_address_is_believed_unless_the_page_contradicts_itself(head: str, url: str | None) -> None:
    assert read(head).url == url


def test_what_was_given_wins_over_the_page() -> None:
    article = read(
        canonical(OTHER) + json_ld(datePublished="2026-01-01T00:00:00Z", author={"name": "Page"}),
        url=OWN,
        title="Given",
        author="Ines Okafor",
        published_at="2026-05-04T09:30:00Z",
        source="Given Herald",
        language="nl",
    )
    assert (article.url, article.title, article.authors) == (OWN, "Given", ("Ines Okafor",))
    assert (article.source, article.language) == ("Given Herald", "nl")
    assert article.published_at == read_time("2026-05-04T09:30:00Z")


@pytest.mark.parametrize(
    "author",
    [
        {"@type": "Person", "name": "Ines Okafor"},
        [{"@type": "Person", "name": "Ines Okafor"}, "https://own.example/staff/7"],
        "Ines Okafor",
        {"@id": "#ines"},
    ],
)
def test_authors_are_names_however_they_are_stated(author: object) -> None:
    graph: list[Mapping[str, Any]] = [
        {"@type": "WebPage", "name": "Not it"},
        {"@type": "Person", "@id": "#ines", "name": "Ines Okafor"},
        {"@type": ["Thing", "NewsArticle"], "author": author},
    ]
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert read(head).authors == ("Ines Okafor",)


def test_a_stated_time_has_its_hour() -> None:
    stated = "2026-05-04T09:30:00+02:00"
    for head in (
        json_ld(datePublished=stated),
        f'<meta property="article:published_time" content="{stated}">',
    ):
        assert read(head).published_at == read_time("2026-05-04T07:30:00Z")


@pytest.mark.parametrize(
    "script", ["{", "null", "[[]]", '{"@graph": 5}', "[" * 100_000, '{"@type": 5, "author": []}']
)
def test_broken_statements_are_ignored(script: str) -> None:
    article = read(f'<script type="application/ld+json">{script}</script>{canonical(OWN)}')
    assert article.url == OWN
