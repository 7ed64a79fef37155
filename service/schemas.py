"""The shapes of answers, with examples."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from copytrail.document import Why
from copytrail.report import Grade, Relation
from copytrail.store.protocol import Status
from service import examples
from service.examples import example
from service.selection import Exclusion
from service.verdict_shapes import VerdictShape


class AcceptedItem(BaseModel):
    """An article that is durable."""

    index: int = Field(description="Its place in the post, from 0.")
    id: str
    status: Literal["queued", "unchanged", "indexed", "failed"]
    dropped: list[str] | None = Field(None, description="Unknown fields that were too large to be kept.")


class RejectedItem(BaseModel):
    """An article that was refused, and why."""

    index: int
    error: str


class Receipt(BaseModel):
    """What became of each article of a post."""

    model_config = example(examples.RECEIPT)

    accepted: list[AcceptedItem]
    rejected: list[RejectedItem]


class Containment(BaseModel):
    """Shares of words that lie in passages found in the other text."""

    a_in_b: float = Field(ge=0, le=1)
    b_in_a: float = Field(ge=0, le=1)


class PassageShape(BaseModel):
    """A stretch found in both texts: offsets in code points, end exclusive."""

    a: list[int] = Field(min_length=2, max_length=2)
    b: list[int] = Field(min_length=2, max_length=2)
    grade: Grade
    score: float


class IgnoredShape(BaseModel):
    """A stretch of a text that is site furniture and no evidence: offsets in code points, end exclusive."""

    start: int
    end: int
    why: Why


class ReportShape(BaseModel):
    """The verdict on two texts."""

    model_config = example(examples.REPORT)

    relation: Relation
    score: float = Field(ge=0, le=1)
    jaccard: float = Field(ge=0, le=1)
    containment: Containment
    passages: list[PassageShape]
    evidence: dict[str, float]
    flags: list[str]


class MatchShape(BaseModel):
    """An article that shares text with this one (`a` is this one), and where."""

    model_config = example(examples.MATCH)

    article: str
    cluster: str | None
    relation: Relation
    score: float
    containment: Containment
    passages: list[PassageShape]


class ExcludedMatch(BaseModel):
    """A match that was left out because the request asks for it."""

    article: str
    cluster: str | None
    relation: Relation
    score: float
    reason: Exclusion


class OverallVerdict(BaseModel):
    """The strongest of the matches that are left: `unrelated` with score 0 when there are none."""

    relation: Relation
    score: float


class Matches(BaseModel):
    """Matches, best first; `truncated` when there may be more than could be looked at."""

    model_config = example(
        {
            "matches": [examples.MATCH],
            "verdict": {"relation": "near_copy", "score": 0.98},
            "excluded": [examples.EXCLUDED],
            "truncated": False,
            "flags": ["furniture_ignored"],
            "ignored": [examples.IGNORED],
        }
    )

    matches: list[MatchShape]
    verdict: OverallVerdict
    excluded: list[ExcludedMatch] = Field(description="Matches that were left out, best first, and why.")
    truncated: bool
    flags: list[str] = Field(
        description="What was undone in the text or left out; `insufficient_text` when it is too short, "
        "`truncated_text` when only copies are looked for in its end."
    )
    ignored: list[IgnoredShape] = Field(description="Site furniture in the text, which is no evidence.")


class ArticleState(BaseModel):
    """An article without its text."""

    model_config = example(examples.ARTICLE_STATE)

    id: str
    status: Status
    failure: str | None
    cluster: str | None
    title: str | None
    url: str | None
    source: str | None
    authors: list[str]
    published_at: AwareDatetime | None
    fetched_at: AwareDatetime | None
    language: str | None
    tags: list[str]
    extra: dict[str, Any]
    first_seen_at: AwareDatetime
    updated_at: AwareDatetime
    version: int
    characters: int
    flags: list[str] = Field(
        description="What was undone in the text or left out; `insufficient_text` when it is too short, "
        "`truncated_text` when only copies are looked for in its end."
    )
    ignored: list[IgnoredShape] = Field(description="Site furniture in the text, which is no evidence.")
    matches: list[MatchShape]


class StoredText(BaseModel):
    """An article's text exactly as it was given."""

    id: str
    text: str


class Retried(BaseModel):
    """An article queued again."""

    id: str
    status: Literal["queued"]


class FailedArticle(BaseModel):
    """An article that was set aside, and why."""

    id: str
    status: Literal["failed"]
    failure: str | None
    traceback: str | None = Field(
        description="Where in the program it failed; null when the worker died of it."
    )
    url: str | None
    title: str | None
    updated_at: AwareDatetime


