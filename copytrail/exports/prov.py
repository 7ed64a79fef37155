"""W3C PROV as PROV-JSON: articles are entities, their publishers agents, each derivation an activity.

https://www.w3.org/TR/prov-dm/ and https://www.w3.org/submissions/prov-json/. A copy or an excerpt is a
`prov:Quotation`, a new version by the same publisher a `prov:Revision`, a credited source that nobody posted a
`prov:PrimarySource`; a rewrite is a derivation and no more. What PROV has no word for is said in `copytrail:` terms,
how sure a derivation is above all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import copytrail
from copytrail.exports.case import URN, Case, Json, name_of, parent_of

_PREFIXES = {
    "copytrail": f"{URN}term:",
    "article": f"{URN}article:",
    "cluster": f"{URN}cluster:",
    "derivation": f"{URN}derivation:",
    "publication": f"{URN}publication:",
    "publisher": f"{URN}publisher:",
    "source": f"{URN}unseen-source:",
    "schema": "https://schema.org/",
}
_SOFTWARE = "copytrail:software"
_QUOTATIONS = ("identical", "near_copy", "partial_copy")

Statements = defaultdict[str, dict[str, dict[str, Any]]]


def render(case: Case) -> str:
    """The provenance as a PROV-JSON document."""
    said: Statements = defaultdict(dict)
    _tell_cluster(said, case)
    for article in case.cluster["articles"]:
        _tell_article(said, case, article)
        if parent_of(article):
            _tell_derivation(said, article)
    for source in case.cluster["unseen_sources"]:
        _tell_unseen(said, source)
    return json.dumps({"prefix": _PREFIXES, **said}, ensure_ascii=False, indent=1)


def _tell_cluster(said: Statements, case: Case) -> None:
    """The cluster as a collection, and the program that found it."""
    cluster = _name("cluster", case.cluster["id"])
    original: Json = case.cluster["original"] or {}
    said["entity"][cluster] = _given(
        {
            "prov:type": _qualified("prov:Collection"),
            "prov:label": case.cluster["title"],
            "copytrail:original": original and _qualified(_name("article", original["article"])),
            "copytrail:confidence": original and _number(original["confidence"]),
            "copytrail:reason": list(original.get("reasons", case.cluster["undetermined"])),
        }
    )
    said["agent"][_SOFTWARE] = {
        "prov:type": _qualified("prov:SoftwareAgent"),
        "prov:label": f"Copytrail {copytrail.__version__}",
    }
    said["wasAttributedTo"]["_:found"] = {"prov:entity": cluster, "prov:agent": _SOFTWARE}
    said["wasGeneratedBy"]["_:found"] = {"prov:entity": cluster, "prov:time": case.made_at.isoformat()}
    for number, article in enumerate(case.cluster["articles"]):
        member = {"prov:collection": cluster, "prov:entity": _name("article", article["id"])}
        said["hadMember"][f"_:member{number}"] = member


def _tell_article(said: Statements, case: Case, article: Json) -> None:
    """The article, its publisher, and when it came out."""
    name, local = _name("article", article["id"]), quote(article["id"], safe="")
    publisher = _name("publisher", name_of(article))
    said["entity"][name] = _given(
        {
            "prov:type": _qualified("schema:NewsArticle"),
            "prov:label": article["title"],
            "prov:location": article["url"] and {"$": article["url"], "type": "xsd:anyURI"},
            "copytrail:sha256": case.digest(article["id"]),
            "copytrail:relation": article["relation"],
            "copytrail:firstSeen": _moment(article["first_seen_at"]),
            "copytrail:flag": list(article.get("flags") or []),
            "copytrail:licensedFrom": (article.get("licensed") or {}).get("source"),
        }
    )
    said["agent"][publisher] = {
        "prov:type": _qualified("prov:Organization"),
        "prov:label": name_of(article),
    }
    said["wasAttributedTo"][f"_:{local}"] = {"prov:entity": name, "prov:agent": publisher}
    if not parent_of(article):
        activity = _name("publication", article["id"])
        said["activity"][activity] = {"prov:type": _qualified("copytrail:Publication")}
        _tell_activity(said, article, activity, publisher)
    if article["derived_from"] and not parent_of(article):
        said["entity"][name]["copytrail:undetermined"] = list(article["derived_from"]["reasons"])


def _tell_activity(said: Statements, article: Json, activity: str, publisher: str) -> None:
    """That the activity made the article, when it says that was, and for whom."""
    name, local = _name("article", article["id"]), quote(article["id"], safe="")
    generated = {
        "prov:entity": name,
        "prov:activity": activity,
        "prov:time": article["published_at"] or article["first_seen_at"],
    }
    said["wasGeneratedBy"][f"_:{local}"] = generated
    said["wasAssociatedWith"][f"_:{local}"] = {"prov:activity": activity, "prov:agent": publisher}


def _tell_derivation(said: Statements, article: Json) -> None:
    """From what the article was written, how sure that is, and why."""
    derived = article["derived_from"]
    local = quote(article["id"], safe="")
    name, parent = _name("article", article["id"]), _name("article", derived["article"])
    activity = _name("derivation", article["id"])
    said["activity"][activity] = {"prov:type": _qualified(f"copytrail:{derived['relation']}")}
    _tell_activity(said, article, activity, _name("publisher", name_of(article)))
    said["used"][f"_:{local}"] = {"prov:activity": activity, "prov:entity": parent}
    said["wasDerivedFrom"][f"_:{local}"] = _given(
        {
            "prov:generatedEntity": name,
            "prov:usedEntity": parent,
            "prov:activity": activity,
            "prov:type": _kind(article),
            "copytrail:relation": derived["relation"],
            "copytrail:score": _number(derived["score"]),
            "copytrail:confidence": _number(derived["confidence"]),
            "copytrail:coverage": _number(article["coverage"]),
            "copytrail:reason": list(derived["reasons"]),
        }
    )


def _kind(article: Json) -> dict[str, str] | None:
    """The kind of derivation that PROV has a name for."""
    if article.get("version_of"):
        return _qualified("prov:Revision")
    return _qualified("prov:Quotation") if article["relation"] in _QUOTATIONS else None


def _tell_unseen(said: Statements, source: Json) -> None:
    """A source that members credit: an entity of which nothing is known but its publisher's name."""
    entity, agent = _name("source", source["name"]), _name("publisher", source["name"])
    said["entity"][entity] = {"prov:label": f"{source['name']}, credited and not seen"}
    said["agent"].setdefault(
        agent, {"prov:type": _qualified("prov:Organization"), "prov:label": source["name"]}
    )
    local = quote(source["name"], safe="")
    said["wasAttributedTo"][f"_:source-{local}"] = {"prov:entity": entity, "prov:agent": agent}
    for article in source["cited_by"]:
        said["wasDerivedFrom"][f"_:source-{local}-{quote(article, safe='')}"] = {
            "prov:generatedEntity": _name("article", article),
            "prov:usedEntity": entity,
            "prov:type": _qualified("prov:PrimarySource"),
        }


def _name(prefix: str, local: str) -> str:
    return f"{prefix}:{quote(local, safe='')}"


def _qualified(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}


def _number(value: float) -> dict[str, str]:
    return {"$": str(value), "type": "xsd:double"}


def _moment(time: str) -> dict[str, str]:
    return {"$": time, "type": "xsd:dateTime"}


def _given(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that have a value."""
    return {name: value for name, value in attributes.items() if value not in (None, "", [], {})}
