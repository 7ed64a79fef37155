"""Relations, shares and times in the words of a person, the same in every answer."""

from __future__ import annotations

from datetime import datetime
from typing import Final

SAID: Final = {
    "identical": "identical",
    "near_copy": "near copy",
    "partial_copy": "partial copy",
    "rewrite": "rewrite",
    "same_event": "same event, own report",
    "unrelated": "unrelated",
    "original": "original",
    "minor_edits": "minor edits",
}
"""Relations and grades in the words of a person."""


def percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage; only the whole of it is called 100%."""
    return "100%" if share >= 1 else f"{min(99, round(100 * share))}%"


def moment(time: str | None) -> str:
    """An RFC 3339 time as people write it, in UTC."""
    return datetime.fromisoformat(time).strftime("%d %b %Y %H:%M UTC").lstrip("0") if time else "time unknown"
