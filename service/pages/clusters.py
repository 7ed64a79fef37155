"""/: the newest clusters, searched and filtered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from copytrail.report import Relation
from service.clusters import list_clusters
from service.parameters import ClustersQuery

_PAGE = 30


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/", "clusters", front)


def front() -> str:
    """The newest clusters."""
    given = {name: value for name, value in request.args.items() if value}
    query = ClustersQuery.model_validate(given | {"limit": _PAGE})
    answer: Any = list_clusters(query=query)
    filters = {name: value for name, value in given.items() if name not in ("cursor", "limit")}
    return render_template(
        "pages/clusters.html",
        clusters=answer["clusters"],
        next_cursor=answer["next_cursor"],
        filters=filters,
        paged=query.cursor is not None,
        relations=[relation.value for relation in Relation if relation.is_reuse],
    )
