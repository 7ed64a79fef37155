"""A cluster's provenance in the formats of others: pure renderings, no file and no network."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from copytrail.exports import dot, evidence, jsonld, prov, table
from copytrail.exports.case import Case


class Format(StrEnum):
    """What a provenance can be exported as."""

    PROV_JSON = "prov-json"
    JSONLD = "jsonld"
    CSV = "csv"
    DOT = "dot"
    HTML = "html"


class Export(NamedTuple):
    """How a format is made, its media type, and how names of its files end."""

    render: Callable[[Case], str]
    media_type: str
    suffix: str


EXPORTS: Final = {
    Format.PROV_JSON: Export(prov.render, "application/json", ".prov.json"),
    Format.JSONLD: Export(jsonld.render, "application/ld+json", ".jsonld"),
    Format.CSV: Export(table.render, "text/csv", ".csv"),
    Format.DOT: Export(dot.render, "text/vnd.graphviz", ".dot"),
    Format.HTML: Export(evidence.render, "text/html", ".html"),
}
