"""The client's types and the service's shapes are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from live import copytrail
from pydantic import BaseModel

from copytrail.client import Client, NotFound, answers
from service import event_shapes, schemas, verdict_shapes

__all__ = ["copytrail"]

SHAPES: dict[type[Any], type[BaseModel]] = {
    answers.Accepted: schemas.AcceptedItem,
    answers.Rejected: schemas.RejectedItem,
    answers.Receipt: schemas.Receipt,
    answers.Report: schemas.ReportShape,
    answers.Match: schemas.MatchShape,
    answers.Checked: schemas.Matches,
    answers.Article: schemas.ArticleState,
    answers.FailedArticle: schemas.FailedArticle,
    answers.ClusterSummary: schemas.ClusterSummary,
    answers.Member: schemas.MemberShape,
    answers.Cluster: schemas.ClusterShape,
    answers.Stats: schemas.Stats,
    answers.Verdict: verdict_shapes.VerdictShape,
    answers.Event: event_shapes.EventShape,
}


@pytest.mark.parametrize("answer", SHAPES, ids=lambda answer: str(answer.__name__))
def test_an_answer_has_the_members_that_the_service_sends(answer: type[Any]) -> None:
    assert answer.__required_keys__ | answer.__optional_keys__ == set(SHAPES[answer].model_fields)


def test_a_story_from_post_to_deletion(
    copytrail: Client, index: Callable[[], None], story: list[dict[str, Any]]
) -> None:
    receipt = copytrail.ingest(story, batch=3)
    assert [each["id"] for each in receipt["accepted"]] == [each["id"] for each in story]
    index()
    assert copytrail.wait(timeout=5)
    first = copytrail.article(story[0]["id"])
    assert first["cluster"]
    assert copytrail.text(first["id"]) == story[0]["text"]
    (summary,) = copytrail.clusters(min_size=3)
    cluster = copytrail.cluster(summary["id"])
    assert {each["id"] for each in cluster["articles"]} >= {first["id"], story[1]["id"]}
    assert copytrail.check(story[1], limit=1)["matches"][0]["article"] in {each["id"] for each in story}
    assert copytrail.compare(story[0]["text"], story[0]["text"])["relation"] == "identical"
    assert [event["type"] for event in copytrail.events()][0] == "cluster.created"
    assert copytrail.delete(first["id"])
    with pytest.raises(NotFound):
        copytrail.text(first["id"])
