"""Who was first, and who took from whom: what times, shares and credits decide."""

from __future__ import annotations

import json
import time
from itertools import combinations
from typing import Any, cast

from tracing import TEXT, edge, member, of, parent, said

from copytrail.cluster import Edge
from copytrail.provenance import Member, trace
from copytrail.report import Grade, Passage, Relation, Report


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
