"""/clusters/{id}: who was first, who took from whom, how much, and any two of its texts side by side."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from copytrail.exports import Format
from copytrail.exports.case import Case, Json, name_of
from copytrail.exports.picture import draw
from service.pages.sides import Sides, of_articles
from service.provenance import case_of

MOST_SHOWN: Final = 200
"""Articles in the table and the picture; all are in the exports."""


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/clusters/<id>", "cluster", page)


def page(id: str) -> str | Response:
    """A cluster with its provenance."""
    case = case_of(id)
    if case.cluster["id"] != id:  # it became part of this one
        return redirect(url_for("pages.cluster", id=case.cluster["id"]), 307)
    shown = {**case.cluster, "articles": case.cluster["articles"][:MOST_SHOWN]}
    links = {each["id"]: _beside(id, each) for each in shown["articles"]}
    return render_template(
        "pages/cluster.html",
        cluster=shown,
        articles=case.articles,
        first=case.articles.get((case.cluster["original"] or {}).get("article", "")),
        picture=draw(shown, links),
        links=links,
        sides=_chosen(case),
        formats=list(Format),
        left_out=len(case.articles) - len(shown["articles"]),
    )


def _beside(cluster_id: str, article: Json) -> str:
    """The address of the page with this article beside what it was taken from, or its own."""
    closest = (article["derived_from"] or {}).get("closest")
    if not closest:
        return url_for("pages.article", id=article["id"])
    return url_for("pages.cluster", id=cluster_id, a=closest, b=article["id"], _anchor="texts")


def _chosen(case: Case) -> Sides | None:
    """The two articles asked for, else the first derived one beside its source."""
    a, b = request.args.get("a", ""), request.args.get("b", "")
    if not (a and b):
        a, b = next(((each["derived_from"]["closest"], each["id"]) for each in _derived(case)), ("", ""))
    if a not in case.documents or b not in case.documents or a == b:
        return None
    one, other = case.articles[a], case.articles[b]
    return of_articles((one, case.documents[a]), (other, case.documents[b]), name_of)


def _derived(case: Case) -> list[Any]:
    return [each for each in case.cluster["articles"] if (each["derived_from"] or {}).get("closest")]
