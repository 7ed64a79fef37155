"""/articles/{id}: an article, how its text is read, and its matches."""

from __future__ import annotations

from flask import Blueprint, render_template

from copytrail.document import analyse
from copytrail.exports.marking import plain
from service.articles import read_article
from service.context import context, store


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/articles/<id>", view_func=article)


def article(id: str) -> str:
    """An article with its matches, best first."""
    found = read_article(id)
    record = store().record(id)
    known = context().library.documents([record.number]) if record else {}
    documents = [document for _, document in known.values()]
    others = {match["article"]: _described(match["article"]) for match in found["matches"]}
    return render_template(
        "pages/article.html",
        article=found,
        others=others,
        lines=plain(documents[0] if documents else analyse(""), ()),
    )


def _described(article_id: str) -> dict[str, object]:
    """What a match is called; nothing more is known of one that was deleted just now."""
    record = store().record(article_id)
    known = dict(record.metadata) if record else {}
    return {"id": article_id, "title": None, "source": None, "url": None, "published_at": None} | known
