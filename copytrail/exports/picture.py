"""A picture of who took from whom: one row an article in the order of time, a line from each likely source.

Sources have lanes on the left, as branches have in the picture of a version history: a line leaves the source's
row, runs down its lane and turns into the row of each article that was taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from copytrail.exports.case import Json, name_of, parent_of
from copytrail.exports.pages import ENVIRONMENT
from copytrail.wording import SAID, moment, percent

WIDTH: Final = 400  # of the picture, in its own units: about pixels on a phone
_ROW, _TOP, _LANE, _EDGE = 46, 26, 16, 10
_NEAR = 36  # from a node to the nearest lane
_NAME = 38  # characters of a name that fit
_TURN = 8  # radius of a corner
MOST_LANES: Final = 8  # lanes side by side; further sources share the outermost


@dataclass(frozen=True, slots=True)
class Node:
    """An article, or a source that nobody posted, in its row."""

    y: int
    name: str
    note: str
    kind: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A path in SVG's words: the trunk in the lane of a source, or the branch from there to an article."""

    path: str
    relation: str
    title: str


Place = tuple[bool, str]
"""Whether it is a source that nobody posted, and its name, or the id of the article."""


@dataclass(frozen=True, slots=True)
class Tie:
    """That an article was taken from a source, or credits it."""

    source: Place
    target: Place
    relation: str
    title: str


def draw(cluster: Json, links: Mapping[str, str]) -> Markup:
    """The picture as inline SVG, styled by `marks.css`; `links` has addresses for articles, by id."""
    unseen = [source["name"] for source in cluster["unseen_sources"]]
    articles = sorted(cluster["articles"], key=lambda each: (each["relation"] != "original", _when(each)))
    places = [*((True, name) for name in unseen), *((False, each["id"]) for each in articles)]
    rows = {place: row for row, place in enumerate(places)}
    ties = [tie for tie in _ties(cluster) if tie.source in rows and tie.target in rows]
    lanes = _lanes({tie.source for tie in ties}, rows)
    x = _EDGE + _NEAR + _LANE * max(lanes.values(), default=0)
    nodes = [
        Node(_y(row), _cut(name), "credited, not seen", "unseen", None) for row, name in enumerate(unseen)
    ]
    nodes += [_node(each, _y(rows[False, each["id"]]), links.get(each["id"])) for each in articles]
    lines = [line for source, lane in lanes.items() for line in _lines(x, lane, source, ties, rows)]
    size = {"width": WIDTH, "height": _y(len(rows) - 1) + _ROW - _TOP + 4}
    return Markup(ENVIRONMENT.get_template("picture.svg").render(nodes=nodes, lines=lines, x=x, **size))


def _ties(cluster: Json) -> Iterator[Tie]:
    for article in cluster["articles"]:
        if parent := parent_of(article):
            derived = article["derived_from"]
            said = f"{SAID[derived['relation']]}, {percent(derived['confidence'])} sure"
            yield Tie((False, parent), (False, article["id"]), derived["relation"], said)
    for source in cluster["unseen_sources"]:
        for article_id in source["cited_by"]:
            yield Tie((True, source["name"]), (False, article_id), "credit", "credited")


def _when(article: Json) -> str:
    return str(article["published_at"] or article["first_seen_at"])


def _y(row: int) -> int:
    return _TOP + _ROW * row


def _node(article: Json, y: int, link: str | None) -> Node:
    relation = article["relation"]
    if relation != "original" and parent_of(article) is None:
        said = f"{SAID[relation]}, source undetermined"
    elif relation == "original":
        said = "earliest known"
    else:
        said = f"{SAID[relation]}, {percent(article['derived_from']['confidence'])} sure"
    return Node(y, _cut(name_of(article)), f"{moment(article['published_at'])} · {said}", relation, link)


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…"


def _lanes(sources: Iterable[Place], rows: Mapping[Place, int]) -> dict[Place, int]:
    """A lane for each source, counted from the nodes: the later it begins, the nearer."""
    found = sorted(sources, key=lambda source: -rows[source])
    return {source: min(lane, MOST_LANES - 1) for lane, source in enumerate(found)}


def _lines(
    x: int, lane: int, source: Place, ties: Iterable[Tie], rows: Mapping[Place, int]
) -> Iterator[Line]:
    """The trunk of a source and its branches, with round corners, to the left of the nodes."""
    own = [tie for tie in ties if tie.source == source]
    side, y = x - _NEAR - _LANE * lane, _y(rows[source])
    ends = [_y(rows[tie.target]) for tie in own]
    kind = "credit" if source[0] else "trunk"
    for far in {min(*ends, y), max(*ends, y)} - {y}:
        down = _TURN if far > y else -_TURN
        yield Line(f"M{x - 6} {y}H{side + _TURN}Q{side} {y} {side} {y + down}V{far - down}", kind, "")
    for tie, end in zip(own, ends, strict=True):
        down = _TURN if end > y else -_TURN
        yield Line(f"M{side} {end - down}Q{side} {end} {side + _TURN} {end}H{x - 8}", tie.relation, tie.title)
