"""/v1/clusters/{id}/provenance: a cluster's derivation graph in the formats of others, and as an evidence page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from pydantic import Field

from copytrail.document import Document
from copytrail.exports import EXPORTS, Format
from copytrail.exports.case import Case
from copytrail.exports.evidence import POLICY
from copytrail.store.protocol import ClusterRecord
from service.clusters import read_cluster
from service.context import context, store
from service.documented import failures
from service.parameters import ClusterPath, Query

bp = APIBlueprint("provenance", __name__, url_prefix="/v1/clusters", abp_tags=[{"name": "clusters"}])

_FORMATS: dict[str, Any] = {
    "description": "The provenance in the format asked for",
    "content": {export.media_type: {"schema": {"type": "string"}} for export in EXPORTS.values()},
}


class ProvenanceQuery(Query):
    """In which format."""

    format: Format = Field(
        Format.PROV_JSON,
        description="`prov-json` (W3C PROV), `jsonld` (schema.org), `csv` (one row an article), `dot` (Graphviz), or "
        "`html`: one self-contained page to read, print and hand over.",
    )


@bp.get("/<id>/provenance", responses={200: _FORMATS, **failures(404)})
def get_provenance(path: ClusterPath, query: ProvenanceQuery) -> Response:
    """Export a cluster's provenance.

    For an id whose cluster became part of another it is that of the other.
    """
    case = case_of(path.id)
    export = EXPORTS[query.format]
    response = Response(export.render(case), content_type=f"{export.media_type}; charset=utf-8")
    name = f"{case.cluster['id']}{export.suffix}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if query.format is Format.HTML:
        response.headers["Content-Security-Policy"] = POLICY
    return response


def case_of(cluster_id: str) -> Case:
    """A cluster, or the one it became part of, with its texts as they are read now. Raises Problem 404."""
    cluster = read_cluster(cluster_id)
    while "merged_into" in cluster:
        cluster = read_cluster(cluster["merged_into"])
    return Case(cluster, _documents(cluster["id"]), datetime.now(UTC))


def _documents(cluster_id: str) -> dict[str, Document]:
    """The analysed texts of the members that exist, by article id."""
    found = store().cluster(cluster_id)
    numbers = found.members if isinstance(found, ClusterRecord) else ()
    documents = context().library.documents(numbers)
    records = store().records(numbers)
    return {
        record.article_id: documents[record.number][1]
        for record in records
        if record and record.number in documents
    }
