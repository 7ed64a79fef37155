"""The fenced blocks of the documents, in order: what they are, and what may be done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
DOCUMENTS: Final = [
    "README.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
]
"""What people are told to type or may copy stands in these."""

_BLOCK = re.compile(r"^```(\S*) ?(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the word after it (a file's or a shape's name), its text and first line."""

    language: str
    word: str
    text: str
    line: int


def blocks(document: str) -> list[Block]:
    """The blocks of a document, named by its path from the root."""
    text = (ROOT / document).read_text("utf-8")
    return [
        Block(found[1], found[2].strip(), found[3], text.count("\n", 0, found.start()) + 2)
        for found in _BLOCK.finditer(text)
    ]
