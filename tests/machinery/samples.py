"""The sample stories of `seeds/`, as tests post and compare them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

SEEDS: Final = Path(__file__).parents[2] / "seeds"
LABELS: Final[list[dict[str, Any]]] = json.loads((SEEDS / "labels.json").read_text("utf-8"))["stories"]
SLUGS: Final = sorted(label["slug"] for label in LABELS)


def story(slug: str) -> list[dict[str, Any]]:
    """The articles of a story, as they would be posted; its first original is the first."""
    return [json.loads(line) for line in (SEEDS / f"{slug}.jsonl").read_text("utf-8").splitlines()]


ARTICLES: Final = [article for slug in SLUGS for article in story(slug)]
TEXTS: Final[dict[str, str]] = {article["id"]: article["text"] for article in ARTICLES}
