"""/status: what the service is doing, and which articles it had to set aside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from copytrail.access import Scope
from copytrail.store.protocol import Status
from service.articles import list_articles
from service.context import store
from service.parameters import ArticlesQuery
from service.visitor import visitor

_PAGE = 50


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/status", view_func=status)


def status() -> str:
    """Counts, what is wrong with the store, and the articles set aside (for whoever may know the reasons)."""
    may_see = visitor().may(Scope.ADMIN)
    query = ArticlesQuery(status=Status.FAILED, limit=_PAGE, cursor=request.args.get("cursor"))
    failed: Any = list_articles(query=query) if may_see else {"articles": [], "next_cursor": None}
    return render_template(
        "pages/status.html",
        stats=store().stats(),
        problems=store().health(),
        failed=failed["articles"],
        next_cursor=failed["next_cursor"],
        may_see=may_see,
    )
