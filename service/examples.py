"""One story, as the examples of `/openapi.json` and `/docs` tell it."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict
from pydantic.config import ExtraValues


def example(value: dict[str, Any], extra: ExtraValues = "ignore") -> ConfigDict:
    """A model's configuration with its one example, which `/docs` shows."""
    return ConfigDict(json_schema_extra={"examples": [value]}, extra=extra)


ARTICLE: dict[str, Any] = {
    "url": "https://herald.example/2026/05/harbour-bridge",
    "title": "Harbour bridge to close for nine weeks",
    "source": "Harbour Herald",
    "author": "Ines Okafor",
    "published_at": "2026-05-04T06:30:00Z",
    "text": "The harbour bridge will close on Monday for nine weeks while engineers replace its bearings …",
}
MATCH: dict[str, Any] = {
    "article": "a_6qis3ykaa3uqmjii4ijlydqhum",
    "cluster": "c_5x2m7k3q",
    "relation": "near_copy",
    "score": 0.98,
    "containment": {"a_in_b": 0.94, "b_in_a": 0.91},
    "passages": [{"a": [0, 388], "b": [41, 430], "grade": "minor_edits", "score": 0.96}],
}
EXCLUDED: dict[str, Any] = {
    "article": "a_4mano632c45444szm3jtjj4z2y",
    "cluster": "c_5x2m7k3q",
    "relation": "identical",
    "score": 1.0,
    "reason": "excluded_source",
}
IGNORED: dict[str, Any] = {"start": 2840, "end": 2914, "why": "usual"}
CLUSTER_SUMMARY: dict[str, Any] = {
    "id": "c_5x2m7k3q",
    "size": 3,
    "title": "Harbour bridge to close for nine weeks",
    "first_published_at": "2026-05-04T06:30:00Z",
    "last_seen_at": "2026-05-04T09:12:44Z",
    "sources": ["City Wire", "Harbour Herald"],
    "relations": ["near_copy", "rewrite"],
}
RECEIPT: dict[str, Any] = {
    "accepted": [{"index": 0, "id": "a_6qis3ykaa3uqmjii4ijlydqhum", "status": "queued"}],
    "rejected": [
        {
            "index": 1,
            "error": "text: is missing or empty; give the article's text, or its page as html",
        }
    ],
}
REPORT: dict[str, Any] = {
    "relation": "identical",
    "score": 1.0,
    "jaccard": 1.0,
    "containment": {"a_in_b": 1.0, "b_in_a": 1.0},
    "passages": [{"a": [0, 32], "b": [0, 32], "grade": "identical", "score": 1.0}],
    "evidence": {},
    "flags": [],
}
ARTICLE_STATE: dict[str, Any] = {
    **{name: value for name, value in ARTICLE.items() if name not in ("text", "author")},
    "id": "a_4mano632c45444szm3jtjj4z2y",
    "status": "indexed",
    "failure": None,
    "cluster": "c_5x2m7k3q",
    "authors": ["Ines Okafor"],
    "fetched_at": None,
    "language": "en",
    "tags": [],
    "extra": {},
    "first_seen_at": "2026-05-04T06:41:02Z",
    "updated_at": "2026-05-04T06:41:02Z",
    "version": 1,
    "characters": 2914,
    "flags": ["furniture_ignored"],
    "ignored": [IGNORED],
    "matches": [MATCH],
}
CLUSTER: dict[str, Any] = {
    "id": "c_5x2m7k3q",
    "size": 2,
    "title": "Harbour bridge to close for nine weeks",
    "first_published_at": "2026-05-04T06:30:00Z",
    "last_seen_at": "2026-05-04T09:12:44Z",
    "sources": ["City Wire", "Harbour Herald"],
    "relations": ["near_copy"],
    "split_from": None,
    "history": [{"at": "2026-05-04T09:12:44Z", "kind": "created", "size": 2, "clusters": []}],
    "original": {"article": "a_1", "confidence": 0.8, "reasons": ["published first"]},
    "undetermined": [],
    "representative": "a_1",
    "articles": [
        {
            "id": "a_1",
            "url": "https://herald.example/bridge",
            "title": "Harbour bridge to close for nine weeks",
            "source": "Harbour Herald",
            "published_at": "2026-05-04T06:30:00Z",
            "first_seen_at": "2026-05-04T06:41:02Z",
            "relation": "original",
            "derived_from": None,
            "coverage": 0.0,
            "cited_sources": [],
        },
        {
            "id": "a_2",
            "url": "https://wire.example/bridge",
            "title": "Bridge shut until July",
            "source": "City Wire",
            "published_at": "2026-05-04T09:00:00Z",
            "first_seen_at": "2026-05-04T09:12:44Z",
            "relation": "near_copy",
            "derived_from": {
                "article": "a_1",
                "closest": "a_1",
                "relation": "near_copy",
                "score": 0.98,
                "confidence": 0.9,
                "reasons": ["published later", "contains most of it"],
                "passages": [{"a": [0, 388], "b": [41, 430], "grade": "minor_edits", "score": 0.96}],
            },
            "coverage": 0.94,
            "cited_sources": [],
        },
    ],
    "edges": [
        {"from": "a_1", "to": "a_2", "relation": "near_copy", "score": 0.98, "passages": 1, "verdict": None}
    ],
    "unseen_sources": [],
    "verdicts": [],
    "excluded": [],
}
STATS: dict[str, Any] = {
    "articles": 48210,
    "expired": 0,
    "clusters": 1711,
    "queued": 12,
    "failed": 0,
    "workers": 2,
    "lag_seconds": 0.4,
    "index_entries": 5303100,
    "index_overflow": 0,
    "store_bytes": 412300800,
}
