"""The article inside a page: its text, and what the page says about it."""

from __future__ import annotations

import re

from trafilatura import bare_extraction, html2txt

_END_OF_BLOCK = re.compile(r"</(?:p|div|li|h[1-6]|blockquote|tr) *>|<br */?>", re.IGNORECASE)
_MARK = "\ue000"
"""A character for private use: it outlives the extraction, which makes all blanks alike."""

_KEPT = ("title", "author", "date", "sitename", "hostname", "url", "language", "tags")


def extract(html: str) -> dict[str, object]:
    """The article's fields under trafilatura's names; `text` is empty when the page holds none."""
    page = bare_extraction(html, with_metadata=True, include_comments=False)
    found = page if isinstance(page, dict) else page.as_dict() if page else {}
    fields: dict[str, object] = {name: found[name] for name in _KEPT if found.get(name)}
    return fields | {"text": found.get("text") or html2txt(html)}


def text_of(fragment: str) -> str:
    """All text of a piece of HTML such as an entry of a feed, paragraphs divided by blank lines."""
    marked = _END_OF_BLOCK.sub(_MARK, fragment)
    blocks = html2txt(f"<html><body>{marked}</body></html>").split(_MARK)
    return "\n\n".join(block.strip() for block in blocks if block.strip())
