"""JSON-LD in the words of schema.org: each article a NewsArticle that `isBasedOn` its likely source.

Its credits are `citation`. schema.org has no word for how sure that is: `copytrail:` terms say it. The context is
written out, so that no reader has to fetch one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from copytrail.exports.case import URN, Case, Json, name_of, parent_of, safe_url

_CONTEXT = {
    "@vocab": "https://schema.org/",
    "copytrail": f"{URN}term:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "url": {"@type": "@id"},
    "isBasedOn": {"@type": "@id"},
    "hasPart": {"@type": "@id"},
    "datePublished": {"@type": "xsd:dateTime"},
    "dateModified": {"@type": "xsd:dateTime"},
    "copytrail:firstSeen": {"@type": "xsd:dateTime"},
    "copytrail:representative": {"@type": "@id"},
    "copytrail:original": {"@type": "@id"},
}


def render(case: Case) -> str:
    """The provenance as a JSON-LD document: a collection and its articles."""
    names = _names(case)
    graph = [_collection(case, names), *(_article(case, names, each) for each in case.cluster["articles"])]
    return json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1)


def _names(case: Case) -> dict[str, str]:
    """What each article goes by: its own address where that is one of the web and no other member has it too."""
    urls = {name: safe_url(article["url"]) for name, article in case.articles.items()}
    uses = Counter(urls.values())
    return {
        name: url if url and uses[url] == 1 else f"{URN}article:{quote(name, safe='')}"
        for name, url in urls.items()
    }


def _collection(case: Case, names: Mapping[str, str]) -> dict[str, Any]:
    original: Json = case.cluster["original"] or {}
    return _given(
        {
            "@id": f"{URN}cluster:{quote(case.cluster['id'], safe='')}",
            "@type": "Collection",
            "name": case.cluster["title"],
            "hasPart": list(names.values()),
            "copytrail:original": original and names[original["article"]],
            "copytrail:confidence": original.get("confidence"),
            "copytrail:reason": list(original.get("reasons", case.cluster["undetermined"])),
            "copytrail:representative": names[case.cluster["representative"]],
        }
    )


def _article(case: Case, names: Mapping[str, str], article: Json) -> dict[str, Any]:
    derived: Json = article["derived_from"] or {}
    parent = parent_of(article)
    return _given(
        {
            "@id": names[article["id"]],
            "@type": "NewsArticle",
            "identifier": article["id"],
            "url": safe_url(article["url"]),
            "headline": article["title"],
            "publisher": {"@type": "Organization", "name": name_of(article)},
            "datePublished": article["published_at"],
            "dateModified": article.get("modified_at"),
            "isBasedOn": parent and names[parent],
            "citation": [_citation(names, credit) for credit in article["cited_sources"]],
            "copytrail:firstSeen": article["first_seen_at"],
            "copytrail:sha256": case.digest(article["id"]),
            "copytrail:relation": article["relation"],
            "copytrail:coverage": article["coverage"],
            "copytrail:score": derived.get("score"),
            "copytrail:confidence": derived.get("confidence"),
            "copytrail:reason": list(derived.get("reasons", [])),
            "copytrail:licensedFrom": (article.get("licensed") or {}).get("source"),
        }
    )


def _citation(names: Mapping[str, str], credit: Json) -> dict[str, Any]:
    """What is credited: a member where it is one, else a work of which the publisher alone is known."""
    if (member := str(credit.get("article"))) in names:
        return {"@id": names[member]}
    publisher = {"@type": "Organization", "name": credit["name"]}
    return {"@type": "CreativeWork", "publisher": publisher, "description": credit["quote"]}


def _given(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, [], {})}
