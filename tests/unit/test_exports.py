from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prov.model import ProvDocument
from pyld import jsonld
from samples import story

from copytrail.cluster import Edge
from copytrail.compare import compare
from copytrail.document import analyse
from copytrail.exports import EXPORTS, Format
from copytrail.exports.case import Case
from copytrail.exports.marking import beside
from copytrail.formats import read_time
from copytrail.member import Member
from copytrail.pairs import sentences, side_by_side
from copytrail.provenance import trace
from copytrail.report import Grade
from copytrail.sketch import INDEX_VERSION

Json = dict[str, Any]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCHEMA = "https://schema.org/"


def case_of(articles: list[Json]) -> Case:
    """The articles as a cluster of their own."""
    documents = {each["id"]: analyse(each["text"]) for each in articles}
    members = [
        Member(
            number,
            each["id"],
            each["text"],
            NOW,
            read_time(each["published_at"]),
            *(each[name] for name in ("title", "url", "source")),
        )
        for number, each in enumerate(articles)
    ]
    edges = [
        Edge(a.number, b.number, compare(documents[a.id], documents[b.id]))
        for a, b in combinations(members, 2)
    ]
    return Case({"id": "c_1", **trace(members, edges).to_json()}, documents, NOW)


@pytest.fixture(scope="module")
def rewrites() -> Case:
    """A report and four rewrites of it, one of which credits a source nobody posted."""
    return case_of(story("harbour-bridge")[:5])


def rendered(case: Case, name: Format) -> str:
    return EXPORTS[name].render(case)


def test_prov_says_who_derives_from_whom(rewrites: Case) -> None:
    document = ProvDocument.deserialize(content=rendered(rewrites, Format.PROV_JSON), format="json")
    said = document.get_provn()
    assert "wasDerivedFrom" in said
    for number in (2, 3, 4, 5):
        assert re.search(
            rf"wasDerivedFrom\(.*article:harbour-bridge-{number}, article:harbour-bridge-1,", said
        )
    assert "unseen-source" in said
    assert "prov:PrimarySource" in said
    text = rewrites.documents["harbour-bridge-4"].text
    assert sha256(text.encode()).hexdigest() in said
    assert "2025-10-14T20:20:00" in said
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document


def test_json_ld_says_the_same_in_schema_org(rewrites: Case) -> None:
    flat = jsonld.flatten(json.loads(rendered(rewrites, Format.JSONLD)))
    nodes = {node["@id"]: node for node in flat}
    articles = [node for node in nodes.values() if SCHEMA + "NewsArticle" in node.get("@type", [])]
    assert len(articles) == 5
    sources = {based["@id"] for node in articles for based in node.get(SCHEMA + "isBasedOn", [])}
    assert sources == {rewrites.articles["harbour-bridge-1"]["url"]}
    cited = [nodes[each["@id"]] for node in articles for each in node.get(SCHEMA + "citation", [])]
    assert [each[SCHEMA + "description"][0]["@value"] for each in cited] == ["according to Radio Kestrel"]


def test_the_table_has_a_row_for_each_article(rewrites: Case) -> None:
    rows = list(csv.DictReader(StringIO(rendered(rewrites, Format.CSV), newline="")))
    assert [row["article"] for row in rows] == [each["id"] for each in rewrites.cluster["articles"]]
    assert {row["derived_from"] for row in rows[1:]} == {"harbour-bridge-1"}
    assert rows[4]["cited_sources"] == "Radio Kestrel"


def test_the_graph_has_an_edge_for_each_derivation(rewrites: Case) -> None:
    graph = rendered(rewrites, Format.DOT)
    for number in (2, 3, 4, 5):
        assert f'"harbour-bridge-1" -> "harbour-bridge-{number}"' in graph
    assert '"unseen source: Radio Kestrel" -> "harbour-bridge-5"' in graph


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_evidence_page_shows_each_pair_whole(rewrites: Case) -> None:
    page = Page(rendered(rewrites, Format.HTML))
    words = " ".join(page.text.split())
    for name, article in rewrites.articles.items():
        digest = rewrites.digest(name)
        assert article["title"] in words
        assert digest is not None and digest in words
        for sentence in sentences(rewrites.documents[name]):
            said = rewrites.documents[name].text[sentence.start : sentence.stop]
            assert " ".join(said.split()) in words
    for reason in rewrites.cluster["original"]["reasons"]:
        assert reason in words
    assert "Radio Kestrel is credited by The Driftwood Post and was never received here." in words
    assert INDEX_VERSION in words


def test_the_evidence_page_tells_versions_and_claims_that_are_not_believed() -> None:
    first, other, *_ = story("harbour-bridge")
    backdated = other | {"published_at": "2024-01-01T08:00:00Z"}
    backdated["text"] = f"As The Northern Chronicle first reported: {first['text']}"
    later = first | {"id": "later", "title": "Divers at Merrin", "published_at": "2025-10-15T09:00:00Z"}
    later["text"] = f"{first['text']}\n\nDivers set out on Wednesday."
    words = " ".join(Page(rendered(case_of([first, backdated, later]), Format.HTML)).text.split())
    assert "Versions of one article The Northern Chronicle, the earliest first: Skell Island cut off" in words
    assert "Swing Bridge (14 Oct 2025 20:20 UTC); Divers at Merrin (15 Oct 2025 09:00 UTC)." in words
    assert "The text is held to be public since 14 Oct 2025 20:20 UTC." in words
    assert "any of the articles claims is 1 Jan 2024 08:00 UTC." in words
    assert "claimed, 1 Jan 2024 08:00 UTC by " in words


