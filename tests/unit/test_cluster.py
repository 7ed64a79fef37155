from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.cluster import Edge, derive
from copytrail.evidence import HEARD
from copytrail.report import Relation, Report
from copytrail.verdicts import Says

UNRELATED = Report(Relation.UNRELATED, 0.02, 0.0, 0.0, 0.0)


def report(relation: Relation, score: float = 0.9, a_in_b: float = 0.9, b_in_a: float = 0.9) -> Report:
    return Report(relation, score, 0.0, a_in_b, b_in_a, joins=relation.is_reuse, support=score / 2)


def edge(
    a: int, b: int, relation: Relation, score: float = 0.9, a_in_b: float = 0.9, b_in_a: float = 0.9
) -> Edge:
    return Edge(a, b, report(relation, score, a_in_b, b_in_a))


def members(count: int) -> dict[int, str]:
    return {number: f"a{number:04}" for number in range(count)}


def unlike(a: int, b: int) -> Report:
    return UNRELATED


def sets(*clusters: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(cluster) for cluster in clusters}


def test_single_articles_are_no_clusters() -> None:
    assert derive(members(3), [], unlike) == []


@pytest.mark.parametrize(
    "relation", [Relation.IDENTICAL, Relation.NEAR_COPY, Relation.REWRITE, Relation.PARTIAL_COPY]
)
def test_one_joining_pair_is_a_cluster(relation: Relation) -> None:
    assert derive(members(3), [edge(2, 0, relation)], unlike) == [frozenset({0, 2})]


def test_a_pair_that_does_not_join_is_no_cluster() -> None:
    short = Report(Relation.IDENTICAL, 1.0, 1.0, 1.0, 1.0, flags=("insufficient_text",))
    assert derive(members(2), [Edge(0, 1, short)], unlike) == []
    assert derive(members(2), [edge(0, 1, Relation.SAME_EVENT)], unlike) == []


@pytest.mark.parametrize("score", [0.7, 0.9, 1.0])
def test_a_chain_of_rewrites_does_not_merge_its_ends(score: float) -> None:
    chain = [edge(0, 1, Relation.REWRITE, score), edge(1, 2, Relation.REWRITE, score - 0.01)]
    assert derive(members(3), chain, unlike) == [frozenset({0, 1})]


def test_a_long_chain_of_rewrites_falls_into_pairs() -> None:
    chain = [edge(n, n + 1, Relation.REWRITE) for n in range(9)]
    assert max(map(len, derive(members(10), chain, unlike))) == 2


def test_five_siblings_with_all_pairs_strong_are_one_cluster() -> None:
    pairs = [edge(a, b, Relation.REWRITE, 0.7) for a, b in combinations(range(5), 2)]
    assert derive(members(5), pairs, unlike) == [frozenset(range(5))]


def test_missing_pairs_are_asked_for() -> None:
    star = [edge(0, n, Relation.REWRITE) for n in range(1, 5)]
    assert derive(members(5), star, lambda a, b: report(Relation.REWRITE, 0.8)) == [frozenset(range(5))]


def test_two_stories_joined_by_one_strong_pair_stay_apart() -> None:
    left = [edge(a, b, Relation.REWRITE) for a, b in combinations(range(4), 2)]
    right = [edge(a, b, Relation.REWRITE) for a, b in combinations(range(4, 8), 2)]
    bridge = edge(3, 4, Relation.REWRITE, 0.89)
    assert set(derive(members(8), [*left, *right, bridge], unlike)) == sets(range(4), range(4, 8))


def test_reprints_do_not_outvote_the_guard() -> None:
    reprints = [edge(0, n, Relation.IDENTICAL, 1.0, 1.0, 1.0) for n in range(1, 6)]
    bridges = [edge(n, 6, Relation.REWRITE) for n in range(6)]
    chain = [*reprints, *bridges, edge(6, 7, Relation.REWRITE, 0.85)]
    assert derive(members(8), chain, unlike) == [frozenset(range(7))]


@pytest.mark.parametrize("share", [0.3, 0.9, 1.0])
def test_a_roundup_does_not_merge_the_stories_it_takes_from(share: float) -> None:
    story, other, roundup = 0, 1, 2
    taken = [
        edge(story, roundup, Relation.PARTIAL_COPY, 0.95, share, 0.2),
        edge(other, roundup, Relation.PARTIAL_COPY, 0.95, share - 0.05, 0.2),
    ]
    assert derive(members(3), taken, unlike) == [frozenset({story, roundup})]


def test_a_reprinted_roundup_does_not_merge_the_stories_either() -> None:
    taken = [edge(n, r, Relation.PARTIAL_COPY, 0.95, 0.4, 0.2) for n in (0, 1) for r in (2, 3, 4)]
    reprints = [edge(2, 3, Relation.NEAR_COPY), edge(3, 4, Relation.NEAR_COPY)]
    (cluster,) = derive(members(5), [*taken, *reprints], unlike)
    assert len(cluster & {0, 1}) == 1


