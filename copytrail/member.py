"""A member of a cluster: what provenance needs to know of an article, and what an editor would call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from copytrail import formats
from copytrail.hosts import domain_of
from copytrail.publishers import host_of, is_publisher, publisher_key
from copytrail.urls import canonical_url

_MODIFIED = ("modified_at", "dateModified", "date_modify", "date_modified", "modified", "modified_parsed",
             "updated_at", "updated", "updated_parsed", "lastmod")  # fmt: skip
"""Under which of the unknown fields an article claims when it was last changed: schema.org, news-please, feeds."""


@dataclass(frozen=True)
class Member:
    """One article of a cluster. Times are aware and in UTC.

    `published_at` and `modified_at` are what the article claims; `first_seen_at` is when it was first received here,
    `updated_at` when it was last received changed, None when it never was.
    """

    number: int
    id: str
    text: str
    first_seen_at: datetime
    published_at: datetime | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    modified_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def of(
        cls,
        number: int,
        article_id: str,
        text: str,
        metadata: Mapping[str, Any],
        first_seen_at: datetime,
        updated_at: datetime | None = None,
    ) -> Self:
        """The member for an article with that metadata (`Article.metadata()`)."""
        published, extra = metadata.get("published_at"), metadata.get("extra", {})
        return cls(
            number,
            article_id,
            text,
            first_seen_at,
            formats.read_time(published) if published else None,
            metadata.get("title"),
            metadata.get("url"),
            metadata.get("source"),
            tuple(metadata.get("authors", ())),
            next(filter(None, (_time(extra.get(name)) for name in _MODIFIED)), None),
            updated_at,
        )

    @property
    def name(self) -> str:
        """What to call it in a sentence: its publisher, else its host, else its title or id."""
        return self.source or self.host or (f"“{self.title}”" if self.title else self.id)

    @cached_property
    def host(self) -> str:
        """Where it was published, in lower case without "www."; empty when that is unknown."""
        return host_of(self.url or "").removeprefix("www.")

    @cached_property
    def domain(self) -> str:
        """The part of its host that the owner registered; empty when the host is unknown."""
        return domain_of(self.host) if self.host else ""

    @cached_property
    def page(self) -> str:
        """The canonical form of its address; empty when it has none."""
        return canonical_url(self.url) if self.url else ""

    @cached_property
    def publishers(self) -> frozenset[str]:
        """Keys under which credit lines may name its publisher: in full, by host, or for short."""
        names = [self.source, self.host, _short_name(self.source or "")]
        return frozenset(publisher_key(name) for name in names if name) - {""}


def _time(value: object) -> datetime | None:
    """A claimed time; what is none says nothing."""
    try:
        return formats.read_time(value) if value else None
    except ValueError:
        return None


def _short_name(source: str) -> str:
    """The last of several words where it may stand for the whole, as Advertiser for Verran Advertiser."""
    last = source.split()[-1:]
    return last[0] if last and last[0] != source and is_publisher(last[0], definite=True) else ""
