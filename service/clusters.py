"""/v1/clusters: list them, read one with its provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from flask_openapi.blueprint import APIBlueprint

from copytrail.article import rfc3339
from copytrail.cluster import Edge
from copytrail.member import Member
from copytrail.provenance import trace
from copytrail.store.protocol import Change, ClusterFilter, ClusterRecord, MergedInto, Record, Store
from service.bodies import JSON
from service.cluster_view import NOBODY, View, links, view, what_is_said
from service.context import context, store
from service.documented import failures, reference
from service.parameters import ClusterOptions, ClusterPath, ClustersQuery, Selection
from service.problems import Problem
from service.schemas import Clusters, ClusterShape, MergedShape
from service.selection import Selector
from service.verdicts import shown as as_answered

bp = APIBlueprint("clusters", __name__, url_prefix="/v1/clusters", abp_tags=[{"name": "clusters"}])

_ONE_OR_MERGED: dict[str, Any] = {
    "content": {JSON: {"schema": {"anyOf": [reference(bp, ClusterShape), reference(bp, MergedShape)]}}}
}


@bp.get("", responses={200: Clusters, **failures()})
def list_clusters(query: ClustersQuery) -> dict[str, Any]:
    """List clusters, newest activity first.

    A page may hold fewer than `limit`, or none, while `next_cursor` is not null: filters that few clusters match are
    answered in several pages.
    """
    wanted = ClusterFilter(**query.model_dump(exclude={"cursor", "limit"}))
    try:
        clusters, cursor = store().clusters(wanted, query.cursor, query.limit)
    except ValueError as fault:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"cursor: {fault}") from None
    return {"clusters": [_summary(cluster) for cluster in clusters], "next_cursor": cursor}


@bp.get("/<id>", responses={200: _ONE_OR_MERGED, **failures(404)})
def get_cluster(path: ClusterPath, query: ClusterOptions) -> dict[str, Any]:
    """Read a cluster with its provenance: who was first, who took from whom, and which passages show it.

    An id whose cluster became part of another answers with `merged_into`. With options it is the cluster as it were
    without what they leave out: `excluded` lists those members, and all the rest is found anew.
    """
    return read_cluster(path.id, query)


def read_cluster(cluster_id: str, options: Selection | None = None) -> dict[str, Any]:
    """A cluster as answers show it, or where it went. Raises Problem 404 when there is none."""
    found = store().cluster(cluster_id)
    if isinstance(found, MergedInto):
        return {"id": found.id, "merged_into": found.merged_into}
    members = _members(store(), found.members) if found else {}
    if not (found and members):
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no cluster {cluster_id!r}.")
    edges, verdicts = list(_edges(store(), found.members)), store().verdicts_on(found.members)
    selector = Selector(options or Selection.model_validate({}), context().roster)
    shown = view(members, edges, what_is_said(verdicts), selector)
    provenance = _provenance(shown)
    return (
        _summary(found)
        | {"size": len(shown.members)}
        | provenance
        | {
            "edges": links(provenance["edges"], verdicts, shown, edges, context().roster),
            "split_from": found.split_from,
            "history": [_change(change) for change in found.history],
            "verdicts": as_answered(verdicts),
            "excluded": shown.to_json(),
        }
    )


def _provenance(shown: View) -> dict[str, Any]:
    """The provenance of those who are left; of nobody nothing is known."""
    if not shown.members:
        return NOBODY
    return trace(shown.members, shown.edges, context().roster).to_json()


def _members(store: Store, numbers: Sequence[int]) -> dict[int, tuple[Record, Member]]:
    """The members that still exist, by number."""
    stored = zip(store.records(numbers), store.texts(numbers), strict=True)
    return {
        record.number: (record, _member(record, found.text)) for record, found in stored if record and found
    }


def _edges(store: Store, numbers: Sequence[int]) -> Iterator[Edge]:
    """Each verified pair that one of the members is in, once."""
    for a, reports in zip(numbers, store.edges(numbers), strict=True):
        yield from (Edge(a, b, report) for b, report in reports.items() if a < b)


def _member(record: Record, text: str) -> Member:
    updated = record.updated_at if record.version > 1 else None
    return Member.of(record.number, record.article_id, text, record.metadata, record.first_seen_at, updated)


def _summary(cluster: ClusterRecord) -> dict[str, Any]:
    published = cluster.first_published_at
    return {
        "id": cluster.id,
        "size": cluster.size,
        "title": cluster.title,
        "first_published_at": rfc3339(published) if published else None,
        "last_seen_at": rfc3339(cluster.last_seen_at),
        "sources": list(cluster.sources),
        "relations": list(cluster.relations),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": rfc3339(change.at),
        "kind": change.kind,
        "size": change.size,
        "clusters": list(change.clusters),
    }
