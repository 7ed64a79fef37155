"""An article: what is posted, checked once and frozen.

Anything that scrapers, feeds and pages emit becomes an `Article` here, or an `InvalidArticle` that says which
field is wrong. Copytrail's own field names are strict. Under another tool's name an unexpected shape is not
the sender's fault: the field is kept as an unknown one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

import xxhash

from copytrail import formats
from copytrail.errors import InvalidArticle
from copytrail.formats import NAMES, Reader
from copytrail.urls import canonical_url, site

__all__ = ["Article", "Limits", "article_id", "canonical_url", "parse_article"]

T = TypeVar("T")

_ID_CHARACTERS = 200
_PAGE_PER_TEXT = 4
"""Characters of a page for one of text: extraction takes seconds for a million."""
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_DEEPEST_EXTRA = 32
"""Levels of lists and objects in an unknown field: more than exporters nest, fewer than JSON writers bear."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is taken of one article.

    `text_chars` counts code points: a longer text is refused. `extra_bytes` counts unknown fields as
    JSON: those that do not fit are dropped.
    """

    text_chars: int = 1_000_000
    extra_bytes: int = 16 * 1024


@dataclass(frozen=True, slots=True)
class Article:
    """One news article. Times are aware and in UTC; `text` is exactly as it was given.

    `extra` holds the unknown fields as JSON values, `dropped` the names of those that went over the limit.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    fetched_at: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()

    @property
    def canonical_url(self) -> str | None:
        """The key under which the same page is the same article."""
        return canonical_url(self.url) if self.url else None

    def metadata(self) -> dict[str, object]:
        """Everything but id and text as JSON values, times in RFC 3339, fields without a value left out."""
        values = {
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "authors": list(self.authors),
            "published_at": rfc3339(self.published_at) if self.published_at else None,
            "fetched_at": rfc3339(self.fetched_at) if self.fetched_at else None,
            "language": self.language,
            "tags": list(self.tags),
            "extra": dict(self.extra),
        }
        return {name: value for name, value in values.items() if value}


def rfc3339(moment: datetime) -> str:
    """A UTC time as in every answer: 2026-05-01T09:30:00Z."""
    return moment.isoformat().replace("+00:00", "Z")


def article_id(given: str | None, url: str | None, text: str) -> str:
    """The caller's id, else `a_` and 26 letters or digits, derived from the canonical URL or the text."""
    if given:
        return given
    name = canonical_url(url) if url else text
    digest = xxhash.xxh3_128_digest(name.encode())
    return "a_" + base64.b32encode(digest).decode().rstrip("=").lower()


def parse_article(fields: Mapping[str, object], limits: Limits) -> Article:
    """The article in a JSON object as a scraper, a feed reader, a page or a client of ours emits it.

    Raises InvalidArticle naming the first faulty field.
    """
    given = _Fields(fields)
    text = given.text(limits)
    url = given.read("url", formats.read_url)
    source = given.read("source", formats.read_source) or (site(url) if url else None)
    article = Article(
        id=article_id(given.id(), url, text),
        text=text,
        title=given.read("title", formats.read_title),
        url=url,
        source=source,
        authors=given.read("authors", formats.read_names) or (),
        published_at=given.read("published_at", formats.read_time),
        fetched_at=given.read("fetched_at", formats.read_time),
        language=given.read("language", formats.read_language),
        tags=given.read("tags", formats.read_tags) or (),
    )
    if not (unknown := given.unknown(text)):
        return article
    extra, dropped = _within(unknown, limits.extra_bytes)
    return replace(article, extra=extra, dropped=dropped)


