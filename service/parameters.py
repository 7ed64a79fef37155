"""What requests may carry: the parameters of an address and the bodies, with examples."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from copytrail import formats
from copytrail.report import Relation
from copytrail.store.protocol import Status
from service import examples
from service.examples import example

Moment = Annotated[
    datetime,
    BeforeValidator(formats.read_time),
    Field(json_schema_extra={"examples": ["2026-05-04T00:00:00Z"]}),
]
"""A time as articles may give theirs, in UTC."""


class ArticlePath(BaseModel):
    """Which article."""

    id: str = Field(description="The article's id.")


class ClusterPath(BaseModel):
    """Which cluster."""

    id: str = Field(description="The cluster's id.")


class Query(BaseModel):
    """Parameters of an address; unknown ones are refused, so that no misspelt filter is silently ignored."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # noqa: ANN401 - passed on
        """Made once: it is asked for whenever parameters are read."""
        return super().model_json_schema(*args, **kwargs)


class PostQuery(Query):
    """How to answer a post."""

    wait: float | None = Field(
        None,
        ge=0,
        le=300,
        allow_inf_nan=False,
        description="Answer when the articles are indexed, or after this many seconds.",
    )


class ArticlesQuery(Query):
    """Which articles to list."""

    status: Literal[Status.FAILED] = Field(description="Only failed articles can be listed.")
    cursor: str | None = Field(None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1000)


class ClustersQuery(Query):
    """Which clusters to list, newest activity first."""

    min_size: int = Field(2, ge=1, le=1_000_000_000, description="Members at least.")
    source: str | None = Field(None, max_length=500, description="A source that one of the members has.")
    since: Moment | None = Field(None, description="Last activity at or after this time.")
    until: Moment | None = Field(None, description="Last activity before this time.")
    relation: Relation | None = Field(None, description="A relation that two of the members have.")
    q: str | None = Field(None, max_length=200, description="Words in the title, in any case.")
    cursor: str | None = Field(None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


Reuse = Literal[Relation.IDENTICAL, Relation.NEAR_COPY, Relation.PARTIAL_COPY, Relation.REWRITE]
Names = Annotated[list[str], Field(default_factory=list, max_length=1000)]


class Selection(Query):
    """What counts: the rest is left out, and the answer says what that was."""

    threshold: float = Field(
        0.0, ge=0, le=1, allow_inf_nan=False, description="Pairs below this score are left out."
    )
    relations: list[Reuse] = Field(
        default_factory=list, max_length=10, description="Pairs that are related otherwise are left out."
    )
    exclude_sources: Names = Field(description="Sources whose articles are left out.")
    exclude_publishers: Names = Field(
        description="Publishers whose articles are left out, by any of their names, hosts or groups."
    )
    only_sources: Names = Field(
        description="Articles of other sources are left out: a check against a collection."
    )
    only_tags: Names = Field(description="Articles with none of these tags are left out.")


class ClusterOptions(Selection):
    """What of a cluster counts."""


class CheckOptions(Selection):
    """What to leave out of a check; the same names may be given in the body instead."""

    limit: int = Field(20, ge=1, le=100, description="Matches at most, best first.")
    ignore_quotes: bool = Field(False, description="Direct speech is no evidence.")


class ArticleBody(BaseModel):
    """An article as any scraper emits it. Fields not named here are kept and given back under `extra`."""

    model_config = example(examples.ARTICLE, extra="allow")

    id: str | None = Field(
        None, min_length=1, max_length=200, pattern="^[^/]+$", description="Printable, without `/`."
    )
    text: str | None = Field(None, description="Required unless there is `html`.")
    html: str | None = Field(
        None, description="The page, from which the text is extracted when there is no `text`."
    )
    title: str | None = None
    url: str | None = None
    source: str | None = Field(None, description="Who published it; the host of `url` when not given.")
    author: str | None = None
    authors: list[str] | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    language: str | None = None
    tags: list[str] | None = None


class CheckBody(ArticleBody):
    """The article to check, with the options."""

    threshold: float | None = Field(None, ge=0, le=1)
    limit: int | None = Field(None, ge=1, le=100)
    relations: list[Reuse] | None = None
    exclude_sources: list[str] | None = None
    exclude_publishers: list[str] | None = None
    only_sources: list[str] | None = None
    only_tags: list[str] | None = None
    ignore_quotes: bool | None = None


class CompareBody(BaseModel):
    """Two texts."""

    model_config = example({"a": "The bridge will close on Monday.", "b": "The bridge will close on Monday."})

    a: str
    b: str
    ignore_quotes: bool = Field(False, description="Direct speech is no evidence.")
