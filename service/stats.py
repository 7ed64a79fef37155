"""/v1/stats: counts."""

from __future__ import annotations

from flask_openapi.blueprint import APIBlueprint

from service.context import store
from service.documented import failures
from service.schemas import Stats

bp = APIBlueprint("stats", __name__, url_prefix="/v1", abp_tags=[{"name": "operation"}])


@bp.get("/stats", responses={200: Stats, **failures()})
def get_stats() -> dict[str, int | float]:
    """Count what is stored and what waits."""
    return store().stats()
