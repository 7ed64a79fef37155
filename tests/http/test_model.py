"""Random sequences of calls against a model of what must be stored."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from samples import story

from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.redis import RedisStore

_TEXTS = [article["text"] for article in story("tram-depot-fire")]
ORIGINAL, COPY, OTHER = _TEXTS[0], _TEXTS[0] + " Updated at noon.", _TEXTS[-1]
SHORT = "Too short."
IDS = st.sampled_from(["a", "b", "c", "d", "é #?"])
TEXTS = st.sampled_from([ORIGINAL, COPY, OTHER, SHORT])


def machine(app: Flask, work: Callable[[], None], empty: Callable[[], None]) -> type[RuleBasedStateMachine]:
    """The rules over one service; `work` indexes what waits, `empty` forgets everything."""
    client: FlaskClient = app.test_client()

    class Service(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            empty()
            self.texts: dict[str, str] = {}
            self.settled = True

        @rule(article=IDS, text=TEXTS)
        def post(self, article: str, text: str) -> None:
            answer = client.post("/v1/articles", json={"id": article, "text": text})
            assert answer.status_code == 202
            (accepted,) = answer.get_json()["accepted"]
            assert accepted["id"] == article
            if self.texts.get(article) != text:
                assert accepted["status"] == "queued"
                self.texts[article], self.settled = text, False

        @rule(articles=st.lists(st.tuples(IDS, TEXTS), min_size=1, max_size=4))
        def post_several(self, articles: list[tuple[str, str]]) -> None:
            body = [{"id": article, "text": text} for article, text in articles] + [{"id": "/", "text": "x"}]
            answer = client.post("/v1/articles", json=body).get_json()
            assert [item["id"] for item in answer["accepted"]] == [article for article, _ in articles]
            assert [item["index"] for item in answer["rejected"]] == [len(articles)]
            self.settled = self.settled and self.texts == self.texts | dict(articles)
            self.texts |= dict(articles)

        @rule(article=IDS)
        def delete(self, article: str) -> None:
            known = self.texts.pop(article, None)
            answer = client.delete(f"/v1/articles/{_quoted(article)}")
            assert answer.status_code == (204 if known else 404)
            self.settled = self.settled and not known

        @rule()
        def work(self) -> None:
            work()
            self.settled = True

        @rule(text=TEXTS)
        @precondition(lambda self: self.settled)
        def check(self, text: str) -> None:
            found = client.post("/v1/check", json={"text": text}).get_json()
            like = {a for a, t in self.texts.items() if text != SHORT and _alike(text, t)}
            assert {match["article"] for match in found["matches"] if match["score"] > 0.9} == like

        @invariant()
        def articles_are_as_posted(self) -> None:
            for article in ("a", "b", "c", "d", "é #?"):
                answer = client.get(f"/v1/articles/{_quoted(article)}/text")
                given = answer.get_json()["text"] if answer.status_code == 200 else None
                assert given == self.texts.get(article)

        @invariant()
        def counts_agree(self) -> None:
            stats = client.get("/v1/stats").get_json()
            assert (stats["articles"], stats["failed"]) == (len(self.texts), 0)
            if self.settled:
                assert stats["queued"] == 0

        @invariant()
        @precondition(lambda self: self.settled)
        def clusters_follow_from_the_texts(self) -> None:
            listed = client.get("/v1/clusters").get_json()["clusters"]
            found = sorted(_members(client, cluster["id"]) for cluster in listed)
            bridge = sorted(a for a, t in self.texts.items() if t in (ORIGINAL, COPY))
            other = sorted(a for a, t in self.texts.items() if t == OTHER)
            assert found == sorted(group for group in (bridge, other) if len(group) > 1)
            for article in self.texts:
                state = client.get(f"/v1/articles/{_quoted(article)}").get_json()
                assert (state["cluster"] is not None) == any(article in group for group in found)

    return Service


def _alike(a: str, b: str) -> bool:
    return a == b or {a, b} == {ORIGINAL, COPY}


def _members(client: FlaskClient, cluster: str) -> list[str]:
    answer: dict[str, Any] = client.get(f"/v1/clusters/{cluster}").get_json()
    return sorted(article["id"] for article in answer["articles"])


def _quoted(article: str) -> str:
    return article.replace("#", "%23").replace("?", "%3F")


def test_any_sequence_of_calls_leaves_what_the_model_says(
    app: Flask, store: RedisStore, link: Connection, index: Callable[[], None]
) -> None:
    histories = count(1)

    def empty() -> None:
        for primary in link.primaries():
            primary.flushall()
        # Numbers are never used twice, and the service remembers texts by them.
        link.one(("SET", keys.NEXT_NUMBER, 1000 * next(histories)))
        RedisStore(link, store.settings)

    run_state_machine_as_test(
        machine(app, index, empty),
        settings=settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
