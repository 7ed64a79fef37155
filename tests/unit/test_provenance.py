from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from copytrail.chronology import precedence
from copytrail.cluster import Edge
from copytrail.parents import direction
from copytrail.profile import profiles
from copytrail.provenance import Member, Provenance, Traced, trace
from copytrail.report import Grade, Passage, Relation, Report
from copytrail.roster import Roster

NOON = datetime(2025, 5, 3, 12, 0, tzinfo=UTC)
TEXT = (
    "The harbour board voted to close the old swing bridge for 14 months while crews replace its bearings. "
)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def member(
    number: int,
    text: str = TEXT,
    published: float | None = None,
    seen: float = 48.0,
    source: str | None = None,
    url: str | None = None,
) -> Member:
    """A member published and first seen that many hours after noon."""
    published_at = None if published is None else NOON + hours(published)
    return Member(
        number,
        f"a{number}",
        text,
        NOON + hours(seen),
        published_at,
        f"Headline {number}",
        url,
        source or f"Paper {number}",
    )


def edge(
    a: int,
    b: int,
    relation: Relation = Relation.NEAR_COPY,
    score: float = 0.95,
    a_in_b: float = 0.9,
    b_in_a: float = 0.9,
    spans: Sequence[tuple[int, int]] = ((0, 50),),
) -> Edge:
    passages = tuple(Passage(span, span, Grade.IDENTICAL, 1.0) for span in spans)
    return Edge(a, b, Report(relation, score, 0.5, a_in_b, b_in_a, passages, joins=relation.is_reuse))


def of(provenance: Provenance, article: str) -> Traced:
    return next(traced for traced in provenance.articles if traced.member.id == article)


def parent(provenance: Provenance, article: str) -> str | None:
    derivation = of(provenance, article).derivation
    assert derivation is not None
    return derivation.article


def said(provenance: Provenance, article: str) -> str:
    derivation = of(provenance, article).derivation
    assert derivation is not None
    return " ".join(derivation.reasons)


# Who was first


def test_the_earliest_published_is_the_original() -> None:
    found = trace(
        [member(1, published=5), member(2, published=1), member(3, published=9)], [edge(1, 2), edge(2, 3)]
    )
    assert found.original is not None
    assert found.original.article == "a2"
    assert found.original.confidence > 0.8
    assert "4 hours before Paper 1" in " ".join(found.original.reasons)
    assert [traced.member.id for traced in found.articles] == ["a2", "a1", "a3"]


def test_a_claim_contradicted_by_our_own_observation_is_believed_less_and_told() -> None:
    backdated = [member(1, published=1, seen=90), member(2, published=2, seen=3)]
    found = trace(backdated, [edge(1, 2)])
    plain = trace([member(1, published=1), member(2, published=2)], [edge(1, 2)])
    assert found.original is not None
    assert plain.original is not None
    assert found.original.confidence < plain.original.confidence
    assert "we saw it at Paper 2 4 days before Paper 1" in " ".join(found.original.reasons)


def test_a_missing_time_lowers_confidence_and_is_told() -> None:
    found = trace([member(1, published=1), member(2, seen=20)], [edge(1, 2)])
    assert found.original is not None
    assert found.original.confidence < 0.7
    assert "Paper 2 gives no published time" in " ".join(found.original.reasons)


def test_without_times_and_differences_the_original_is_undetermined() -> None:
    found = trace([member(1), member(2)], [edge(1, 2, Relation.IDENTICAL, 1.0, 1.0, 1.0)])
    assert found.original is None
    assert "Neither times nor texts" in found.undetermined[0]
    assert parent(found, "a1") is None
    assert parent(found, "a2") is None
    body = found.to_json()
    assert body["original"] is None
    assert body["undetermined"]


def test_without_times_the_much_fuller_of_two_near_copies_is_held_to_be_first() -> None:
    found = trace([member(1, TEXT), member(2, TEXT * 3)], [edge(1, 2, Relation.NEAR_COPY, 0.9, 0.9, 0.3)])
    assert found.original is not None
    assert found.original.article == "a2"
    assert 0.5 < found.original.confidence < 0.8
    assert "It is 67% shorter than Paper 2." in said(found, "a1")


# Who took from whom


def test_a_copy_of_a_copy_points_to_the_copy_whose_words_it_shares() -> None:
    changed = TEXT.replace(
        "crews replace its bearings",
        "labourers renew every corroded bearing, cable and hinge using heavy machinery",
    )
    members = [member(1, TEXT, 0), member(2, changed, 3), member(3, changed + "More.", 6)]
    pairs = [edge(1, 2), edge(1, 3, spans=((0, 60),)), edge(2, 3, spans=((0, 100),), a_in_b=1.0, b_in_a=0.98)]
    found = trace(members, pairs)
    assert parent(found, "a2") == "a1"
    assert parent(found, "a3") == "a2"
    assert "“labourers”, “machinery”, “corroded”" in said(found, "a3")
    assert "matches Paper 2 and no other earlier article" in said(found, "a3")


