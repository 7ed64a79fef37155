"""What is known of publishers tells versions and permitted reprints from takings."""

from __future__ import annotations

from tracing import NOON, TEXT, edge, hours, member, of, parent, said

from copytrail.provenance import Member, trace
from copytrail.report import Relation
from copytrail.roster import Roster

ROSTER = Roster.parse(
    """
    [[group]]
    name = "Harbour Media"
    publishers = ["Harbour Ledger", "Quaynotes"]
    [[agency]]
    name = "Northern Wire"
    [[licence]]
    to = ["Delta Post"]
    from = ["Harbour Media"]
    note = "contract of 2025"
    """
)


def test_versions_of_ones_own_article_are_no_copies_of_others() -> None:
    members = [
        member(1, published=0, source="Harbour Ledger"),
        member(2, TEXT + "Updated.", 2, source="Harbour Ledger"),
        member(3, published=4, source="Delta Post"),
    ]
    found = trace(members, [edge(1, 2), edge(1, 3), edge(2, 3)])
    assert [(versions.publisher, versions.articles) for versions in found.versions] == [
        ("Harbour Ledger", ("a1", "a2"))
    ]
    assert of(found, "a2").version_of == "a1"
    assert of(found, "a2").same_publisher
    assert "it is an own copy" in said(found, "a2")
    assert not of(found, "a3").same_publisher
    assert [link.same_publisher for link in found.edges] == [True, False, False]


def test_one_page_under_two_addresses_is_one_article_in_two_versions() -> None:
    pages = ["https://www.ledger.example/bridge?utm_source=x", "https://amp.ledger.example/bridge"]
    members = [
        member(n, TEXT + f"Edition {n}.", published=n, url=page, source=f"S{n}")
        for n, page in enumerate(pages)
    ]
    found = trace(members, [edge(0, 1, Relation.REWRITE)])
    assert of(found, "a1").version_of == "a0"


def test_reuse_by_licence_is_labelled_with_its_reason() -> None:
    members = [member(1, published=0, source="Quaynotes"), member(2, published=4, source="Delta Post")]
    found = trace(members, [edge(1, 2)], ROSTER)
    licensed = of(found, "a2").licensed
    assert licensed is not None
    assert licensed.reason == "Delta Post may reprint Harbour Media (contract of 2025)."
    assert licensed.reason in said(found, "a2")
    assert found.edges[0].licensed
    assert of(trace(members, [edge(1, 2)]), "a2").licensed is None


def test_an_agencys_text_is_permitted_to_those_who_credit_it() -> None:
    credited = TEXT + "Source: Northern Wire"
    members = [member(1, credited, 0), member(2, credited, 3), member(3, TEXT, 5)]
    found = trace(members, [edge(1, 2), edge(1, 3), edge(2, 3)], ROSTER)
    assert of(found, "a2").licensed
    assert of(found, "a3").licensed is None
    assert [(source.name, source.agency) for source in found.unseen_sources] == [("Northern Wire", True)]


def test_an_agency_among_the_authors_is_a_credit() -> None:
    byline = Member(
        2, "a2", TEXT, NOON + hours(9), NOON, source="Delta Post", authors=("Jane Doe", "Reuters")
    )
    found = trace([member(1, published=3), byline], [edge(1, 2)])
    assert [(cited.credit.name, cited.article) for cited in of(found, "a2").cited] == [("Reuters", None)]
    assert [source.name for source in found.unseen_sources] == ["Reuters"]


def test_a_credit_says_which_member_it_means() -> None:
    linked = TEXT + "See [the report](https://quaynotes.example/1?utm_source=feed)."
    first = member(1, published=0, url="https://quaynotes.example/1", source="Quaynotes")
    found = trace([first, member(2, linked, 3)], [edge(1, 2)])
    assert of(found, "a2").to_json()["cited_sources"] == [
        {
            "name": "quaynotes.example",
            "quote": linked[len(TEXT) + 4 : -1],
            "start": len(TEXT) + 4,
            "end": len(linked) - 1,
            "kind": "reported",
            "article": "a1",
        }
    ]


def test_a_time_before_that_of_what_it_credits_is_flagged_and_not_believed() -> None:
    backdated = member(2, TEXT + "The Quay Gazette first reported the vote.", 0, seen=90)
    found = trace([member(1, published=5, seen=6, source="The Quay Gazette"), backdated], [edge(1, 2)])
    assert found.original is not None
    assert found.original.article == "a1"
    assert [flag.value for flag in of(found, "a2").flags] == ["backdated"]
    assert "the time is not believed" in said(found, "a2")
    assert found.first_published_at == NOON + hours(5)
    assert found.first_published_claimed == NOON


def test_a_shared_slip_outweighs_a_better_fit() -> None:
    wrong = TEXT.replace("bearings", "baerings")
    body = TEXT + "Skippers at Fellbridge were told by the harbour master on Monday."
    members = [
        member(1, body, 0),
        member(2, body.replace("Fellbridge", "Felbridge"), 1),
        member(3, wrong + "Skippers at Felbridge heard of it.", 6),
    ]
    fit = [edge(1, 3, score=0.95, a_in_b=0.9), edge(2, 3, score=0.9, a_in_b=0.85), edge(1, 2)]
    found = trace(members, fit)
    assert parent(found, "a3") == "a2"
    assert "It repeats “felbridge” from Paper 2, where others have “fellbridge”." in said(found, "a3")
