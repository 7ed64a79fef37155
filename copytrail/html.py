"""The article inside a page: its text, and what the page says about it."""

from __future__ import annotations

import re

from trafilatura import bare_extraction, html2txt, load_html

from copytrail.markup import statements

_END_OF_BLOCK = re.compile(r"</(?:p|div|li|h[1-6]|blockquote|tr) *>|<br */?>", re.IGNORECASE)
_MARK = "\ue000"
"""A character for private use: it outlives the extraction, which makes all blanks alike."""

_GUESSED = ("title", "author", "date", "sitename", "tags")
"""What trafilatura finds where the page does not state it."""

_SPARING = {"original_date": True, "extensive_search": False}
"""No date is better than any date in the text: one that is years off makes the wrong article the first."""


def extract(html: str, at: str | None = None) -> dict[str, object]:
    """The article's fields under the names of trafilatura and schema.org; `text` is empty when there is none.

    `at` is where the page was found. `url` is the article's address, as far as the page can be believed.
    """
    tree = load_html(html)
    if tree is None:
        return {"text": ""}
    stated = statements(tree, at)
    page = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=_SPARING)
    found = page if isinstance(page, dict) else page.as_dict() if page else {}
    guessed: dict[str, object] = {name: found[name] for name in _GUESSED if found.get(name)}
    return guessed | stated | {"text": found.get("text") or html2txt(html)}


def text_of(fragment: str) -> str:
    """All text of a piece of HTML such as an entry of a feed, paragraphs divided by blank lines."""
    marked = _END_OF_BLOCK.sub(_MARK, fragment)
    blocks = html2txt(f"<html><body>{marked}</body></html>").split(_MARK)
    return "\n\n".join(block.strip() for block in blocks if block.strip())
