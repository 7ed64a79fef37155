"""What Copytrail asks of a store: the types that cross its edge and the protocol.

Outside, articles go by their string ids; inside, by compact integer numbers (1 to 2**32 - 1, never used twice).
What only workers may ask is in `work.py`. Every method raises `StoreUnavailable` when the store cannot be reached or
cannot confirm that a write is durable, and `StoreFull` when it refuses writes for want of memory or disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from copytrail.article import Article
from copytrail.candidates import Hits
from copytrail.report import Relation, Report
from copytrail.store.newsroom import Newsroom


class Status(StrEnum):
    """Where an article stands: waiting for a worker, searchable, or set aside with a reason."""

    QUEUED = "queued"
    INDEXED = "indexed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Record:
    """What the store knows about one article, without its text.

    `version` starts at 1 and grows with every changed post. `metadata` is the article's JSON without `text`.
    `characters` is the length of the text in code points; `digest` names the content (text and metadata).
    `first_seen_at` and `updated_at` are the store's own times of the first and the last changed post (UTC).
    `failure` says why the article was set aside, `traceback` where in the program that was found out; `cluster` is the
    id of its cluster, None when it stands alone.
    """

    number: int
    version: int
    article_id: str
    metadata: Mapping[str, object]
    status: Status
    first_seen_at: datetime
    updated_at: datetime
    characters: int
    digest: str
    failure: str | None = None
    cluster: str | None = None
    traceback: str | None = None


class Text(NamedTuple):
    """A text exactly as posted, which version of its article it is, and the language it was said to be in."""

    version: int
    text: str
    language: str | None = None


class Edition(NamedTuple):
    """An article's text as it is read at the moment: its version, and the stretches (offsets) that its site repeats."""

    version: int
    repeated: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to one posted article: the id it is stored under and `queued` or `unchanged`.

    The id differs from the posted one when the same canonical URL was stored before under another id.
    """

    id: str
    status: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a cluster's history: `kind` is created, grown, shrunk, merged or split.

    `clusters` names the other clusters involved: those merged into this one, those that split off from it, or the
    one this was split from.
    """

    at: datetime
    kind: str
    size: int
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterRecord:
    """One cluster as kept for reading and listing.

    `members` are article numbers in ascending order, at least two. `created_at` and `last_seen_at` are the
    store's times of the first derivation and of the newest member's arrival; `first_published_at` is the
    earliest time a member claims. `title` is that of the earliest member. `sources` and `relations` are the
    sorted distinct ones of its members and joining edges, for filters. `history` holds the newest 100
    changes; `split_from` is the cluster most of whose members it began with, None when it began with none.
    """

    id: str
    members: tuple[int, ...]
    created_at: datetime
    last_seen_at: datetime
    first_published_at: datetime | None
    title: str | None
    sources: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    history: tuple[Change, ...] = ()
    split_from: str | None = None

    @property
    def size(self) -> int:
        """The number of members."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The answer for a cluster id that lives on in another cluster."""

    id: str
    merged_into: str


