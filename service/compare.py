"""/v1/compare: two texts in, the report out."""

from __future__ import annotations

from typing import Any

from flask_openapi.blueprint import APIBlueprint

from copytrail.compare import compare as compare_documents
from copytrail.document import analyse
from copytrail.errors import InvalidArticle
from copytrail.formats import sound
from service.context import context
from service.documented import failures
from service.parameters import CompareBody
from service.schemas import ReportShape

bp = APIBlueprint("compare", __name__, url_prefix="/v1", abp_tags=[{"name": "comparison"}])


@bp.post("/compare", responses={200: ReportShape, **failures(400, 413, 415)})
def compare(body: CompareBody) -> dict[str, Any]:
    """Compare two texts; offsets count code points of each text as it was sent."""
    a, b = analyse(checked("a", body.a)), analyse(checked("b", body.b))
    if body.ignore_quotes:
        a, b = a.without_quotes(), b.without_quotes()
    return compare_documents(a, b).to_json()


def checked(name: str, text: str) -> str:
    """The text. Raises InvalidArticle when it is no Unicode text or too long."""
    most = context().settings.max_text_chars
    if len(text) > most:
        raise InvalidArticle(name, f"has {len(text)} characters; at most {most} are taken")
    try:
        return sound(text)
    except ValueError as fault:
        raise InvalidArticle(name, str(fault)) from None
