"""Pieces that answers for people are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from copytrail.wording import SAID, percent

RELATION_STYLE = {
    "original": "bold",
    "identical": "bold red",
    "near_copy": "red",
    "partial_copy": "magenta",
    "rewrite": "yellow",
    "same_event": "cyan",
    "unrelated": "dim",
}
GRADE_STYLE = {"identical": "red", "minor_edits": "magenta", "rewrite": "yellow"}
_WIDTH = 110  # columns of a file or a pipe
_EXCERPT = 260  # characters of a passage: enough to recognise it by
_STEERING = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # lines, and the direction of writing
_HARMFUL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_STEERING}]")


def terminal() -> Console:
    """Standard output; where that is no terminal, wide enough for two texts side by side."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def plain(text: str) -> str:
    """Text that cannot steer a terminal: no control characters, no marks that turn the writing round."""
    return _HARMFUL.sub("", text)


def excerpt(text: str, span: tuple[int, int], width: int) -> str:
    """The characters of `span` on one line, cut at a word near `width` characters."""
    words = " ".join(plain(text[span[0] : span[1]]).split())
    return words if len(words) <= width else words[:width].rsplit(" ", 1)[0] + " …"


def side_by_side(passage: Mapping[str, Any], a: str, b: str, width: int) -> tuple[Text, Text]:
    """Both sides of a passage, coloured by its grade, the words that both have in bold."""
    left, right = excerpt(a, tuple(passage["a"]), width), excerpt(b, tuple(passage["b"]), width)
    shared = _words(left) & _words(right)
    style = GRADE_STYLE[passage["grade"]]
    return _marked(left, shared, style), _marked(right, shared, style)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _marked(text: str, shared: set[str], style: str) -> Text:
    marked = Text(text, style=style)
    for word in re.finditer(r"\w+", text):
        if word[0].casefold() in shared:
            marked.stylize("bold", *word.span())
    return marked


def telling(passages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The passage that shows most: certain, and long enough to fill an excerpt."""
    return max(passages, key=lambda each: each["score"] * min(each["a"][1] - each["a"][0], _EXCERPT))


def print_telling(console: Console, passages: Sequence[Mapping[str, Any]], a: str, b: str) -> None:
    """One telling passage side by side, indented; nothing when there is none."""
    if not passages:
        return
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    table.add_row(*side_by_side(telling(passages), a, b, _EXCERPT))
    console.print(Padding(table, (0, 0, 1, 4)))


def print_headed(console: Console, said: Text, article: Mapping[str, Any]) -> None:
    """A statement about an article, and its headline on a line of its own."""
    console.print(said)
    if title := plain(article["title"] or ""):
        console.print(Text(f"  {title}", style="italic"), no_wrap=True, overflow="ellipsis")


def print_match(console: Console, match: Mapping[str, Any], other: Mapping[str, Any], a: str, b: str) -> None:
    """One match of the text `a`: the other article, how much is shared, and a passage that shows it."""
    shares = match["containment"]
    line = Text(name_of(other), style="bold").append(": ", style="not bold")
    line.append(SAID[match["relation"]], style=f"not bold {RELATION_STYLE[match['relation']]}")
    line.append(f", score {match['score']:.2f}, {percent(shares['a_in_b'])} of it in there", style="not bold")
    line.append(f", {percent(shares['b_in_a'])} the other way, ", style="not bold").append(
        other["id"], "not bold dim"
    )
    print_headed(console, line, other)
    print_telling(console, match["passages"], a, b)


def name_of(article: Mapping[str, Any]) -> str:
    """Who published an article, as far as that is known."""
    return plain(article.get("source") or article.get("url") or article["id"])