def test_a_short_digest_does_not_merge_the_stories_it_takes_from() -> None:
    taken = [
        edge(2, 0, Relation.PARTIAL_COPY, 0.95, 0.55, 0.14),
        edge(2, 1, Relation.PARTIAL_COPY, 0.95, 0.45, 0.38),
    ]
    (cluster,) = derive(members(3), taken, unlike)
    assert len(cluster) == 2


def test_longer_pieces_and_excerpts_of_one_story_all_join_it() -> None:
    story = [edge(0, 1, Relation.REWRITE)]
    pieces = [edge(0, n, Relation.PARTIAL_COPY, 0.9, 0.4, 0.2) for n in (2, 3)]
    excerpt = edge(4, 1, Relation.PARTIAL_COPY, 0.9, 1.0, 0.2)
    assert derive(members(5), [*story, *pieces, excerpt], unlike) == [frozenset(range(5))]


def test_two_excerpts_that_tell_one_event_join_their_source() -> None:
    excerpts = [edge(n, 0, Relation.PARTIAL_COPY, 0.9, 1.0, 0.3) for n in (1, 2)]
    same_event = report(Relation.SAME_EVENT, 0.1, 0.0, 0.0)
    assert derive(members(3), excerpts, lambda a, b: same_event) == [frozenset({0, 1, 2})]


def test_a_guest_is_no_host() -> None:
    chain = [
        edge(1, 0, Relation.PARTIAL_COPY, 0.9, 1.0, 0.3),
        edge(2, 1, Relation.PARTIAL_COPY, 0.9, 0.95, 0.3),
    ]
    assert derive(members(3), chain, unlike) == [frozenset({0, 1})]


def tie(a: int, b: int, support: float) -> Edge:
    return Edge(a, b, Report(Relation.SAME_EVENT, 0.3, 0.0, 0.0, 0.0, support=support))


@pytest.mark.parametrize(
    ("supports", "joins"),
    [
        ((0.6, 0.5, 0.4), True),
        ((0.6, 0.4), True),
        ((0.9,), False),
        ((0.4, 0.4, 0.4), False),
        ((0.9, 0.1), False),
    ],
)
def test_weak_ties_to_several_members_join_when_together_they_convince(
    supports: Sequence[float], joins: bool
) -> None:
    group = [edge(a, b, Relation.REWRITE) for a, b in combinations(range(4), 2)]
    ties = [tie(n, 4, support) for n, support in enumerate(supports)]
    assert derive(members(6), [*group, *ties], unlike) == [frozenset(range(5 if joins else 4))]


def test_weak_ties_between_single_articles_join_nobody() -> None:
    ties = [tie(a, b, 0.9) for a, b in combinations(range(4), 2)]
    assert derive(members(4), ties, unlike) == []


def test_five_hundred_reprints_are_one_cluster_and_fast() -> None:
    pairs = [
        edge(a, b, Relation.IDENTICAL, 1.0, 1.0, 1.0) for a, b in combinations(range(500), 2) if b - a < 60
    ]
    started = time.perf_counter()
    assert derive(members(500), pairs, unlike) == [frozenset(range(500))]
    assert time.perf_counter() - started < 3


def test_a_merge_compares_nine_pairs_at_most() -> None:
    asked: list[tuple[int, int]] = []

    def compare(a: int, b: int) -> Report:
        asked.append((a, b))
        return UNRELATED

    left = [edge(a, b, Relation.REWRITE) for a, b in combinations(range(6), 2)]
    right = [edge(a, b, Relation.REWRITE) for a, b in combinations(range(6, 12), 2)]
    derive(members(12), [*left, *right, edge(0, 6, Relation.REWRITE, 0.8)], compare)
    assert len(asked) <= 8


RELATIONS = [
    Relation.IDENTICAL,
    Relation.NEAR_COPY,
    Relation.REWRITE,
    Relation.PARTIAL_COPY,
    Relation.SAME_EVENT,
]
TENTHS = st.integers(1, 10).map(lambda n: n / 10)
PAIRS = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] < p[1])
EDGES = st.dictionaries(
    PAIRS, st.builds(report, st.sampled_from(RELATIONS), TENTHS, TENTHS, TENTHS), max_size=20
).map(lambda found: [Edge(a, b, verdict) for (a, b), verdict in found.items()])


def scored(a: int, b: int) -> Report:
    """Verdicts between pairs without an edge: symmetric, mixed, the same in every run."""
    low, high = sorted((a, b))
    mixed = (low * 7 + high * 13) % 10 / 10
    return Report(
        Relation.SAME_EVENT if mixed > 0.3 else Relation.UNRELATED, mixed, 0.0, 0.0, 0.0, support=mixed
    )