@dataclass(frozen=True, slots=True)
class ClusterFilter:
    """Which clusters to list; None means any.

    `since` (inclusive) and `until` (exclusive) bound `last_seen_at`; `q` is looked for in the title,
    caseless.
    """

    min_size: int = 2
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    relation: Relation | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the store: a short `code`, what it means, and what to do about it.

    `fatal` problems endanger stored articles or answers: the service is not ready while one lasts.
    """

    code: str
    message: str
    fatal: bool = True


class Once(NamedTuple):
    """A post under an Idempotency-Key that came before: what it was, and its answer, None while it is worked on."""

    fingerprint: str
    answer: bytes | None


class Store(Newsroom, Protocol):
    """What the service, the worker and the command line ask of a store."""

    def accept(self, articles: Sequence[Article], now: datetime) -> list[Accepted]:
        """Keep the articles and queue them for a worker; return once all are durable, in the order given.

        The same content again is `unchanged` (still `queued` while it waits); other content under a known id
        or canonical URL is a new version of that article.
        """
        ...

    def record(self, article_id: str) -> Record | None:
        """The record of an article by its id (or by another id it was posted under), None when unknown."""
        ...

    def records(self, numbers: Sequence[int]) -> list[Record | None]:
        """The records of articles by number, in order, None for each that is gone."""
        ...

    def text(self, article_id: str) -> str | None:
        """The text exactly as posted, None when the id is unknown."""
        ...

    def texts(self, numbers: Sequence[int]) -> list[Text | None]:
        """The texts by number, in order, None for each that is gone."""
        ...

    def editions(self, numbers: Sequence[int]) -> list[Edition | None]:
        """The edition by number, in order, None for each that is gone."""
        ...

    def delete(self, article_id: str) -> bool:
        """Remove the article: its text and record at once, its traces in the index by a worker.

        False when the id is unknown.
        """
        ...

    def wait_indexed(self, article_ids: Sequence[str], seconds: float) -> bool:
        """Whether all articles have left the queue (indexed, failed or deleted) within the time given."""
        ...

    def edges(self, numbers: Sequence[int]) -> list[dict[int, Report]]:
        """For each article its verified pairs: the other's number to the report as seen from this one."""
        ...

    def cluster(self, cluster_id: str) -> ClusterRecord | MergedInto | None:
        """A cluster by id, where a merged one went, or None when there never was one or it dissolved."""
        ...

    def clusters(
        self, wanted: ClusterFilter, cursor: str | None, limit: int
    ) -> tuple[list[ClusterRecord], str | None]:
        """Clusters by newest activity first and the cursor of the next page, None at the end.

        Where few match, a page may hold fewer than `limit`, or none, before the end: one call looks at so many only.
        Raises ValueError when the cursor is not one this method gave out.
        """
        ...

    def find(self, sketches: Sequence[npt.NDArray[np.uint64]]) -> list[Hits]:
        """What sits in the buckets of each sketch."""
        ...

    def failed(self, limit: int = 100, cursor: str | None = None) -> tuple[list[Record], str | None]:
        """The articles set aside, those with the newest post first, and the cursor of the next page, None at the end.

        Raises ValueError when the cursor is not one this method gave out.
        """
        ...

    def retry(self, article_id: str) -> bool:
        """Queue an article again that was set aside; False when it was not."""
        ...

    def secret(self) -> str:
        """A secret that every process on this store knows and nobody else: the same for ever."""
        ...

    def begin_once(self, name: str, fingerprint: str, token: str, seconds: int) -> Once | None:
        """Claim what is to be done under a name for so many seconds; None when it is the caller's to do.

        `fingerprint` (32 characters) says what is to be done, `token` who does it.
        """
        ...

    def finish_once(self, name: str, fingerprint: str, token: str, answer: bytes) -> None:
        """Keep the answer for a day for whoever asks again; nothing when the claim was lost meanwhile."""
        ...

    def drop_once(self, name: str, fingerprint: str, token: str) -> None:
        """Give a claim back: whoever asks again does the work."""
        ...

    def stats(self) -> dict[str, int | float]:
        """Counts: `articles`, `clusters`, `queued`, `failed`, `workers` (alive), `index_entries`, `index_overflow`.

        `expired` is how many were deleted so far because they were kept long enough; `lag_seconds` is how long the
        oldest article has waited; `index_overflow` counts entries that full buckets dropped; `store_bytes` is the
        memory the store takes.
        """
        ...

    def health(self) -> list[Problem]:
        """What is wrong with the store and its configuration; empty when all is well."""
        ...

    def audit(self) -> dict[str, int]:
        """Counts of what should not be there; all are zero when all is well. Reads everything: slow.

        `index_entries`, `edges`, `memberships` and `names` without their article, `unqueued` articles that wait without
        being in the queue, `arrivals` that retention would miss or that are gone, and by how much `counters` are wrong.
        """
        ...

    def close(self) -> None:
        """Give back the connections (and end the embedded server when this store started it)."""
        ...
