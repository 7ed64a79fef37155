"""What provenance says of a cluster, as values that read well and print as the contract's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copytrail.chronology import timing
from copytrail.credits import Credit
from copytrail.member import Member
from copytrail.report import Passage, Relation


@dataclass(frozen=True, slots=True)
class Origin:
    """The member that was first; `confidence` is from 0 to 1."""

    article: str
    confidence: float
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The original as in the contract."""
        return {
            "article": self.article,
            "confidence": round(self.confidence, 3),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a member was taken from. `article` is None when that is undetermined; the reasons say why.

    `closest` is the member it was compared with: the parent, or while that is undetermined the one it is most like.
    `score` is that of the pair; `passages` have the member's text as a and the closest one's as b.
    """

    article: str | None
    closest: str | None
    relation: Relation
    score: float
    confidence: float
    reasons: tuple[str, ...]
    passages: tuple[Passage, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The derivation as in the contract."""
        return {
            "article": self.article,
            "closest": self.closest,
            "relation": self.relation.value,
            "score": round(self.score, 4),
            "confidence": round(self.confidence, 3),
            "reasons": list(self.reasons),
            "passages": [passage.to_json() for passage in self.passages],
        }


@dataclass(frozen=True, slots=True)
class Traced:
    """A member in its place. `derivation` and `relation` are None for the original alone.

    `coverage` is the share (0 to 1) of its words found in its parent; `cited` the publishers it credits, the
    weightiest credit line of each.
    """

    member: Member
    relation: Relation | None
    derivation: Derivation | None
    coverage: float
    cited: tuple[Credit, ...]

    def to_json(self) -> dict[str, object]:
        """An entry of `articles` as in the contract."""
        member = self.member
        return {
            "id": member.id,
            "url": member.url,
            "title": member.title,
            "source": member.source,
            "published_at": _rfc3339(member.published_at),
            "first_seen_at": _rfc3339(member.first_seen_at),
            "relation": self.relation.value if self.relation else "original",
            "derived_from": self.derivation.to_json() if self.derivation else None,
            "coverage": round(self.coverage, 4),
            "cited_sources": [credit.to_json() for credit in self.cited],
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A verified pair of articles, the likely source first; `passages` counts them."""

    source: str
    target: str
    relation: Relation
    score: float
    passages: int

    def to_json(self) -> dict[str, object]:
        """The edge as in the contract."""
        return {
            "from": self.source,
            "to": self.target,
            "relation": self.relation.value,
            "score": round(self.score, 4),
            "passages": self.passages,
        }


@dataclass(frozen=True, slots=True)
class UnseenSource:
    """A publisher that members credit and that none of them is; `cited_by` are article ids."""

    name: str
    cited_by: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The source as in the contract."""
        return {"name": self.name, "cited_by": list(self.cited_by)}


@dataclass(frozen=True, slots=True)
class Provenance:
    """The derivation of one cluster, members in order: the original, then by time.

    `original` is None when who was first is unknown; `undetermined` then says why. `representative` is the id
    of the article to keep when only one may stay: the fullest earliest text.
    """

    original: Origin | None
    undetermined: tuple[str, ...]
    representative: str
    articles: tuple[Traced, ...]
    edges: tuple[Link, ...]
    unseen_sources: tuple[UnseenSource, ...]

    @property
    def title(self) -> str | None:
        """The headline of the representative, else of the first member that has one."""
        titles = {traced.member.id: traced.member.title for traced in self.articles}
        return titles[self.representative] or next(filter(None, titles.values()), None)

    @property
    def first_published_at(self) -> datetime | None:
        """The earliest published time that is believable, else when the first member was seen."""
        return min(timing(traced.member).earliest or traced.member.first_seen_at for traced in self.articles)

    @property
    def last_seen_at(self) -> datetime:
        """When the newest member was first seen."""
        return max(traced.member.first_seen_at for traced in self.articles)

    def to_json(self) -> dict[str, object]:
        """The cluster as in the contract, but for its id."""
        return {
            "size": len(self.articles),
            "first_published_at": _rfc3339(self.first_published_at),
            "last_seen_at": _rfc3339(self.last_seen_at),
            "title": self.title,
            "original": self.original.to_json() if self.original else None,
            "undetermined": list(self.undetermined),
            "representative": self.representative,
            "articles": [traced.to_json() for traced in self.articles],
            "edges": [link.to_json() for link in self.edges],
            "unseen_sources": [source.to_json() for source in self.unseen_sources],
        }


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
