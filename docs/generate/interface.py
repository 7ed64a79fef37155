"""The HTTP reference, made of the OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

Json = Mapping[str, Any]

_HEAD: Final = """\
# HTTP reference

*Made of the code by `make docs`; a running service has the same at `/docs`, and for programs at `/openapi.json`.*

Bodies are JSON. Errors are `application/problem+json` (RFC 9457). Times are RFC 3339 in UTC. Offsets count Unicode code
points of the text as it was posted, end exclusive. [What the words mean](../../README.md#what-the-words-mean).
"""
_ANSWERS: Final = "| answers | with | when |\n|---|---|---|"


def page(spec: Json) -> str:
    """The whole page: a list of calls, each call, each shape."""
    calls = list(_calls(spec))
    common = set.intersection(*(set(call["responses"]) for _, _, call in calls))
    always = [_answer(code, answer) for code, answer in calls[0][2]["responses"].items() if code in common]
    index = [
        f"- [`{method} {path}`](#{_anchor(method, path)}): {call['summary']}" for method, path, call in calls
    ]
    shapes = spec["components"]["schemas"]
    parts = [
        _HEAD,
        "\n".join(index),
        "Every call may also answer:",
        "\n".join([_ANSWERS, *always]),
        *(_call(method, path, call, common) for method, path, call in calls),
        "## Shapes",
        *(_shape(name, shapes[name]) for name in sorted(shapes)),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _calls(spec: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in spec["paths"].items():
        for method, call in methods.items():
            yield method.upper(), path, call


def _anchor(method: str, path: str) -> str:
    """The fragment that renderers of Markdown make of the heading."""
    kept = "".join(c for c in f"{method} {path}".lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _call(method: str, path: str, call: Json, common: set[str]) -> str:
    parts = [f"## {method} {path}", f"{call['summary']} {call.get('description', '')}".strip()]
    if call.get("parameters"):
        rows = [_parameter(each) for each in call["parameters"]]
        parts.append("\n".join(["| parameter | in | type | says |", "|---|---|---|---|", *rows]))
    for media_type, content in call.get("requestBody", {}).get("content", {}).items():
        parts.append(f"Takes `{media_type}`: {_kind(content['schema'])}.")
    answers = [_answer(code, answer) for code, answer in call["responses"].items() if code not in common]
    parts.append("\n".join([_ANSWERS, *answers]))
    return "\n\n".join(parts)


def _parameter(given: Json) -> str:
    needed = " (required)" if given.get("required") else ""
    schema = given["schema"]
    said = given.get("description") or schema.get("description", "")
    return (
        f"| `{given['name']}`{needed} | {given['in']} | {_kind(schema)}{_default(schema)} | {_cell(said)} |"
    )


def _answer(code: str, answer: Json) -> str:
    kinds = {
        f"`{media_type}`: {_kind(content.get('schema', {}))}"
        for media_type, content in answer.get("content", {}).items()
    }
    return f"| {code} | {'<br>'.join(sorted(kinds))} | {_cell(answer['description'])} |"


def _shape(name: str, shape: Json) -> str:
    if "properties" not in shape:
        return "\n\n".join([f"### {name}", shape.get("description", ""), f"One of {_kind(shape)}."])
    needed = set(shape.get("required", []))
    rows = [
        f"| `{field}`{'' if field in needed else ' (may be missing)'} | {_kind(schema)}{_default(schema)} | "
        f"{_cell(schema.get('description', ''))} |"
        for field, schema in shape["properties"].items()
    ]
    parts = [f"### {name}", shape.get("description", "")]
    parts.append("\n".join(["| member | type | says |", "|---|---|---|", *rows]))
    if examples := shape.get("examples"):
        parts.append(f"```json {name}\n{json.dumps(examples[0], indent=2, ensure_ascii=False)}\n```")
    return "\n\n".join(part for part in parts if part)


def _kind(schema: Json) -> str:
    """A schema in a few words, with links to the shapes it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if alternatives := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(_kind(each) for each in alternatives)
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"array of {_kind(schema.get('items', {}))}"
    return " ".join([_plain(schema), *_bounds(schema)])


def _plain(schema: Json) -> str:
    kind = schema.get("type", "anything")
    return {"date-time": "time", "uri": "address"}.get(schema.get("format", ""), str(kind))


def _bounds(schema: Json) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f"from {low:g} to {high:,.10g}".replace(",", " ")
    elif low is not None:
        yield f"from {low:g}"
    if "maxLength" in schema:
        yield f"of at most {schema['maxLength']} characters"


def _default(schema: Json) -> str:
    value = schema.get("default")
    return "" if value is None or value == [] else f", `{json.dumps(value)}` when not given"


def _cell(said: str) -> str:
    return said.replace("|", "\\|").replace("\n", " ").strip()