def test_a_credit_line_decides_between_equal_sources() -> None:
    credited = TEXT + "The Quay Gazette first reported the vote."
    members = [
        member(1, published=0),
        member(2, published=0.1, source="The Quay Gazette"),
        member(3, credited, 8),
    ]
    found = trace(members, [edge(1, 3), edge(2, 3), edge(1, 2)])
    assert parent(found, "a3") == "a2"
    assert "It credits The Quay Gazette: “Quay Gazette first reported”." in said(found, "a3")


def test_a_credit_by_host_counts_too() -> None:
    credited = TEXT + "See [the report](https://www.quaynotes.example/swing-bridge)."
    members = [member(1, published=0), member(2, credited, 0)]
    members[0] = Member(
        1, "a1", TEXT, members[0].first_seen_at, members[0].published_at, url="https://quaynotes.example/1"
    )
    found = trace(members, [edge(1, 2)])
    assert parent(found, "a2") == "a1"


def test_a_short_form_of_a_name_is_a_credit_too() -> None:
    credited = TEXT + "The vote was close, the Advertiser reported."
    found = trace(
        [member(1, published=0, source="The Verran Advertiser"), member(2, credited, 3)], [edge(1, 2)]
    )
    assert found.unseen_sources == ()
    assert "It credits The Verran Advertiser" in said(found, "a2")


def test_the_report_is_seen_from_the_copy() -> None:
    pair = Edge(
        1,
        2,
        Report(
            Relation.PARTIAL_COPY, 0.9, 0.1, 0.8, 0.2, (Passage((0, 40), (60, 100), Grade.IDENTICAL, 1.0),)
        ),
    )
    found = of(trace([member(1, published=0), member(2, published=4)], [pair]), "a2")
    assert found.coverage == 0.2
    assert found.relation is Relation.PARTIAL_COPY
    assert found.derivation is not None
    assert found.derivation.passages[0].a == (60, 100)


def test_a_member_held_by_weak_ties_alone_is_a_rewrite_and_says_so() -> None:
    weak = edge(1, 2, Relation.SAME_EVENT, 0.35, 0.3, 0.2)
    found = trace([member(1, published=0), member(2, published=9)], [weak])
    assert of(found, "a2").relation is Relation.REWRITE
    assert "weak evidence" in said(found, "a2")


def test_a_thin_link_names_nobody() -> None:
    faint = edge(1, 2, Relation.SAME_EVENT, 0.11, 0.02, 0.02)
    found = trace([member(1, seen=10), member(2, seen=12)], [faint])
    assert parent(found, "a2") is None
    assert "evidence is thin" in said(found, "a2")


# Sources that nobody posted


def test_siblings_of_an_unseen_original_name_it_and_lower_confidence() -> None:
    texts = [f"{TEXT} Version {n}. The Northern Wire reported the vote." for n in range(5)]
    siblings = [member(n, texts[n], published=n) for n in range(5)]
    pairs = [edge(a, b, Relation.REWRITE, 0.8, 0.5, 0.5) for a, b in combinations(range(5), 2)]
    found = trace(siblings, pairs)
    assert [(s.name, len(s.cited_by)) for s in found.unseen_sources] == [("Northern Wire", 5)]
    assert found.original is not None
    assert found.original.article == "a0"
    assert found.original.confidence < 0.5
    assert "Northern Wire is credited and was not seen" in found.original.reasons[-1]
    assert "both may come from there" in said(found, "a1")


def test_one_copy_that_credits_an_unseen_source_leaves_some_doubt() -> None:
    credited = TEXT + "The Northern Wire reported the vote."
    lone = trace([member(1, published=0), member(2, credited, 3)], [edge(1, 2)]).original
    sure = trace([member(1, published=0), member(2, published=3)], [edge(1, 2)]).original
    both = trace([member(1, credited, 0), member(2, credited, 3)], [edge(1, 2)]).original
    assert lone and sure and both
    assert both.confidence < lone.confidence < sure.confidence


def test_a_posted_source_is_not_unseen_and_nobody_credits_oneself() -> None:
    own = "LONDON (Reuters) - " + TEXT
    found = trace(
        [member(1, own, 0, source="Reuters"), member(2, own, 3)], [edge(1, 2, Relation.IDENTICAL, 1.0)]
    )
    assert found.unseen_sources == ()
    assert of(found, "a1").cited == ()
    assert [cited.credit.name for cited in of(found, "a2").cited] == ["Reuters"]


# The one to keep


def test_the_representative_is_the_earliest_full_text_and_no_roundup() -> None:
    members = [member(1, TEXT, 0), member(2, TEXT * 3, 2), member(3, TEXT * 3, 4), member(4, TEXT * 9, 6)]
    pairs = [edge(1, 2), edge(2, 3), edge(2, 4, Relation.PARTIAL_COPY, 0.9, 0.9, 0.3)]
    found = trace(members, pairs)
    assert found.representative == "a2"
    assert found.title == "Headline 2"


# Shape and promises


def test_passages_are_shown_even_when_nobody_can_say_who_took_them() -> None:
    found = trace([member(1), member(2)], [edge(1, 2, Relation.REWRITE)]).to_json()
    for article in cast(list[dict[str, Any]], found["articles"]):
        derived = article["derived_from"]
        assert derived["article"] is None and derived["reasons"]
        assert {article["id"], derived["closest"]} == {"a1", "a2"}
        assert derived["passages"]


