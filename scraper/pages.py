"""A page that was fetched, as the article to post."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from trafilatura.utils import decode_file

from copytrail.article import Limits, parse_article, rfc3339
from copytrail.errors import InvalidArticle
from copytrail.html import extract
from scraper.fetching import Fetched, NotForUs

_KINDS = {"text/html", "application/xhtml+xml", ""}


def read_article(page: Fetched, hints: Mapping[str, str], now: datetime) -> dict[str, object]:
    """The article on the page, with what its listing said where the page says nothing. Raises NotForUs."""
    if page.kind not in _KINDS:
        raise NotForUs(f"is {page.kind}, no page")
    try:
        found = {**hints, **extract(_text(page), at=page.url)}
        article = parse_article(found | {"fetched_at": rfc3339(now)}, Limits())
    except InvalidArticle as error:
        raise NotForUs(str(error)) from error
    except Exception as error:  # whatever one page does to its reader, the others are still to be read
        raise NotForUs(f"cannot be read: {type(error).__name__}: {error}") from error
    metadata = article.metadata()
    metadata.pop("extra", None)
    return {"text": article.text, **metadata}


def _text(page: Fetched) -> str:
    try:
        return page.content.decode(page.charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decode_file(page.content)
