"""A member of a cluster: what provenance needs to know of an article, and what an editor would call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copytrail.publishers import host_of, is_publisher, publisher_key


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a cluster. Times are aware and in UTC.

    `published_at` is what the article claims; `first_seen_at` is when it was first received here.
    """

    number: int
    id: str
    text: str
    first_seen_at: datetime
    published_at: datetime | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None

    @property
    def name(self) -> str:
        """What to call it in a sentence: its publisher, else its host, else its title or id."""
        return self.source or self.host or (f"“{self.title}”" if self.title else self.id)

    @property
    def host(self) -> str:
        """Where it was published, in lower case without "www."; empty when that is unknown."""
        return host_of(self.url or "").removeprefix("www.")

    @property
    def publishers(self) -> frozenset[str]:
        """Keys under which credit lines may name its publisher: in full, by host, or for short."""
        names = [self.source, self.host, _short_name(self.source or "")]
        return frozenset(publisher_key(name) for name in names if name) - {""}


def _short_name(source: str) -> str:
    """The last of several words where it may stand for the whole, as Advertiser for Verran Advertiser."""
    last = source.split()[-1:]
    return last[0] if last and last[0] != source and is_publisher(last[0], definite=True) else ""
