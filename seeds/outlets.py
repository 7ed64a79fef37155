"""The outlets of the seed stories as web sites: what each of them serves.

As on the web no two are alike: pages come in three layouts with different markup, furniture and statements about
themselves; half of the outlets have RSS and half Atom, and some a sitemap in two steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from seeds.layouts import LAYOUTS, Page

FOLDER = Path(__file__).parent
FORBIDDEN = "/drafts/"
"""What robots.txt forbids; every sitemap lists a page there, as a trap."""

_HTML, _XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
_LONG_AGO = "2025-01-01T00:00:00Z"
Document = tuple[str, bytes]
"""A media type and the content."""


@dataclass(frozen=True)
class Outlet:
    """One outlet: its host, its name, and its articles as they stand in the seeds."""

    host: str
    name: str
    articles: tuple[Mapping[str, Any], ...]

    @property
    def origin(self) -> str:
        """Where it is: plain HTTP, as its host has no certificate."""
        return f"http://{self.host}"

    @property
    def feed_path(self) -> str:
        """Where its feed is."""
        return "/atom.xml" if self._kind % 2 else "/rss.xml"

    @property
    def _kind(self) -> int:
        return crc32(self.host.encode())

    def page(self, article: Mapping[str, Any]) -> str:
        """The page of an article."""
        return LAYOUTS[self._kind % len(LAYOUTS)](self._described(article))

    def document(self, path: str, base: str) -> Document | None:
        """What is at a path. Links within the site begin with `base`, for readers without the host."""
        fixed: dict[str, Callable[[], Document]] = {
            "/": lambda: (_HTML, self._front(base).encode()),
            "/robots.txt": lambda: ("text/plain; charset=utf-8", self._robots().encode()),
            self.feed_path: lambda: (_XML, (self._atom() if self._kind % 2 else self._rss()).encode()),
            "/sitemap.xml": lambda: (_XML, self._sitemap().encode()),
            "/sitemap-news.xml": lambda: (_XML, self._urls().encode()),
        }
        if path in fixed:
            return fixed[path]()
        if path.startswith(FORBIDDEN):
            return _HTML, self.page(
                {"title": "Draft", "url": f"{self.origin}{path}", "text": "Not yet."}
            ).encode()
        found = next((each for each in self.articles if _path(each) == path.rstrip("/")), None)
        return (_HTML, self.page(found).encode()) if found else None

    def _described(self, article: Mapping[str, Any]) -> Page:
        others = [each for each in self.articles if each is not article]
        return Page(
            outlet=self.name,
            host=self.host,
            address=f"https://{self.host}{_path(article)}",
            title=article["title"],
            author=article.get("author"),
            published_at=article.get("published_at"),
            paragraphs=tuple(article["text"].split("\n\n")),
            related=tuple((each["title"], _path(each)) for each in others),
        )

    def _front(self, base: str) -> str:
        items = "".join(
            f'<li><a href="{base}{escape(_path(each))}">{escape(each["title"])}</a></li>'
            for each in self.articles
        )
        feed = f'<link rel="alternate" type="application/xml" href="{base}{self.feed_path}">'
        return _html(self.name, f"<h1>{escape(self.name)}</h1><ul>{items}</ul>", feed)

    def _robots(self) -> str:
        """An outlet with several articles asks for a second between two pages."""
        delay = "Crawl-delay: 1\n" if len(self.articles) > 1 else ""
        return f"User-agent: *\n{delay}Disallow: {FORBIDDEN}\n\nSitemap: {self.origin}/sitemap.xml\n"

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{escape(each['title'])}</title><link>{self._link(each)}</link>"
            f'<guid isPermaLink="false">{each["id"]}</guid>{_tag("pubDate", _mail_date(each))}'
            f"<description>{escape(_teaser(each))}</description></item>"
            for each in self.articles
        )
        head = f"<title>{escape(self.name)}</title><link>{self.origin}/</link><description>News</description>"
        return (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        )

    def _atom(self) -> str:
        entries = "".join(
            f'<entry><title>{escape(each["title"])}</title><link href="{self._link(each)}"/>'
            f"<id>tag:{self.host},2025:{each['id']}</id>{_tag('published', each.get('published_at'))}"
            f"<updated>{each.get('published_at') or _LONG_AGO}</updated>"
            f"<summary>{escape(_teaser(each))}</summary></entry>"
            for each in self.articles
        )
        head = f"<title>{escape(self.name)}</title><id>tag:{self.host},2025:feed</id><updated>{_LONG_AGO}</updated>"
        return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'

    def _sitemap(self) -> str:
        if self._kind % 3:
            return self._urls()
        inner = f"<sitemap><loc>{self.origin}/sitemap-news.xml</loc></sitemap>"
        return _xml("sitemapindex", inner)

    def _urls(self) -> str:
        news = "".join(
            f"<url><loc>{self._link(each)}</loc>{_tag('lastmod', each.get('published_at'))}</url>"
            for each in self.articles
        )
        return _xml("urlset", f"{news}<url><loc>{self.origin}{FORBIDDEN}next-week</loc></url>")

    def _link(self, article: Mapping[str, Any]) -> str:
        """As outlets link: with the parameters that say where a reader came from."""
        query = urlsplit(article["url"]).query
        return escape(f"{self.origin}{_path(article)}{'?' + query if query else ''}")


def load_outlets() -> list[Outlet]:
    """All outlets of the seeds, by host."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for file in sorted(FOLDER.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            article = json.loads(line)
            found.setdefault(urlsplit(article["url"]).netloc, []).append(article)
    return [Outlet(host, articles[0]["source"], tuple(articles)) for host, articles in sorted(found.items())]


def overview(outlets: Iterable[Outlet]) -> bytes:
    """A page that lists the outlets, for people."""
    items = "".join(f'<li><a href="/{each.host}/">{escape(each.name)}</a></li>' for each in outlets)
    return _html("Outlets", f"<h1>Outlets</h1><ul>{items}</ul>").encode()


def sources(outlets: Sequence[Outlet]) -> tuple[list[str], list[str]]:
    """What to follow: the feeds of every other outlet, the sitemaps of the rest."""
    feeds = [outlet.origin + outlet.feed_path for outlet in outlets[::2]]
    return feeds, [f"{outlet.origin}/sitemap.xml" for outlet in outlets[1::2]]


def _path(article: Mapping[str, Any]) -> str:
    return str(urlsplit(article["url"]).path).rstrip("/")


def _teaser(article: Mapping[str, Any]) -> str:
    return str(article["text"]).split("\n\n")[0][:200]


def _mail_date(article: Mapping[str, Any]) -> str | None:
    published = article.get("published_at")
    return format_datetime(datetime.fromisoformat(published).astimezone(UTC)) if published else None


def _tag(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _html(title: str, body: str, head: str = "") -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>{head}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _xml(root: str, inner: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="utf-8"?><{root} xmlns="{space}">{inner}</{root}>'
