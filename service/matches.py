"""Matches as answers show them: how a text was read, and which other articles share how much of it, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from copytrail.document import Document, Why
from copytrail.report import Report
from copytrail.store.protocol import Record, Store


def reading(document: Document) -> dict[str, Any]:
    """What was undone in a text or left out, and whether what is left is too short, or too long, to be compared."""
    reasons = {stretch.why for stretch in document.ignored}
    furniture = {"furniture_ignored"} if reasons - {Why.QUOTED} else set()
    quotes = {"quotes_ignored"} if Why.QUOTED in reasons else set()
    short = set() if document.sufficient else {"insufficient_text"}
    long = {"truncated_text"} if document.truncated else set()
    flags = sorted(document.disguises | furniture | quotes | short | long)
    return {"flags": flags, "ignored": [stretch.to_json() for stretch in document.ignored]}


def stored_matches(store: Store, number: int) -> list[dict[str, Any]]:
    """The matches found when the article was indexed, best first."""
    (edges,) = store.edges([number])
    return [to_json(record, report) for record, report in with_records(store, edges)]


def with_records(store: Store, reports: Mapping[int, Report]) -> Iterable[tuple[Record, Report]]:
    """The matched articles that still exist and share text, best first."""
    shared = {number: report for number, report in reports.items() if report.relation.is_reuse}
    numbers = sorted(shared, key=lambda number: (-shared[number].score, number))
    for record in store.records(numbers):
        if record:
            yield record, shared[record.number]


def to_json(record: Record, report: Report) -> dict[str, Any]:
    """A match as in the contract; `a` in containment and passages is the article asked about."""
    verdict = report.to_json()
    kept = {name: verdict[name] for name in ("relation", "score", "containment", "passages")}
    return {"article": record.article_id, "cluster": record.cluster, **kept}
