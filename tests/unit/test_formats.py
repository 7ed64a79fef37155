from __future__ import annotations

from typing import Any

import pytest

from copytrail.article import Limits, article_id, parse_article
from copytrail.errors import InvalidArticle

LIMITS = Limits()
TEXT = "The harbour bridge will close on Monday.\n\nEngineers replace its bearings."
PAGE = f"""<html lang="en"><head>
<title>Bridge to close</title><meta property="og:site_name" content="Harbour Herald"></head>
<body><nav>Home</nav><article><h1>Bridge to close</h1><p>{"The bridge will close on Monday. " * 12}</p>
</article><footer>All rights reserved</footer></body></html>"""

SCRAPERS: dict[str, dict[str, Any]] = {
    "trafilatura": {
        "title": "Bridge to close",
        "author": "Ines Okafor; Tom Lind",
        "hostname": "herald.example",
        "date": "2026-05-04",
        "fingerprint": "a1b2",
        "id": None,
        "license": None,
        "comments": "",
        "raw_text": TEXT.replace("\n\n", " "),
        "text": TEXT,
        "language": "en",
        "source": "https://herald.example/bridge",
        "source-hostname": "Harbour Herald",
        "excerpt": None,
        "categories": "",
        "tags": "bridge;harbour",
    },
    "newspaper4k": {
        "url": "https://herald.example/bridge",
        "title": "Bridge to close",
        "text": TEXT,
        "authors": ["Ines Okafor", "Tom Lind"],
        "publish_date": "2026-05-04T00:00:00",
        "meta_lang": "en",
        "meta_site_name": "Harbour Herald",
        "tags": ["bridge", "harbour"],
        "summary": "",
        "images": [],
    },
    "news-please": {
        "url": "https://herald.example/bridge",
        "title": "Bridge to close",
        "maintext": TEXT,
        "text": None,
        "authors": ["Ines Okafor", "Tom Lind"],
        "date_publish": "2026-05-04 00:00:00",
        "date_download": "2026-05-04 09:00:00",
        "language": "en",
        "source_domain": "Harbour Herald",
        "tags": ["bridge", "harbour"],
    },
    "fundus": {
        "requested_url": "https://herald.example/bridge",
        "title": "Bridge to close",
        "authors": ["Ines Okafor", "Tom Lind"],
        "publishing_date": "2026-05-04 00:00:00+00:00",
        "topics": ["bridge", "harbour"],
        "publisher": "Harbour Herald",
        "lang": "en",
        "body": {
            "summary": [TEXT.split("\n\n")[0]],
            "sections": [{"headline": [], "paragraphs": [TEXT.split("\n\n")[1]]}],
        },
    },
    "feedparser": {
        "id": "1234",
        "guidislink": False,
        "link": "https://herald.example/bridge",
        "title": "Bridge to close",
        "authors": [{"name": "Ines Okafor"}, {"name": "Tom Lind"}],
        "author": "Ines Okafor",
        "published": "sometime on Monday",
        "published_parsed": [2026, 5, 4, 0, 0, 0, 0, 124, 0],
        "source": {"title": "Harbour Herald", "href": "https://herald.example/feed"},
        "tags": [{"term": "bridge", "scheme": None}, {"term": "harbour", "label": None}],
        "language": "en",
        "content": [{"type": "text/plain", "value": TEXT}],
        "summary": "The harbour bridge will close.",
    },
    "scrapy": {
        "url": ["https://herald.example/bridge"],
        "title": ["Bridge to close"],
        "text": TEXT.split("\n\n"),
        "authors": ["Ines Okafor", "Tom Lind"],
        "date": ["2026-05-04"],
        "source": ["Harbour Herald"],
        "language": ["en"],
        "tags": ["bridge", "harbour"],
    },
    "schema.org": {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Bridge to close",
        "articleBody": TEXT,
        "datePublished": "2026-05-04T00:00:00Z",
        "author": [{"@type": "Person", "name": "Ines Okafor"}, {"@type": "Person", "name": "Tom Lind"}],
        "publisher": {"@type": "Organization", "name": "Harbour Herald"},
        "mainEntityOfPage": {"@type": "WebPage", "@id": "https://herald.example/bridge"},
        "inLanguage": "en",
        "keywords": "bridge, harbour",
    },
}


@pytest.mark.parametrize("scraper", SCRAPERS)
def test_what_scrapers_emit_is_the_same_article(scraper: str) -> None:
    article = parse_article(SCRAPERS[scraper], LIMITS)
    assert article.text == TEXT
    assert article.id == article_id(None, "https://herald.example/bridge", "")
    metadata = article.metadata()
    metadata.pop("extra", None)
    metadata.pop("fetched_at", None)
    assert metadata == {
        "title": "Bridge to close",
        "url": "https://herald.example/bridge",
        "source": "Harbour Herald",
        "authors": ["Ines Okafor", "Tom Lind"],
        "published_at": "2026-05-04T00:00:00Z",
        "language": "en",
        "tags": ["bridge", "harbour"],
    }


def test_the_text_of_a_page() -> None:
    article = parse_article({"html": PAGE, "url": "https://herald.example/bridge"}, LIMITS)
    assert "The bridge will close on Monday." in article.text
    assert "All rights reserved" not in article.text
    assert article.title == "Bridge to close"
    assert article.source == "Harbour Herald"


def test_a_given_text_is_believed_over_the_page() -> None:
    article = parse_article({"text": TEXT, "html": PAGE}, LIMITS)
    assert article.text == TEXT
    assert "html" not in article.extra


@pytest.mark.parametrize(
    "html", ["<", "<div>" * 50_000, "<p>\x01\ufffe</p>", "<!-- only this -->", "<svg/onload=x>"]
)
def test_broken_pages_are_no_crash(html: str) -> None:
    try:
        assert parse_article({"html": html}, LIMITS).text
    except InvalidArticle as problem:
        assert problem.field == "text"


def test_a_feed_entry_with_only_a_summary_loses_its_markup() -> None:
    entry = {
        "link": "https://f.example/1",
        "guidislink": True,
        "summary": "<p>It <b>closes</b>.</p><p>On Monday</p>",
    }
    assert parse_article(entry, LIMITS).text == "It closes.\n\nOn Monday"