def test_the_evidence_page_needs_nothing_from_outside(rewrites: Case) -> None:
    tags = Page(rendered(rewrites, Format.HTML)).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "form"}
    assert not [attributes for _, attributes in tags if "src" in attributes or "style" in attributes]


def test_sentence_pairs_of_a_rewrite(rewrites: Case) -> None:
    member, source = rewrites.documents["harbour-bridge-3"], rewrites.documents["harbour-bridge-1"]
    rows = side_by_side(member, source, compare(member, source).passages)
    beside_each_other = {
        member.text[row.a[0].start : row.a[-1].stop]: [source.text[each.start : each.stop] for each in row.b]
        for row in rows
    }
    rewritten = "For the opposition, Hanne Strand speaks of a false economy to be paid for all winter."
    assert beside_each_other[rewritten] == [
        "Hanne Strand, who leads the opposition group, called the postponement a false economy for which the town "
        "would be paying throughout the winter."
    ]
    assert beside_each_other["Human consequences were light."] == []
    told_in_two = beside_each_other[
        "Average daily traffic stands at 11,400 vehicles, and Skell Island, population 6,200, possesses no second "
        "fixed link."
    ]
    assert len(told_in_two) == 2
    paired = sum(bool(row.b) for row in rows)
    assert paired > 0.6 * len(rows)


def test_in_copies_only_what_is_equal_is_marked() -> None:
    first, copy = (analyse(each["text"]) for each in story("tram-depot-fire")[:3:2])
    rows = beside(copy, first, compare(copy, first).passages)
    runs = [run for row in rows for line in row.member for run in line.runs]
    marked = "".join(run.text for run in runs if run.grade)
    plain = "".join(run.text for run in runs if not run.grade)
    assert "he glow could be seen from the lighthouse at Gannet Point" in marked
    assert "purchased" in plain and "confirmed" in plain
    assert {run.grade for run in runs} >= {Grade.IDENTICAL, Grade.MINOR_EDITS}


@pytest.mark.parametrize("slug", ["tram-depot-fire", "dialysis-recall"])
def test_rows_hold_every_character_that_is_no_blank(slug: str) -> None:
    for article in story(slug):
        document = analyse(article["text"])
        found = sentences(document)
        assert all(a.stop <= b.start for a, b in zip(found, found[1:], strict=False))
        kept = "".join(document.text[each.start : each.stop] for each in found)
        assert "".join(kept.split()) == "".join(document.text.split())


# What a hostile publisher may put into any field.
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=1+1", "@cmd", "-2", "\t=1", "\r=1",
            'a"; b [label="\\', "\\", "\\N", "{{ 7 * 7 }}", "--> </style>", "a\nb", "؟ نص", "javascript:alert(1)",
        ]
    ),
)  # fmt: skip
IDS = st.lists(HOSTILE.filter(bool), min_size=2, max_size=4, unique=True)
TEXT = (
    "The ferry left the quay at nine in the morning with four passengers on board and came back at noon. "
    "Nobody had told the harbour master that the engine was being repaired by two students from the island."
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two to four copies of one text whose fields are hostile."""
    ids = draw(IDS)
    members = [
        Member(
            number,
            article,
            f"{TEXT} {draw(HOSTILE)}",
            NOW,
            NOW,
            draw(st.none() | HOSTILE),
            draw(st.none() | HOSTILE),
            draw(st.none() | HOSTILE),
        )
        for number, article in enumerate(ids)
    ]
    documents = {each.id: analyse(each.text) for each in members}
    edges = [
        Edge(a.number, b.number, compare(documents[a.id], documents[b.id]))
        for a, b in combinations(members, 2)
    ]
    return Case({"id": "c_1", **trace(members, edges).to_json()}, documents, NOW)


@given(case=cases())
@settings(deadline=None, max_examples=40)
def test_hostile_fields_stay_text(case: Case) -> None:
    ids = [each["id"] for each in case.cluster["articles"]]
    document = ProvDocument.deserialize(content=rendered(case, Format.PROV_JSON), format="json")
    assert len({record.identifier for record in document.get_records()} & {*names_of(document)}) >= len(ids)
    jsonld.expand(json.loads(rendered(case, Format.JSONLD)))
    rows = list(csv.reader(StringIO(rendered(case, Format.CSV), newline="")))
    assert [row[1].removeprefix("'") for row in rows[1:]] == [each.removeprefix("'") for each in ids]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for line in rendered(case, Format.DOT).splitlines():
        assert '"' not in re.sub(r'"(?:\\.|[^"\\])*"', "", line)
    check_page(Page(rendered(case, Format.HTML)))


def names_of(document: ProvDocument) -> Iterator[object]:
    for record in document.get_records():
        if record.identifier and str(record.identifier).startswith("article:"):
            yield record.identifier


def check_page(page: Page) -> None:
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith(("#", "http://", "https://"))
