"""How a text is read, as pieces of the text itself."""

from __future__ import annotations

from copytrail.document import analyse


def words(text: str) -> list[str]:
    """Its words."""
    document = analyse(text)
    return [text[a:b] for a, b in zip(document.start.tolist(), document.stop.tolist(), strict=True)]


def sentences(text: str) -> list[str]:
    """Its sentences, without what stands between their last word and the next."""
    document = analyse(text)
    bounds = document.sentence.tolist()
    return [text[document.start[a] : document.stop[b - 1]] for a, b in zip(bounds, bounds[1:], strict=False)]


def flagged(text: str, flag: int) -> list[str]:
    """Its words that have a flag."""
    document = analyse(text)
    return [word for word, flags in zip(words(text), document.flags.tolist(), strict=True) if flags & flag]
