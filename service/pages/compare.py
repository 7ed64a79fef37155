"""/compare: two texts, pasted in or stored, side by side."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from copytrail.document import analyse
from copytrail.exports.case import name_of
from service.articles import read_article
from service.compare import checked
from service.context import context, store
from service.pages.sides import Sides, of_articles, of_texts


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/compare", view_func=ask, endpoint="compare")
    bp.add_url_rule("/compare", view_func=show, methods=["POST"], endpoint="compare_texts")


def ask() -> str:
    """The form, or two stored articles side by side when `a` and `b` name them."""
    a, b = request.args.get("a", "").strip(), request.args.get("b", "").strip()
    sides = _stored(a, b) if a and b else None
    return render_template("pages/compare.html", sides=sides, a="", b="", ids=(a, b))


def show() -> str:
    """Two pasted texts side by side."""
    a, b = (_pasted(name) for name in ("a", "b"))
    sides = of_texts(analyse(a), analyse(b)) if a.strip() and b.strip() else None
    return render_template("pages/compare.html", sides=sides, a=a, b=b, ids=("", ""), empty=sides is None)


def _pasted(name: str) -> str:
    """A text of the form, its line ends as a program would send them."""
    return checked(name, request.form.get(name, "").replace("\r\n", "\n"))


def _stored(a: str, b: str) -> Sides:
    articles = [read_article(each) for each in (a, b)]
    numbers = [record.number for each in (a, b) if (record := store().record(each))]
    documents = context().library.documents(numbers)
    one, other = (documents[number][1] for number in numbers)
    return of_articles((articles[0], one), (articles[1], other), name_of)
