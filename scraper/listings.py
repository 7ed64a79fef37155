"""What feeds and sitemaps list."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import feedparser

from copytrail.article import rfc3339
from copytrail.formats import read_time
from copytrail.urls import is_url

MOST_BYTES = 50_000_000
"""Of a sitemap, unpacked: the size at which its standard asks to divide it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An article that a listing names.

    `stamp` is the time that it states last, in UTC: when that changes, the article did. `hints` are fields of
    the article for a page that lacks them, under names that count less than what the page says.
    """

    url: str
    stamp: datetime | None = None
    hints: Mapping[str, str] = field(default_factory=dict)


def read_feed(content: bytes) -> list[Lead]:
    """The articles of an RSS or Atom feed, newest first; none when it is neither.

    As a stream: given bytes, the parser would follow an address in them.
    """
    return newest_first(filter(None, map(_entry, feedparser.parse(BytesIO(content)).entries)))


def read_sitemap(content: bytes) -> tuple[list[Lead], list[str]]:
    """The articles that a sitemap lists, newest first, and the further sitemaps that an index lists.

    A gzipped one is unpacked. What cannot be read lists nothing.
    """
    pages: list[Lead] = []
    further: list[Lead] = []
    try:
        for node in ElementTree.fromstring(_unpacked(content)):
            lead, kind = _listed(node), _local(node.tag)
            if lead:
                (further if kind == "sitemap" else pages).append(lead)
    except (ElementTree.ParseError, zlib.error, ValueError):
        return [], []
    return newest_first(pages), [lead.url for lead in newest_first(further)]


def newest_first(leads: Iterable[Lead]) -> list[Lead]:
    """By stamp; those without one keep their order, after the others."""
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(leads, key=lambda lead: lead.stamp or oldest, reverse=True)


def _entry(entry: Any) -> Lead | None:  # noqa: ANN401 - feedparser ships no types
    link = str(entry.get("link", "")).strip()
    if not is_url(link):
        return None
    published, updated = (_moment(entry, f"{name}_parsed") for name in ("published", "updated"))
    hints = {
        "headline": entry.get("title"),
        "byline": entry.get("author"),
        "published": rfc3339(published) if published else None,
    }
    return Lead(link, updated or published, {name: text for name, text in hints.items() if text})


def _moment(entry: Any, name: str) -> datetime | None:  # noqa: ANN401
    """Asked for only where it is: feedparser would put one time in the place of the other."""
    return _time(list(entry[name])) if name in entry and entry[name] else None


def _time(value: object) -> datetime | None:
    try:
        return read_time(value) if value else None
    except ValueError:
        return None


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    unpacked = packed.decompress(content, MOST_BYTES)
    if packed.unconsumed_tail:
        raise ValueError(f"unpacks to more than {MOST_BYTES} bytes")
    return unpacked


def _listed(node: ElementTree.Element) -> Lead | None:
    """A <url> or <sitemap>, with what the extension for news says of it."""
    found = dict(_texts(node))
    if not is_url(found.get("loc", "")):
        return None
    published = _time(found.get("publication_date"))
    hints = {"headline": found.get("title"), "published": rfc3339(published) if published else None}
    stamp = _time(found.get("lastmod")) or published
    return Lead(found["loc"], stamp, {name: text for name, text in hints.items() if text})


def _texts(node: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for inner in node.iter():
        if inner.text and (text := inner.text.strip()):
            yield _local(inner.tag), text


def _local(tag: str) -> str:
    """A name without its namespace, which not all sitemaps get right."""
    return tag.rpartition("}")[2].lower()
