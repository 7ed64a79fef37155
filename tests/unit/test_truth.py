"""Comparing clusters with the labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from seeds.truth import Story, judge

STORY_LABEL = Story("story", False, ("a", "b", "c"), ("x",), first="a", sources={"b": "a", "c": "b"})


def cluster(*ids: str, original: str | None = None, **sources: str) -> dict[str, Any]:
    articles = [
        {"id": each, "derived_from": {"article": sources[each]} if each in sources else None} for each in ids
    ]
    return {"articles": articles, "original": {"article": original} if original else None}


@pytest.mark.parametrize(
    ("clusters", "missing", "merged"),
    [
        ([cluster("a", "b", "c")], (), ()),
        ([cluster("a", "b")], ("c",), ()),
        ([cluster("a", "b", "c", "x")], (), ("x",)),
        ([cluster("a", "b"), cluster("c", "x")], ("c",), ("x",)),
        ([], ("a", "b", "c"), ()),
    ],
)
def test_a_verdict_names_what_is_left_out_and_what_is_wrongly_in(
    clusters: Sequence[dict[str, Any]], missing: tuple[str, ...], merged: tuple[str, ...]
) -> None:
    verdict = judge(STORY_LABEL, clusters)
    assert (verdict.missing, verdict.merged) == (missing, merged)
    assert verdict.agrees == (not missing and not merged)


def test_a_verdict_says_whether_the_first_and_the_derivations_are_right() -> None:
    verdict = judge(STORY_LABEL, [cluster("a", "b", "c", original="a", b="a", c="a")])
    assert verdict.first is True
    assert verdict.traced == 1
    assert judge(STORY_LABEL, [cluster("a", "b", "c")]).first is None
