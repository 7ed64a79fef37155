"""Members and pairs of a cluster as tests make them, and what was found of their descent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from copytrail.cluster import Edge
from copytrail.provenance import Member, Provenance, Traced
from copytrail.report import Grade, Passage, Relation, Report

NOON = datetime(2025, 5, 3, 12, 0, tzinfo=UTC)
TEXT = (
    "The harbour board voted to close the old swing bridge for 14 months while crews replace its bearings. "
)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def member(
    number: int,
    text: str = TEXT,
    published: float | None = None,
    seen: float = 48.0,
    source: str | None = None,
    url: str | None = None,
) -> Member:
    """A member published and first seen that many hours after noon."""
    published_at = None if published is None else NOON + hours(published)
    return Member(
        number,
        f"a{number}",
        text,
        NOON + hours(seen),
        published_at,
        f"Headline {number}",
        url,
        source or f"Paper {number}",
    )


def edge(
    a: int,
    b: int,
    relation: Relation = Relation.NEAR_COPY,
    score: float = 0.95,
    a_in_b: float = 0.9,
    b_in_a: float = 0.9,
    spans: Sequence[tuple[int, int]] = ((0, 50),),
) -> Edge:
    passages = tuple(Passage(span, span, Grade.IDENTICAL, 1.0) for span in spans)
    return Edge(a, b, Report(relation, score, 0.5, a_in_b, b_in_a, passages, joins=relation.is_reuse))


def of(provenance: Provenance, article: str) -> Traced:
    return next(traced for traced in provenance.articles if traced.member.id == article)


def parent(provenance: Provenance, article: str) -> str | None:
    derivation = of(provenance, article).derivation
    assert derivation is not None
    return derivation.article


def said(provenance: Provenance, article: str) -> str:
    derivation = of(provenance, article).derivation
    assert derivation is not None
    return " ".join(derivation.reasons)


# Who was first