class _Fields:
    """The fields of one article; those that have been understood are no unknown fields any more."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self._believed = [given]
        self._understood = {"id", "html"} - ({"id"} if "guidislink" in given else set())

    def id(self) -> str | None:
        """The caller's id. feedparser's `id` numbers the entries of one feed: it names nothing outside."""
        given = self._given.get("id")
        if given is None or "guidislink" in self._given:
            return None
        if not isinstance(given, str):
            raise InvalidArticle("id", f"must be a string, not {formats.kind(given)}")
        if not 1 <= len(given) <= _ID_CHARACTERS or "/" in given or not given.isprintable():
            raise InvalidArticle(
                "id", f"{given[:60]!r} is not 1 to {_ID_CHARACTERS} printable characters without /"
            )
        return given

    def text(self, limits: Limits) -> str:
        """The text, or the one in the page, or the teaser, where many feeds carry the whole article."""
        text = self.read("text", formats.read_text)
        if not text and self._given.get("html"):
            self._believed.append(self._read_page(self._given["html"], _PAGE_PER_TEXT * limits.text_chars))
            text = self.read("text", formats.read_text)
        text = text or self.read("teaser", formats.read_teaser)
        if not text:
            raise InvalidArticle("text", "is missing or empty; give the article's text, or its page as html")
        return _no_longer("text", text, limits.text_chars)

    def read(self, part: str, reader: Reader[T]) -> T | None:
        """One part of the article, under the first of its names that holds it; what was given wins over the page."""
        for fields in self._believed:
            for name in NAMES[part]:
                if (
                    name in fields
                    and fields[name] not in _EMPTY
                    and (found := self._one(part, name, fields, reader))
                ):
                    return found
        return None

    def _one(self, part: str, name: str, fields: Mapping[str, object], reader: Reader[T]) -> T | None:
        try:
            found = reader(fields[name])
        except ValueError as problem:
            if name in (part, part.removesuffix("s")) and fields is self._given:
                raise InvalidArticle(name, str(problem)) from None
            return None
        if found:
            self._understood.add(name)
        return found

    def _read_page(self, html: object, most: int) -> Mapping[str, object]:
        if not isinstance(html, str):
            raise InvalidArticle("html", f"must be a string, not {formats.kind(html)}")
        from copytrail.html import extract  # a third of a second to load, for pages only

        return extract(_no_longer("html", html, most))

    def unknown(self, text: str) -> dict[str, object]:
        """The fields that nothing was read from, without empty ones and those that say the text again."""
        return {
            name: value
            for name, value in self._given.items()
            if name not in self._understood and value not in _EMPTY and not _says_again(value, text)
        }


def _says_again(value: object, text: str) -> bool:
    """Whether a field holds the words of the text; those that begin otherwise need not be split."""
    if not isinstance(value, str) or value.split(None, 1)[:1] != text.split(None, 1)[:1]:
        return False
    return value.split() == text.split()


def _no_longer(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise InvalidArticle(name, f"has {len(text)} characters; at most {most} are taken")
    return text


def _within(fields: Mapping[str, object], most_bytes: int) -> tuple[dict[str, object], tuple[str, ...]]:
    """As many fields as fit, the smallest first, and the names of the others."""
    sizes = {name: _json_bytes(name, value) for name, value in fields.items()}
    room, kept = most_bytes, set()
    for name in sorted(sizes, key=sizes.__getitem__):
        room -= sizes[name]
        if room < 0:
            break
        kept.add(name)
    return {name: fields[name] for name in fields if name in kept}, tuple(n for n in fields if n not in kept)


def _json_bytes(name: str, value: object) -> int:
    """The size of a field as JSON. Raises InvalidArticle for what other programs could not read."""
    shown = name[:60].encode("ascii", "backslashreplace").decode()
    if not _shallow(value, _DEEPEST_EXTRA):
        raise InvalidArticle(shown, f"is nested deeper than {_DEEPEST_EXTRA} levels")
    try:
        return len(json.dumps({name: value}, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        raise InvalidArticle(shown, "has half a surrogate pair; expected Unicode text") from None
    except ValueError:
        raise InvalidArticle(shown, "has a number that is not finite or too long") from None


def _shallow(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_shallow(item, levels - 1) for item in inner)
