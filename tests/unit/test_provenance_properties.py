"""What holds of the descent of any members, whatever their times, texts and pairs are."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tracing import TEXT, edge, member

from copytrail.chronology import precedence
from copytrail.cluster import Edge
from copytrail.parents import direction
from copytrail.profile import profiles
from copytrail.provenance import Member, trace
from copytrail.report import Relation
from copytrail.roster import Roster

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
