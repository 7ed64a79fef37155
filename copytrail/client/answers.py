"""The answers of the HTTP interface as types. They are plain dictionaries: new members may appear at any time."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Times = str
"""RFC 3339, in UTC."""

Span = list[int]
"""Start and end in code points of the text as it was posted, end exclusive."""


class Accepted(TypedDict):
    """An article that is durable; `index` is its place in the post."""

    index: int
    id: str
    status: Literal["queued", "unchanged", "indexed", "failed"]
    dropped: NotRequired[list[str]]


class Rejected(TypedDict):
    """An article that was not taken, and why; `index` is its place in the post."""

    index: int
    error: str


class Receipt(TypedDict):
    """What became of each article of a post."""

    accepted: list[Accepted]
    rejected: list[Rejected]


class Passage(TypedDict):
    """A stretch found in both texts."""

    a: Span
    b: Span
    grade: Literal["identical", "minor_edits", "rewrite"]
    score: float


class Containment(TypedDict):
    """Shares (0 to 1) of the words of one text that lie in passages found in the other."""

    a_in_b: float
    b_in_a: float


class Report(TypedDict):
    """The verdict on two texts."""

    relation: str
    score: float
    jaccard: float
    containment: Containment
    passages: list[Passage]
    evidence: dict[str, float]
    flags: list[str]


class Match(TypedDict):
    """A stored article that shares text with the one asked about, which is `a`."""

    article: str
    cluster: str | None
    relation: str
    score: float
    containment: Containment
    passages: list[Passage]


class Ignored(TypedDict):
    """A stretch of a text that is site furniture and no evidence."""

    start: int
    end: int
    why: str


class Excluded(TypedDict):
    """A match that was left out because the request asks for it."""

    article: str
    cluster: str | None
    relation: str
    score: float
    reason: str


class Strongest(TypedDict):
    """The strongest of the matches that are left: `unrelated` with score 0 when there are none."""

    relation: str
    score: float


class Checked(TypedDict):
    """What an article would match, best first; `truncated` when there may be more."""

    matches: list[Match]
    excluded: list[Excluded]
    verdict: Strongest
    truncated: bool
    flags: list[str]
    ignored: list[Ignored]


class Article(TypedDict):
    """A stored article without its text."""

    id: str
    status: Literal["queued", "indexed", "failed"]
    failure: str | None
    cluster: str | None
    title: str | None
    url: str | None
    source: str | None
    authors: list[str]
    published_at: Times | None
    fetched_at: Times | None
    language: str | None
    tags: list[str]
    extra: dict[str, Any]
    first_seen_at: Times
    updated_at: Times
    version: int
    characters: int
    flags: list[str]
    ignored: list[Ignored]
    matches: list[Match]


class FailedArticle(TypedDict):
    """An article that was set aside, and why."""

    id: str
    status: Literal["failed"]
    failure: str | None
    traceback: str | None
    url: str | None
    title: str | None
    updated_at: Times


class ClusterSummary(TypedDict):
    """A cluster as in lists."""

    id: str
    size: int
    title: str | None
    first_published_at: Times | None
    last_seen_at: Times
    sources: list[str]
    relations: list[str]


class Derivation(TypedDict):
    """Where a member's text came from; `article` is None where that is undetermined."""

    article: str | None
    relation: str
    score: float
    confidence: float
    reasons: list[str]
    passages: list[Passage]


class Member(TypedDict):
    """An article of a cluster; `derived_from` is None for the original."""

    id: str
    url: str | None
    title: str | None
    source: str | None
    published_at: Times | None
    modified_at: Times | None
    first_seen_at: Times
    publisher: str | None
    same_publisher: bool
    licensed: dict[str, Any] | None
    version_of: str | None
    flags: list[str]
    relation: str
    derived_from: Derivation | None
    coverage: float | None
    cited_sources: list[dict[str, Any]]


class Original(TypedDict):
    """The member that was first, how sure that is (0 to 1), and why."""

    article: str
    confidence: float
    reasons: list[str]


class Opinion(TypedDict):
    """What somebody said of two articles; `verdict` is None where it was taken back."""

    at: Times
    verdict: Literal["confirm", "dispute"] | None
    reason: str
    by: str | None


class Verdict(Opinion):
    """What counts of the pair `a` and `b`, and all that was said of it, oldest first."""

    id: str
    a: str
    b: str
    history: list[Opinion]


class Cluster(ClusterSummary):
    """A cluster with its provenance; `original` is None with the reasons in `undetermined`."""

    first_published_claimed: Times | None
    split_from: str | None
    versions: list[dict[str, Any]]
    verdicts: list[Verdict]
    excluded: list[dict[str, str]]
    original: Original | None
    undetermined: list[str]
    representative: str
    articles: list[Member]
    edges: list[dict[str, Any]]
    unseen_sources: list[dict[str, Any]]
    history: list[dict[str, Any]]


class Event(TypedDict):
    """Something that happened; `id` is the cursor to go on from. Its other members depend on `type`."""

    id: str
    type: str
    at: Times
    cluster: NotRequired[str]
    size: NotRequired[int]
    joined: NotRequired[list[str]]
    left: NotRequired[list[str]]
    clusters: NotRequired[list[str]]
    article: NotRequired[str]
    verdict: NotRequired[str]
    articles: NotRequired[list[str]]
    says: NotRequired[str]


class Stats(TypedDict):
    """Counts of what is stored and what waits; `lag_seconds` is the age of the oldest article that waits."""

    articles: int
    expired: int
    clusters: int
    queued: int
    failed: int
    workers: int
    lag_seconds: float
    index_entries: int
    index_overflow: int
    store_bytes: int
