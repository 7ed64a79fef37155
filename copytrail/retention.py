"""What is kept for how long: rules as an operator writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EXPECTED: Final = (
    "sources with an age or a number of articles, divided by commas, such as `Ticker=7d, Blog=10000`"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep articles for so many `days` after they were first seen, or the newest so many; None is no bound.

    `source` is whose articles are meant, None for all.
    """

    source: str | None = None
    days: float | None = None
    articles: int | None = None


def source_rules(written: str) -> tuple[Rule, ...]:
    """The rules in `Ticker=7d, Blog=10000`. Raises ValueError with what was expected."""
    return tuple(_rule(part.strip()) for part in written.split(",") if part.strip())


def days(written: str) -> float:
    """A number of days above 0, fractions allowed. Raises ValueError with what was expected."""
    try:
        found = float(written)
    except ValueError:
        found = 0.0
    if not 0 < found <= 100_000:
        raise ValueError("a number of days above 0, such as 30 or 0.5")
    return found


def _rule(written: str) -> Rule:
    source, equals, bound = (part.strip() for part in written.rpartition("="))
    try:
        if source and equals and bound.endswith("d"):
            return Rule(source, days=days(bound.removesuffix("d")))
        if source and equals and bound.isascii() and bound.isdigit() and int(bound):
            return Rule(source, articles=int(bound))
    except ValueError:
        pass
    raise ValueError(EXPECTED)
