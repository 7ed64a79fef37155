"""Pieces of the API's description that several resources share."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.schema import Schema
from pydantic import BaseModel

from service.problems import MEDIA_TYPE

_SCHEMAS = "#/components/schemas/"
_MEANINGS = {
    400: "Not JSON",
    401: "No key, or one that does not hold",
    403: "The key lacks the scope, or a page of another site asks",
    404: "Unknown id",
    409: "Not possible in its state",
    410: "No longer kept",
    413: "Body too large",
    415: "Not a media type that is taken, or compressed",
    422: "Parameters or body not as described",
    429: "More than this client may ask for in a minute; try again after `Retry-After` seconds",
    503: "The store is not available or there is too much to do; try again after `Retry-After` seconds",
}
_ALWAYS = (401, 403, 422, 429, 503)


class ProblemShape(BaseModel):
    """An error as in RFC 9457; more members may tell more."""

    type: str
    title: str
    status: int
    detail: str


def failures(*codes: int) -> dict[str | int | HTTPStatus, Any]:
    """The descriptions of error answers; what may happen to every call is always among them."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + ProblemShape.__name__}}}
    return {code: {"description": _MEANINGS[code], "content": content} for code in sorted({*codes, *_ALWAYS})}


def reference(bp: APIBlueprint, model: type[BaseModel]) -> dict[str, Any]:
    """A reference to a model's schema, put among those of the blueprint with all that it is made of."""
    schema = model.model_json_schema(ref_template=_SCHEMAS + "{model}")
    for name, part in schema.pop("$defs", {}).items():
        bp.components_schemas[name] = Schema(**part)
    bp.components_schemas[model.__name__] = Schema(**schema)
    return {"$ref": _SCHEMAS + model.__name__}