@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_members_edges_and_ends_changes_nothing(edges: list[Edge], random: Random) -> None:
    shuffled = [e.swapped() if random.random() < 0.5 else e for e in edges]
    random.shuffle(shuffled)
    items = list(members(9).items())
    random.shuffle(items)
    assert derive(dict(items), shuffled, scored) == derive(members(9), edges, scored)


@given(EDGES, st.permutations(range(9)))
def test_numbers_do_not_matter_only_ids_do(edges: list[Edge], numbers: list[int]) -> None:
    ids = {numbers[number]: name for number, name in members(9).items()}
    renumbered = [Edge(numbers[e.a], numbers[e.b], e.report) for e in edges]

    def compare(a: int, b: int) -> Report:
        return scored(numbers.index(a), numbers.index(b))

    expected = derive(members(9), edges, scored)
    assert derive(ids, renumbered, compare) == [frozenset(numbers[n] for n in c) for c in expected]


@given(EDGES, st.sampled_from(["", "a0003x", "z"]))
def test_an_unrelated_article_changes_nothing(edges: list[Edge], name: str) -> None:
    more = {**members(9), 99: name}
    far = Edge(99, 100, report(Relation.IDENTICAL))
    assert derive(more, [*edges, far], scored) == derive(members(9), edges, scored)


@given(EDGES)
def test_clusters_are_disjoint_connected_and_keep_every_copy_together(edges: list[Edge]) -> None:
    clusters = derive(members(9), edges, scored)
    numbers = [n for cluster in clusters for n in cluster]
    assert len(numbers) == len(set(numbers))
    for e in edges:
        if e.report.relation in (Relation.IDENTICAL, Relation.NEAR_COPY):
            assert any({e.a, e.b} <= cluster for cluster in clusters)
    tied = [{e.a, e.b} for e in edges if e.report.joins or e.report.support >= HEARD]
    assert all(any({n} < pair <= cluster for pair in tied) for cluster in clusters for n in cluster)


def test_a_confirmed_pair_is_a_cluster_whatever_its_texts_say() -> None:
    assert derive(members(3), [], unlike, {(0, 2): Says.CONFIRM}) == [frozenset({0, 2})]
    assert derive(members(3), [edge(0, 1, Relation.NEAR_COPY)], unlike, {(1, 2): Says.CONFIRM}) == [
        frozenset({0, 1, 2})
    ]


@pytest.mark.parametrize("relation", [Relation.IDENTICAL, Relation.REWRITE, Relation.PARTIAL_COPY])
def test_a_disputed_pair_joins_nothing(relation: Relation) -> None:
    assert derive(members(2), [edge(1, 0, relation)], unlike, {(0, 1): Says.DISPUTE}) == []


def test_a_disputed_pair_is_not_compared_again() -> None:
    pairs = [edge(0, 1, Relation.REWRITE), edge(1, 2, Relation.REWRITE, 0.8)]
    groups = derive(members(3), pairs, lambda a, b: report(Relation.REWRITE), {(0, 2): Says.DISPUTE})
    assert groups == [frozenset({0, 1})], (
        "of two rewrites of one text, one is no witness for the other any more"
    )


def test_a_third_text_that_is_a_copy_of_both_joins_a_disputed_pair() -> None:
    pairs = [edge(a, b, Relation.NEAR_COPY) for a, b in combinations(range(3), 2)]
    assert derive(members(3), pairs, unlike, {(0, 1): Says.DISPUTE}) == [frozenset({0, 1, 2})]


@given(data=st.data())
def test_verdicts_are_heeded_in_any_order(data: st.DataObject) -> None:
    relations = st.sampled_from(
        [Relation.NEAR_COPY, Relation.REWRITE, Relation.PARTIAL_COPY, Relation.SAME_EVENT]
    )
    pairs = [
        edge(a, b, data.draw(relations), data.draw(st.sampled_from([0.2, 0.5, 0.9])))
        for a, b in combinations(range(6), 2)
        if data.draw(st.booleans())
    ]
    said = {
        pair: data.draw(st.sampled_from(Says))
        for pair in combinations(range(6), 2)
        if data.draw(st.booleans())
    }
    groups = derive(members(6), pairs, unlike, said)
    for (a, b), says in said.items():
        if says is Says.CONFIRM:
            assert any({a, b} <= group for group in groups)
    for group in groups:
        linked = [
            (e.a, e.b) for e in pairs if said.get((e.a, e.b)) is not Says.DISPUTE and e.report.support > 0
        ]
        linked += [pair for pair, says in said.items() if says is Says.CONFIRM]
        reached = {min(group)}
        while more := {x for pair in linked if reached & {*pair} for x in pair if x in group} - reached:
            reached |= more
        assert reached == group, "disputed pairs hold nothing together"
    chance = data.draw(st.randoms())
    shuffled = chance.sample([chance.choice([e, e.swapped()]) for e in pairs], len(pairs))
    assert derive(members(6), shuffled, unlike, dict(chance.sample(list(said.items()), len(said)))) == groups
