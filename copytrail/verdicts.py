"""A person's verdict on two articles: that they are one text, or that they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from copytrail.article import rfc3339


class Says(StrEnum):
    """What a person may say of a pair."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"


Verdicts = Mapping[tuple[int, int], Says]
"""What is said of pairs of article numbers, the smaller number first."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was said at one time, why and by whom; `says` None takes back what was said before."""

    at: datetime
    says: Says | None
    reason: str | None = None
    by: str | None = None

    def to_json(self) -> dict[str, object]:
        """The opinion as answers show it."""
        return {"verdict": self.says, "reason": self.reason, "by": self.by, "at": rfc3339(self.at)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was said of articles `a` and `b` (numbers), oldest first: the last counts.

    `texts` are hashes of the two texts as they were when it was said: a label for training is only true of those.
    """

    a: int
    b: int
    texts: tuple[str, str]
    history: tuple[Opinion, ...]

    @property
    def id(self) -> str:
        """The same for a pair, whichever end is named first."""
        return verdict_id(self.a, self.b)

    @property
    def last(self) -> Opinion:
        """What counts."""
        return self.history[-1]


def verdict_id(a: int, b: int) -> str:
    """The id of the verdict on two articles."""
    return f"v_{min(a, b)}_{max(a, b)}"
