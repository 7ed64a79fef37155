"""What a comparison of two texts says: relation, score, containment, passages.

Offsets everywhere count Unicode code points of the text exactly as it was given, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self


class Relation(StrEnum):
    """How two texts are related, strongest first.

    The first four are reuse of wording or of a sequence of statements. `SAME_EVENT` is not reuse: two people
    reported one event independently.
    """

    IDENTICAL = "identical"
    NEAR_COPY = "near_copy"
    PARTIAL_COPY = "partial_copy"
    REWRITE = "rewrite"
    SAME_EVENT = "same_event"
    UNRELATED = "unrelated"

    @property
    def is_reuse(self) -> bool:
        """Whether one text took from the other (or both from a third)."""
        return self not in (Relation.SAME_EVENT, Relation.UNRELATED)


class Grade(StrEnum):
    """How closely the two sides of a passage agree."""

    IDENTICAL = "identical"
    MINOR_EDITS = "minor_edits"
    REWRITE = "rewrite"


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of text found in both articles: `a` and `b` are (start, end) offsets."""

    a: tuple[int, int]
    b: tuple[int, int]
    grade: Grade
    score: float

    def swapped(self) -> Passage:
        """The same passage seen from the other text."""
        return Passage(self.b, self.a, self.grade, self.score)

    def to_json(self) -> dict[str, object]:
        """The passage as in the contract; the score has three decimals."""
        return {
            "a": list(self.a),
            "b": list(self.b),
            "grade": self.grade.value,
            "score": round(self.score, 3),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on two texts.

    `score` is the calibrated probability (0 to 1) that one text reuses the other's wording or its sequence of
    statements; identical texts score exactly 1.0. `jaccard` is the overlap of the two sets of word 5-shingles
    (0 to 1). `a_in_b` is the share of a's words that lie in passages found in b (0 to 1), `b_in_a` the reverse.
    `evidence` holds the measured signals behind the score, by name. `flags` name what was undone in the texts
    before they were compared or set aside as no evidence. `joins` says whether this pair alone is enough to put
    both texts into one cluster; `support` (0 to 1) is what it contributes when it is not enough and several members
    of a cluster are heard (see `copytrail.evidence`).
    """

    relation: Relation
    score: float
    jaccard: float
    a_in_b: float
    b_in_a: float
    passages: tuple[Passage, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    joins: bool = False
    support: float = 0.0

    def swapped(self) -> Self:
        """The same verdict seen from the other text."""
        passages = tuple(sorted((p.swapped() for p in self.passages), key=lambda p: (p.a, p.b)))
        return replace(self, a_in_b=self.b_in_a, b_in_a=self.a_in_b, passages=passages)

    def to_json(self) -> dict[str, object]:
        """The report as in the contract."""
        return {
            "relation": self.relation.value,
            "score": round(self.score, 4),
            "jaccard": round(self.jaccard, 4),
            "containment": {"a_in_b": round(self.a_in_b, 4), "b_in_a": round(self.b_in_a, 4)},
            "passages": [passage.to_json() for passage in self.passages],
            "evidence": {name: round(value, 4) for name, value in self.evidence.items()},
            "flags": list(self.flags),
        }
