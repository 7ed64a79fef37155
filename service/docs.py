"""/openapi.json for programs and /docs for people, from the same description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template
from flask_openapi.openapi import OpenAPI

Json = dict[str, Any]


def register(app: OpenAPI) -> None:
    """Serve the description of every call registered with the app."""
    bp = Blueprint("docs", __name__, template_folder="templates")

    @bp.get("/openapi.json")
    def openapi() -> Json:
        return _spec(app)

    @bp.get("/docs")
    def docs() -> str:
        spec = _spec(app)
        return render_template("docs.html", spec=spec, calls=list(_calls(spec)))

    app.register_blueprint(bp)


def _spec(app: OpenAPI) -> Json:
    """The description, with the line breaks of docstrings undone."""
    spec: Json = app.api_doc
    for methods in spec["paths"].values():
        for call in methods.values():
            call["description"] = call.get("description", "").replace("<br/>", " ").strip()
    return spec


def _calls(spec: Json) -> Iterator[Json]:
    """Each call with its example body and answers, in the order of the description."""
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            bodies = call.get("requestBody", {}).get("content", {})
            yield {
                "method": method.upper(),
                "path": path,
                "summary": call.get("summary", ""),
                "description": call.get("description", ""),
                "parameters": call.get("parameters", []),
                "body": next((_example(spec, content) for content in bodies.values()), None),
                "answers": [_answer(spec, code, answer) for code, answer in call["responses"].items()],
            }


def _answer(spec: Json, code: str, answer: Json) -> Json:
    example = next((_example(spec, content) for content in answer.get("content", {}).values()), None)
    return {"code": code, "description": answer["description"], "example": example}


def _example(spec: Json, content: Json) -> str | None:
    """The example of a schema, or of the first alternative it offers, as indented JSON."""
    schema = content.get("schema", {})
    schema = schema.get("anyOf", [schema])[0]
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    examples = schema.get("examples")
    return json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else None
