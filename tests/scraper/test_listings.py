from __future__ import annotations

import gzip
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.listings import read_feed, read_sitemap

EARLY, LATE = datetime(2026, 5, 4, 7, tzinfo=UTC), datetime(2026, 5, 5, 9, 30, tzinfo=UTC)


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def item(link: str, at: datetime | None = None) -> str:
    date = f"<pubDate>{format_datetime(at)}</pubDate>" if at else ""
    return f"<item><title>Bridge</title><link>{link}</link>{date}<author>Ines</author></item>"


def test_a_feed_lists_its_articles_newest_first() -> None:
    leads = read_feed(rss(item("https://a.example/1", EARLY), item("https://a.example/2", LATE)))
    assert [(lead.url, lead.stamp) for lead in leads] == [
        ("https://a.example/2", LATE),
        ("https://a.example/1", EARLY),
    ]
    assert leads[0].hints == {"headline": "Bridge", "byline": "Ines", "published": "2026-05-05T09:30:00Z"}


def test_links_that_lead_nowhere_are_left_out() -> None:
    links = ["javascript:alert(1)", "/relative", "", "file:///etc/passwd"]
    assert read_feed(rss(*map(item, links))) == []


def test_a_feed_that_is_only_an_address_is_not_followed() -> None:
    assert read_feed(b"http://127.0.0.1:9/feed.xml") == []


SITEMAP = f"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.example/1</loc><lastmod>{EARLY.isoformat()}</lastmod></url>
<url><loc>https://a.example/2</loc><news:news><news:publication_date>2026-05-05T09:30:00Z</news:publication_date>
<news:title>Bridge</news:title></news:news></url></urlset>""".encode()


@pytest.mark.parametrize(
    "content", [SITEMAP, gzip.compress(SITEMAP, mtime=0), SITEMAP.replace(b"xmlns=", b"other=")]
)
def test_a_sitemap_lists_its_articles(content: bytes) -> None:
    leads, further = read_sitemap(content)
    assert [(lead.url, lead.stamp) for lead in leads] == [
        ("https://a.example/2", LATE),
        ("https://a.example/1", EARLY),
    ]
    assert leads[0].hints == {"headline": "Bridge", "published": "2026-05-05T09:30:00Z"}
    assert further == []


def test_an_index_lists_further_sitemaps() -> None:
    index = b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index) == ([], ["https://a.example/s.xml"])


LAUGHS = b"""<!DOCTYPE a [<!ENTITY b "ha">%s]><urlset>&b9;</urlset>""" % b"".join(
    b'<!ENTITY b%d "%s">' % (n, b"&b%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10) for n in range(1, 10)
)


@pytest.mark.parametrize(
    "content", [b"", b"<", b"<html>", b"\x1f\x8bnot", gzip.compress(b"x", mtime=0)[:12], LAUGHS]
)
def test_what_is_no_listing_lists_nothing(content: bytes) -> None:
    assert read_sitemap(content) == ([], [])
    assert read_feed(content) == []


@given(st.binary(max_size=200))
def test_no_bytes_are_a_crash(content: bytes) -> None:
    read_sitemap(content)
    read_feed(content)
