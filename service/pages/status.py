"""/status: what the service is doing, and which articles it had to set aside."""

from __future__ import annotations

from flask import Blueprint, render_template

from copytrail.access import Scope
from service.context import store
from service.visitor import visitor

_SHOWN = 50


def register(bp: Blueprint) -> None:
    """Serve the page."""
    bp.add_url_rule("/status", view_func=status)


def status() -> str:
    """Counts, what is wrong with the store, and the newest articles set aside (for whoever may know the reasons)."""
    may_see = visitor().may(Scope.ADMIN)
    return render_template(
        "pages/status.html",
        stats=store().stats(),
        problems=store().health(),
        failed=store().failed(_SHOWN) if may_see else [],
        may_see=may_see,
    )
