"""A picture of who took from whom: one row an article in the order of time, a line from each likely source.

Sources have lanes on the left, as branches have in the picture of a version history: a line leaves the source's
row, runs down its lane and turns into the row of each article that was taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from copytrail.exports.case import Json, name_of, parent_of
from copytrail.exports.pages import ENVIRONMENT
from copytrail.wording import SAID, moment, percent

WIDTH: Final = 400  # of the picture, in its own units: about pixels on a phone
_ROW, _TOP, _LANE, _EDGE = 46, 26, 16, 10
_NEAR = 26  # from a node to the nearest lane
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
    """From a source to an article: the path in SVG's words, and what it says."""

    path: str
    relation: str
    title: str


def draw(cluster: Json, links: Mapping[str, str]) -> Markup:
    """The picture as inline SVG, styled by `marks.css`; `links` has addresses for articles, by id."""
    unseen = [source["name"] for source in cluster["unseen_sources"]]
    articles = sorted(cluster["articles"], key=lambda each: (each["relation"] != "original", _when(each)))
    rows = {(True, name): row for row, name in enumerate(unseen)}
    rows |= {(False, each["id"]): row for row, each in enumerate(articles, len(unseen))}
    ties = [((False, parent), each) for each in articles if (parent := parent_of(each))]
    lanes = _lanes([source for source, _ in ties] + [(True, name) for name in unseen], rows)
    x = _EDGE + _NEAR + _LANE * max(lanes.values(), default=0)
    nodes = [
        Node(_y(row), _cut(name), "credited, not seen", "unseen", None) for row, name in enumerate(unseen)
    ]
    nodes += [_node(each, _y(rows[False, each["id"]]), links.get(each["id"])) for each in articles]
    lines = [
        _line(x, lanes[source], rows[source], rows[False, each["id"]], *_said(each)) for source, each in ties
    ] + [
        _line(
            x,
            lanes[True, source["name"]],
            rows[True, source["name"]],
            rows[False, name],
            "credit",
            "credited",
        )
        for source in cluster["unseen_sources"]
        for name in source["cited_by"]
        if (False, name) in rows
    ]
    size = {"width": WIDTH, "height": _y(len(rows) - 1) + _ROW - _TOP + 4}
    return Markup(ENVIRONMENT.get_template("picture.svg").render(nodes=nodes, lines=lines, x=x, **size))


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


def _said(article: Json) -> tuple[str, str]:
    derived = article["derived_from"]
    return derived["relation"], f"{SAID[derived['relation']]}, {percent(derived['confidence'])} sure"


Place = tuple[bool, str]


def _lanes(sources: Iterable[Place], rows: Mapping[Place, int]) -> dict[Place, int]:
    """A lane for each source, counted from the nodes: the later it begins, the nearer."""
    found: Sequence[Place] = sorted(set(sources), key=lambda source: -rows[source])
    return {source: min(lane, MOST_LANES - 1) for lane, source in enumerate(found)}


def _line(x: int, lane: int, source: int, target: int, relation: str, title: str) -> Line:
    """From row to row, by way of the lane: round corners, to the left of the nodes."""
    side, y, end = x - _NEAR - _LANE * lane, _y(source), _y(target)
    down = _TURN if end > y else -_TURN
    out = f"M{x - 6} {y}H{side + _TURN}Q{side} {y} {side} {y + down}"
    back = f"V{end - down}Q{side} {end} {side + _TURN} {end}H{x - 8}"
    return Line(out + back, relation, title)
