"""What an export is made from: a cluster as answers show it, and the texts of its articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from copytrail.document import Document
from copytrail.publishers import host_of

Json = Mapping[str, Any]

URN = "urn:copytrail:"
"""What names that are no addresses of the web begin with."""


@dataclass(frozen=True)
class Case:
    """A cluster as `GET /v1/clusters/{id}` answers it, the analysed texts by article id, and when both were read.

    An article without a document was deleted in between: it is told of without its text.
    """

    cluster: Json
    documents: Mapping[str, Document]
    made_at: datetime

    @cached_property
    def articles(self) -> Mapping[str, Json]:
        """The members by id: the original, then by time."""
        return {article["id"]: article for article in self.cluster["articles"]}

    def digest(self, article_id: str) -> str | None:
        """SHA-256 of the text as posted, in UTF-8, in hexadecimal; None when the text is gone."""
        document = self.documents.get(article_id)
        return sha256(document.text.encode()).hexdigest() if document else None


def name_of(article: Json) -> str:
    """Who published it, as far as that is known, else what it is called."""
    known = (article.get("publisher"), article["source"], host_of(article["url"] or ""), article["title"])
    return str(next(filter(None, known), article["id"]))


def parent_of(article: Json) -> str | None:
    """The id of the article that this one likely derives from, None when that is undetermined or it was first."""
    derived: Json = article["derived_from"] or {}
    parent: str | None = derived.get("article")
    return parent


def safe_url(url: str | None) -> str | None:
    """The address if a browser may follow it: http and https alone."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def credits_of(article: Json) -> list[tuple[int, int]]:
    """Where the text credits a source (offsets)."""
    return [(credit["start"], credit["end"]) for credit in article["cited_sources"]]
