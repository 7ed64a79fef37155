"""How scrapers, feeds and pages name and shape the parts of an article, and how each shape is read.

A reader takes a JSON value and returns the part, None when the value holds nothing, and raises ValueError,
saying what was given and what was expected, when it holds something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from copytrail.urls import checked_url, is_url

T = TypeVar("T")
Reader = Callable[[object], T | None]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "maintext", "articleBody", "plaintext", "body", "content", "raw_text"),
    "title": ("title", "headline"),
    "url": ("url", "link", "canonical_link", "requested_url", "mainEntityOfPage", "source"),
    "source": (
        *("source", "sitename", "source-hostname", "meta_site_name", "site_name", "publisher"),
        *("source_domain", "hostname"),
    ),
    "authors": ("authors", "author", "byline"),
    "published_at": (
        *(
            "published_at",
            "datePublished",
            "date_publish",
            "publish_date",
            "publishing_date",
            "published_parsed",
        ),
        *("published", "date"),
    ),
    "fetched_at": ("fetched_at", "date_download", "crawl_date"),
    "language": ("language", "lang", "inLanguage", "meta_lang"),
    "tags": ("tags", "keywords", "topics", "categories"),
    "teaser": ("summary", "description"),
}
"""Each part's names, the one to believe first: our own, then those of trafilatura (which puts the address
into `source`), newspaper4k, news-please, Fundus, feedparser and schema.org. A teaser is the last resort for a
text: many feeds carry the whole article there."""

_TITLE_CHARACTERS = 2_000
_NAME_CHARACTERS = 500
_MOST_NAMES = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_NAMING_KEYS = ("name", "title", "term", "value", "@id", "url")
"""Where an object that stands for a person, publisher, tag or page keeps its one string."""


def read_text(value: object) -> str | None:
    """A text exactly as given; paragraphs, Fundus's body and feedparser's contents joined by blank lines."""
    if isinstance(value, str):
        return sound(value) if value.strip() else None
    if isinstance(value, Mapping):
        return read_text(list(_paragraphs(value)))
    if isinstance(value, list):
        return "\n\n".join(text for item in value if (text := read_text(item))) or None
    raise ValueError(f"must be a string, not {kind(value)}")


def read_teaser(value: object) -> str | None:
    """A feed's summary, freed of its markup."""
    text = read_text(value)
    return _without_markup(text) if text and "</" in text else text


def read_title(value: object) -> str | None:
    """A line of at most 2,000 characters without blanks around it."""
    return _line(value, _TITLE_CHARACTERS)


def read_url(value: object) -> str | None:
    """An absolute http or https address."""
    line = _line(value, 1 << 20)
    return checked_url(line) if line else None


def read_source(value: object) -> str | None:
    """Who published it: a name or a host, not an address."""
    line = _line(value, _NAME_CHARACTERS)
    return None if line and is_url(line) else line


def read_names(value: object) -> tuple[str, ...] | None:
    """Names in the order given, each once, from a list or from a string divided by semicolons."""
    return _several(value, re.compile(";"))


def read_tags(value: object) -> tuple[str, ...] | None:
    """Tags in the order given, each once, from a list or from a string divided by commas or semicolons."""
    return _several(value, re.compile("[;,]"))


def read_language(value: object) -> str | None:
    """A language tag such as `en` or `pt-BR`."""
    tag = (_line(value, _NAME_CHARACTERS) or "").replace("_", "-")
    if tag and not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"{tag[:40]!r} is not a language tag such as en or pt-BR")
    primary, dash, rest = tag.partition("-")
    return primary.lower() + dash + rest or None


def read_time(value: object) -> datetime | None:
    """A moment in UTC, from RFC 3339 or ISO 8601, the dates of mail and feeds, or feedparser's nine numbers.

    A time without a zone is taken as UTC, a date alone as its first moment.
    """
    if isinstance(value, list) and len(value) >= 6 and all(isinstance(part, int) for part in value):
        return _utc(lambda: datetime(*value[:6]).replace(tzinfo=UTC), value)
    line = _line(value, _NAME_CHARACTERS)
    if not line:
        return None
    if line[:4].isdigit():
        return _utc(lambda: datetime.fromisoformat(line), line)
    return _utc(lambda: parsedate_to_datetime(line), line)


def sound(text: str) -> str:
    """The text itself. Raises ValueError when it holds what no Unicode text may: lone surrogates or NUL."""
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise ValueError(
            f"has half a surrogate pair at character {problem.start}; expected Unicode text"
        ) from None
    if "\0" in text:
        raise ValueError(f"has a NUL at character {text.index(chr(0))}; expected text")
    return text


def kind(value: object) -> str:
    """What a JSON value is, in words: for messages."""
    names = {bool: "true or false", str: "a string", list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(value), "a number")


def _paragraphs(body: Mapping[str, object]) -> Iterable[object]:
    """The paragraphs of Fundus's body, or the value of one of feedparser's contents."""
    if isinstance(content := body.get("value"), str):
        yield _without_markup(content) if "html" in str(body.get("type")) else content
        return
    if "sections" not in body:
        raise ValueError("must be a string, not an object")
    yield body.get("summary") or []
    for section in _items(body["sections"]):
        if isinstance(section, Mapping):
            yield section.get("headline") or []
            yield section.get("paragraphs") or []


def _without_markup(html: str) -> str:
    from copytrail.html import text_of  # a third of a second to load, for markup only

    return text_of(html)


def _line(value: object, most: int) -> str | None:
    """One string; exporters of lists wrap it into a list of one, others into an object that names it."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = next((value[key] for key in _NAMING_KEYS if value.get(key)), value)
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {kind(value)}")
    if len(value := sound(value).strip()) > most:
        raise ValueError(f"has {len(value)} characters; at most {most} are expected")
    return value or None


def _several(value: object, divider: re.Pattern[str]) -> tuple[str, ...] | None:
    items = divider.split(value) if isinstance(value, str) else _items(value)
    if len(items) > _MOST_NAMES:
        raise ValueError(f"has {len(items)} entries; at most {_MOST_NAMES} are expected")
    names = [name for item in items if item is not None and (name := _line(item, _NAME_CHARACTERS))]
    return tuple(dict.fromkeys(names)) or None


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _utc(parse: Callable[[], datetime], given: object) -> datetime:
    try:
        moment = parse()
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        raise ValueError(f"{str(given)[:80]!r} is not a time such as 2026-05-01T09:30:00Z") from None
