"""Graphviz DOT: who took from whom, with time running downwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from copytrail.exports.case import Case, Json, name_of, parent_of
from copytrail.wording import SAID, moment, percent

_LINES = {"identical": "bold", "near_copy": "solid", "partial_copy": "dotted", "rewrite": "dashed"}
"""Told apart in black and white too."""
_TITLE = 60  # characters of a headline


def render(case: Case) -> str:
    """The graph in the language of Graphviz."""
    return "\n".join(_lines(case)) + "\n"


def _lines(case: Case) -> Iterator[str]:
    yield "digraph provenance {"
    yield f"  graph [rankdir=TB, label={_quoted(case.cluster['title'] or case.cluster['id'])}, labelloc=t];"
    yield '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11, margin="0.15,0.08"];'
    yield '  edge [fontname="Helvetica", fontsize=10];'
    original = (case.cluster["original"] or {}).get("article")
    for article in case.cluster["articles"]:
        first = {"penwidth": "2"} if article["id"] == original else {}
        yield f"  {_quoted(article['id'])} {_attributes({'label': _label(article), **first})};"
    for source in case.cluster["unseen_sources"]:
        yield from _unseen(source)
    for article in case.cluster["articles"]:
        if parent := parent_of(article):
            yield f"  {_quoted(parent)} -> {_quoted(article['id'])} {_attributes(_edge(article))};"
    yield "}"


def _label(article: Json) -> str:
    title = article["title"] or ""
    title = title if len(title) <= _TITLE else title[:_TITLE].rsplit(" ", 1)[0] + " …"
    when = moment(article["published_at"]) if article["published_at"] else "no published time"
    return "\n".join(filter(None, (name_of(article), title, when)))


def _edge(article: Json) -> dict[str, str]:
    derived = article["derived_from"]
    said = f"{SAID[derived['relation']]}\n{percent(derived['confidence'])} sure"
    return {"label": said, "style": _LINES[derived["relation"]]}


def _unseen(source: Json) -> Iterator[str]:
    node = f"unseen source: {source['name']}"
    label = f"{source['name']}\ncredited, not seen"
    yield f"  {_quoted(node)} {_attributes({'label': label, 'style': 'dashed'})};"
    for article in source["cited_by"]:
        edge = {"style": "dotted", "label": "credited", "arrowhead": "open"}
        yield f"  {_quoted(node)} -> {_quoted(article)} {_attributes(edge)};"


def _attributes(values: Mapping[str, str]) -> str:
    return "[" + ", ".join(f"{name}={_quoted(value)}" for name, value in values.items()) + "]"


def _quoted(text: str) -> str:
    """A double-quoted string: backslashes mean themselves, line breaks break lines, what cannot be printed is blank."""
    plain = "".join(mark if mark.isprintable() or mark == "\n" else " " for mark in text)
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