class FailedArticles(BaseModel):
    """One page of articles set aside; `next_cursor` is null on the last."""

    articles: list[FailedArticle]
    next_cursor: str | None


class ClusterSummary(BaseModel):
    """A cluster as in lists."""

    model_config = example(examples.CLUSTER_SUMMARY)

    id: str
    size: int
    title: str | None
    first_published_at: AwareDatetime | None
    last_seen_at: AwareDatetime
    sources: list[str]
    relations: list[Relation]


class Clusters(BaseModel):
    """One page of clusters; `next_cursor` is null on the last."""

    model_config = example({"clusters": [examples.CLUSTER_SUMMARY], "next_cursor": None})

    clusters: list[ClusterSummary]
    next_cursor: str | None


class MemberShape(BaseModel):
    """An article of a cluster, and where its text came from."""

    id: str
    url: str | None
    title: str | None
    source: str | None
    published_at: AwareDatetime | None
    first_seen_at: AwareDatetime
    relation: Literal["original", "identical", "near_copy", "partial_copy", "rewrite"]
    derived_from: dict[str, Any] | None = Field(
        description="`article` (null: undetermined), `closest` (what the passages are in), `relation`, `score`, "
        "`confidence`, `reasons`, `passages`; or null for the original."
    )
    coverage: float | None = Field(description="Share of its words that the article it derives from has.")
    cited_sources: list[dict[str, Any]] = Field(
        description="`name`, `quote`, and its place: `start`, `end`; `kind`: `quoted`, `reported` or `origin`; the "
        "`article` that is meant, or null. A quote is empty where an agency is the author."
    )
    publisher: str | None = Field(
        None, description="The publisher: the operator's group, the source or the domain."
    )
    modified_at: str | None = Field(None, description="When the article says it was last changed.")
    flags: list[str] = Field([], description="What is the matter with its times, such as `backdated`.")
    version_of: str | None = Field(None, description="The earliest version of the same article.")
    same_publisher: bool = Field(
        False, description="It is an own copy of what it derives from or is closest to."
    )
    licensed: dict[str, Any] | None = Field(
        None, description="What permits the reuse: the `source` and the `reason`."
    )


class ExcludedMember(BaseModel):
    """A member that was left out because the request asks for it."""

    article: str
    reason: Exclusion


class ClusterShape(ClusterSummary):
    """A cluster with its provenance, or only `id` and `merged_into` when it became part of another."""

    model_config = example(examples.CLUSTER)

    split_from: str | None = Field(description="The cluster that it was a part of before.")
    history: list[dict[str, Any]] = Field(description="`at`, `kind`, `size` and the `clusters` involved.")
    verdicts: list[VerdictShape] = Field(description="What people said of pairs with its members.")
    excluded: list[ExcludedMember] = Field(description="Members that the options leave out, and why.")
    original: dict[str, Any] | None = Field(description="`article`, `confidence`, `reasons`, or null.")
    undetermined: list[str] = Field(description="Why it is not known who was first.")
    representative: str | None = Field(
        description="The one to keep when only one may stay; null when the options leave nobody."
    )
    articles: list[MemberShape]
    edges: list[dict[str, Any]] = Field(
        description="`from`, `to`, `relation`, `score`, number of `passages`, `same_publisher`, `licensed`, "
        "and the `verdict` of a person: `confirm`, `dispute` (then it does not count) or null."
    )
    unseen_sources: list[dict[str, Any]] = Field(
        description="`name` of a source nobody posted, `cited_by`, and whether it is an `agency`."
    )
    versions: list[dict[str, Any]] = Field(
        [], description="`articles` that are versions of one by one `publisher`, the earliest first."
    )
    first_published_claimed: str | None = Field(
        None, description="The earliest time claimed, believed or not."
    )


class MergedShape(BaseModel):
    """Where a cluster went that became part of another."""

    id: str
    merged_into: str


class Stats(BaseModel):
    """Counts of what is stored and what waits."""

    model_config = example(examples.STATS, extra="allow")

    articles: int
    expired: int = Field(description="Articles deleted so far because they were kept long enough.")
    clusters: int
    queued: int = Field(description="Articles that wait for a worker.")
    failed: int = Field(description="Articles that were set aside.")
    workers: int = Field(description="Workers alive.")
    lag_seconds: float = Field(description="Age of the oldest article that waits.")
    index_entries: int
    index_overflow: int = Field(description="Entries refused by full buckets.")
    store_bytes: int


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class StoreProblem(BaseModel):
    """Something wrong with the store that does not stop the service."""

    code: str
    message: str
    fatal: bool


class Ready(BaseModel):
    """The store is reachable and configured safely."""

    model_config = example({"status": "ready", "problems": []})

    status: Literal["ready"]
    problems: list[StoreProblem]
