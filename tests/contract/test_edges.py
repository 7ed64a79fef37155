from __future__ import annotations

from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from copytrail.article import Article
from copytrail.report import Grade, Passage, Relation, Report
from copytrail.store import reports
from copytrail.store.redis import RedisStore
from copytrail.store.work import Link, Task

NOW = datetime(2026, 5, 1, tzinfo=UTC)
REPORT = Report(
    Relation.PARTIAL_COPY,
    0.9,
    0.2,
    0.8,
    0.3,
    (Passage((1, 5), (7, 12), Grade.IDENTICAL, 1.0),),
    {"x": 0.5},
    ("f",),
    True,
)

offsets = st.integers(0, 2**31)
share = st.floats(0, 1)
passages = st.builds(
    Passage, st.tuples(offsets, offsets), st.tuples(offsets, offsets), st.sampled_from(Grade), share
)
any_report = st.builds(
    Report,
    relation=st.sampled_from(Relation),
    score=share,
    jaccard=share,
    a_in_b=share,
    b_in_a=share,
    passages=st.lists(passages, max_size=5).map(tuple),
    evidence=st.dictionaries(st.text(max_size=8), share, max_size=4),
    flags=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    joins=st.booleans(),
)


@given(report=any_report, own=st.integers(0, 2**32 - 1), other=st.integers(0, 2**32 - 1))
def test_a_report_comes_back_as_it_was(report: Report, own: int, other: int) -> None:
    packed = reports.pack(own, other, report, zstandard.ZstdCompressor())
    assert reports.unpack(packed) == reports.Packed(own, other, report)
    head = reports.unpack(packed[: reports.HEAD_BYTES]).report
    assert (head.relation, head.score, head.a_in_b, head.joins) == (
        report.relation,
        report.score,
        report.a_in_b,
        report.joins,
    )


@pytest.fixture
def tasks(store: RedisStore) -> list[Task]:
    """Three articles in hand."""
    store.accept([Article(name, f"Text {name}") for name in "abc"], NOW)
    return store.begin("w", [record.number for name in "abc" if (record := store.record(name))])


def link(a: Task, b: Task) -> Link:
    return Link(a.number, b.number, a.version, b.version, REPORT)


def test_both_articles_know_the_pair_each_from_its_side(store: RedisStore, tasks: list[Task]) -> None:
    a, b, c = tasks
    store.link("w", [a], [link(a, b)])
    assert store.edges([b.number, a.number, c.number]) == [
        {a.number: REPORT.swapped()},
        {b.number: REPORT},
        {},
    ]


def test_an_articles_new_pairs_replace_the_old(store: RedisStore, tasks: list[Task]) -> None:
    a, b, c = tasks
    store.link("w", [a], [link(a, b)])
    store.finish("w", [a])
    (a,) = store.begin("w", [a.number])
    assert a.linked == {b.number}
    store.link("w", [a], [link(a, c)])
    assert store.edges([a.number, b.number, c.number]) == [
        {c.number: REPORT},
        {},
        {a.number: REPORT.swapped()},
    ]


def test_a_pair_of_an_older_text_does_not_count(store: RedisStore, tasks: list[Task]) -> None:
    a, b, _ = tasks
    store.link("w", [a], [link(a, b)])
    store.accept([Article("b", "Other text")], NOW)
    assert store.edges([a.number, b.number]) == [{}, {}]
    store.link("w", [a], [link(a, b)])  # late: made from b's old text
    assert store.edges([a.number, b.number]) == [{}, {}]


def test_a_late_pair_does_not_replace_a_newer_one(store: RedisStore, tasks: list[Task]) -> None:
    a, b, _ = tasks
    store.accept([Article("b", "Other text")], NOW)
    store.finish("w", [b])
    (newer,) = store.begin("w", [b.number])
    store.link("w", [newer], [link(newer, a)])
    store.link("w", [a], [link(a, b)])
    assert store.edges([a.number]) == [{b.number: REPORT.swapped()}]


def test_no_pair_with_an_article_that_went(store: RedisStore, tasks: list[Task]) -> None:
    a, b, _ = tasks
    store.delete("b")
    store.link("w", [a], [link(a, b)])
    assert store.edges([a.number]) == [{}]
    assert store.audit()["edges"] == 0