def test_the_json_has_the_contracts_fields() -> None:
    body = trace([member(1, published=0), member(2, published=3)], [edge(1, 2)]).to_json()
    assert json.loads(json.dumps(body)) == body
    assert {"size", "title", "original", "representative", "articles", "edges", "unseen_sources"} <= set(body)
    assert body["first_published_at"] == "2025-05-03T12:00:00Z"
    assert body["last_seen_at"] == "2025-05-05T12:00:00Z"
    articles = body["articles"]
    assert isinstance(articles, list)
    assert [article["relation"] for article in articles] == ["original", "near_copy"]
    assert articles[0]["derived_from"] is None
    assert set(articles[1]["derived_from"]) == {
        "article",
        "closest",
        "relation",
        "score",
        "confidence",
        "reasons",
        "passages",
    }
    assert body["edges"] == [
        {
            "from": "a1",
            "to": "a2",
            "relation": "near_copy",
            "score": 0.95,
            "passages": 1,
            "same_publisher": False,
            "licensed": False,
        }
    ]


def test_one_member_alone_is_traced() -> None:
    found = trace([member(1)], [])
    assert found.original is None
    assert found.representative == "a1"


def test_five_hundred_reprints_are_traced_in_bounded_time() -> None:
    members = [member(n, TEXT * 40, published=n) for n in range(500)]
    pairs = [
        edge(a, b, Relation.IDENTICAL, 1.0, 1.0, 1.0)
        for a in range(500)
        for b in range(a + 1, min(a + 31, 500))
    ]
    started = time.process_time()
    found = trace(members, pairs)
    assert time.process_time() - started < 5
    assert found.original is not None
    assert found.original.article == "a0"


HOURS = st.one_of(st.none(), st.integers(-50, 60).map(float))
TAILS = st.sampled_from(
    [
        "",
        "It cost 30 or 40 million.",
        "Reuters reported it.",
        "According to Paper 1 News, so it is.",
        TEXT * 2,
    ]
)
MEMBERS = st.lists(st.tuples(HOURS, st.integers(0, 60).map(float), TAILS), min_size=1, max_size=7).map(
    lambda rows: [member(n, TEXT + tail, published, seen) for n, (published, seen, tail) in enumerate(rows)]
)
SHARES = st.integers(0, 10).map(lambda n: n / 10)
PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] < p[1]),
    st.tuples(st.sampled_from(list(Relation)), SHARES, SHARES, SHARES),
).map(lambda found: [edge(a, b, *verdict) for (a, b), verdict in found.items()])


@given(MEMBERS, PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_members_edges_and_ends_changes_nothing(
    members: list[Member], pairs: list[Edge], random: Random
) -> None:
    shuffled = [e.swapped() if random.random() < 0.5 else e for e in pairs]
    random.shuffle(shuffled)
    assert trace(random.sample(members, len(members)), shuffled) == trace(members, pairs)


@given(MEMBERS, PAIRS)
def test_everybody_is_traced_once_and_nobody_descends_from_oneself(
    members: list[Member], pairs: list[Edge]
) -> None:
    found = trace(members, pairs)
    ids = {m.id for m in members}
    assert sorted(traced.member.id for traced in found.articles) == sorted(ids)
    assert found.representative in ids
    parents = {t.member.id: t.derivation.article if t.derivation else None for t in found.articles}
    for start in ids:
        steps, at = 0, parents[start]
        while at is not None:
            assert at in ids
            at, steps = parents[at], steps + 1
            assert steps <= len(ids)
    originals = [t.member.id for t in found.articles if t.relation is None]
    assert originals == ([found.original.article] if found.original else [])
    for traced in found.articles:
        assert 0 <= traced.coverage <= 1
        assert traced.derivation is None or (
            0 <= traced.derivation.confidence <= 1 and traced.derivation.reasons
        )


@given(MEMBERS.filter(lambda members: len(members) > 1), st.sampled_from(list(Relation)))
def test_direction_is_one_chance_seen_from_two_sides(members: list[Member], relation: Relation) -> None:
    a, b = list(profiles(members, Roster()).values())[:2]
    assert abs(direction(a, b, relation) + direction(b, a, relation) - 1) < 1e-9
    assert precedence(a.timing, b.timing) + precedence(b.timing, a.timing) == 1


# Fairness: own copies, licences, times that cannot be


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


@given(MEMBERS, PAIRS, st.randoms(use_true_random=False))
def test_how_members_are_numbered_changes_nothing(
    members: list[Member], pairs: list[Edge], random: Random
) -> None:
    numbers = [member.number for member in members]
    anew = dict(zip(numbers, random.sample(range(100, 200), len(numbers)), strict=True))
    renumbered = [replace(each, number=anew[each.number]) for each in members]
    known = [e for e in pairs if e.a in anew and e.b in anew]
    moved = [Edge(anew[e.a], anew[e.b], e.report) for e in known]
    assert trace(renumbered, moved).to_json() == trace(members, known).to_json()
