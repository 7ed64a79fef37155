"""CSV (RFC 4180) for spreadsheets: one row an article."""

from __future__ import annotations

import csv
from io import StringIO

from copytrail.exports.case import Case, Json, parent_of

COLUMNS = (
    "cluster", "article", "title", "source", "url", "published_at", "first_seen_at", "relation", "derived_from",
    "score", "confidence", "coverage", "reasons", "cited_sources", "flags", "licensed_from", "sha256",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - as some spreadsheets read them
"""What a spreadsheet takes for the beginning of a formula or of another cell."""


def render(case: Case) -> str:
    """The articles of the cluster with a header line."""
    out = StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for article in case.cluster["articles"]:
        rows.writerow(map(_cell, _row(case, article)))
    return out.getvalue()


def _row(case: Case, article: Json) -> tuple[object, ...]:
    derived: Json = article["derived_from"] or {}
    return (
        case.cluster["id"],
        article["id"],
        article["title"],
        article["source"],
        article["url"],
        article["published_at"],
        article["first_seen_at"],
        article["relation"],
        parent_of(article),
        derived.get("score"),
        derived.get("confidence"),
        article["coverage"],
        " ".join(derived.get("reasons", ())),
        "; ".join(credit["name"] for credit in article["cited_sources"]),
        " ".join(article.get("flags") or ()),
        (article.get("licensed") or {}).get("source"),
        case.digest(article["id"]),
    )


def _cell(value: object) -> str:
    """The value as text that no spreadsheet runs: a leading `'` where it would."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
