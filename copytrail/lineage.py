"""What provenance says of a cluster, as values that read well and print as the contract's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copytrail.chronology import Flag, timing
from copytrail.credits import Credit
from copytrail.licences import Permission
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
class Cited:
    """A credit line and the id of the member that it means, None when that was never posted."""

    credit: Credit
    article: str | None

    def to_json(self) -> dict[str, object]:
        """An entry of `cited_sources` as in the contract."""
        return self.credit.to_json() | {"article": self.article}


@dataclass(frozen=True, slots=True)
class Traced:
    """A member in its place. `derivation` and `relation` are None for the original alone.

    `coverage` is the share (0 to 1) of its words found in its parent; `cited` the publishers it credits, the
    weightiest credit line of each. `flags` say what is the matter with its times. `publisher` is what to call its
    publisher or group; `same_publisher` whether the one it comes from, or is closest to, is of the same.
    `version_of` is the id of the earliest version of the same article; `licensed` what permits the reuse.
    """

    member: Member
    relation: Relation | None
    derivation: Derivation | None
    coverage: float
    cited: tuple[Cited, ...]
    flags: tuple[Flag, ...] = ()
    publisher: str | None = None
    same_publisher: bool = False
    version_of: str | None = None
    licensed: Permission | None = None

    def to_json(self) -> dict[str, object]:
        """An entry of `articles` as in the contract."""
        member = self.member
        return {
            "id": member.id,
            "url": member.url,
            "title": member.title,
            "source": member.source,
            "publisher": self.publisher,
            "published_at": _rfc3339(member.published_at),
            "modified_at": _rfc3339(member.modified_at),
            "first_seen_at": _rfc3339(member.first_seen_at),
            "flags": [flag.value for flag in self.flags],
            "relation": self.relation.value if self.relation else "original",
            "version_of": self.version_of,
            "same_publisher": self.same_publisher,
            "licensed": self.licensed.to_json() if self.licensed else None,
            "derived_from": self.derivation.to_json() if self.derivation else None,
            "coverage": round(self.coverage, 4),
            "cited_sources": [cited.to_json() for cited in self.cited],
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A verified pair of articles, the likely source first; `passages` counts them.

    `same_publisher` and `licensed` say that it is no taking: an own copy, or a permitted one.
    """

    source: str
    target: str
    relation: Relation
    score: float
    passages: int
    same_publisher: bool = False
    licensed: bool = False

    def to_json(self) -> dict[str, object]:
        """The edge as in the contract."""
        return {
            "from": self.source,
            "to": self.target,
            "relation": self.relation.value,
            "score": round(self.score, 4),
            "passages": self.passages,
            "same_publisher": self.same_publisher,
            "licensed": self.licensed,
        }


@dataclass(frozen=True, slots=True)
class UnseenSource:
    """A publisher that members credit and that none of them is; `cited_by` are article ids."""

    name: str
    cited_by: tuple[str, ...]
    agency: bool = False

    def to_json(self) -> dict[str, object]:
        """The source as in the contract."""
        return {"name": self.name, "cited_by": list(self.cited_by), "agency": self.agency}


@dataclass(frozen=True, slots=True)
class Versions:
    """Articles that are versions of one by one publisher, the earliest first."""

    publisher: str | None
    articles: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The versions as in the contract."""
        return {"publisher": self.publisher, "articles": list(self.articles)}


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
    versions: tuple[Versions, ...] = ()

    @property
    def title(self) -> str | None:
        """The headline of the representative, else of the first member that has one."""
        titles = {traced.member.id: traced.member.title for traced in self.articles}
        return titles[self.representative] or next(filter(None, titles.values()), None)

    @property
    def first_published_at(self) -> datetime:
        """The earliest published time that is believed, else when the first member was seen."""
        times = (None if Flag.BACKDATED in t.flags else timing(t.member).earliest for t in self.articles)
        seen = min(traced.member.first_seen_at for traced in self.articles)
        return min((seen, *filter(None, times)))

    @property
    def first_published_claimed(self) -> datetime | None:
        """The earliest published time that any member claims, believed or not."""
        return min(filter(None, (traced.member.published_at for traced in self.articles)), default=None)

    @property
    def last_seen_at(self) -> datetime:
        """When the newest member was first seen."""
        return max(traced.member.first_seen_at for traced in self.articles)

    def to_json(self) -> dict[str, object]:
        """The cluster as in the contract, but for its id."""
        return {
            "size": len(self.articles),
            "first_published_at": _rfc3339(self.first_published_at),
            "first_published_claimed": _rfc3339(self.first_published_claimed),
            "last_seen_at": _rfc3339(self.last_seen_at),
            "title": self.title,
            "original": self.original.to_json() if self.original else None,
            "undetermined": list(self.undetermined),
            "representative": self.representative,
            "articles": [traced.to_json() for traced in self.articles],
            "versions": [versions.to_json() for versions in self.versions],
            "edges": [link.to_json() for link in self.edges],
            "unseen_sources": [source.to_json() for source in self.unseen_sources],
        }


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
