"""Webhooks: everything that happens reaches whoever asked, signed and in order, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from receiver import Receiver, receiving
from standardwebhooks.webhooks import Webhook as Verifier

from copytrail.settings import Settings
from copytrail.store.redis import RedisStore
from worker.courier import Courier

Story = list[dict[str, Any]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The operator allows this machine."""
    return replace(settings, webhook_private="127.0.0.1")


@dataclass
class Desk:
    """A newsroom that is told by webhooks what happens to a story."""

    client: FlaskClient
    receiver: Receiver
    story: Story
    index: Callable[[], None]
    courier: Courier

    def hook(self, **more: object) -> dict[str, Any]:
        """Ask to be told."""
        return hook(self.client, self.receiver.url, **more)

    def state(self, webhook: dict[str, Any]) -> dict[str, Any]:
        """What is known of the webhook now."""
        found: dict[str, Any] = self.client.get(f"/v1/webhooks/{webhook['id']}").get_json()
        return found

    def test(self, webhook: dict[str, Any]) -> None:
        """Ask for a message now, whatever pause there is."""
        assert self.client.post(f"/v1/webhooks/{webhook['id']}/test").status_code == 202

    def add(self, articles: Any) -> None:  # noqa: ANN401 - JSON
        """Post, and have it handled."""
        self.client.post("/v1/articles", json=articles)
        self.index()

    def happen(self) -> list[dict[str, Any]]:
        """A cluster begins, grows, and ends; all that was told."""
        self.add(self.story[:2])
        self.add(self.story[2])
        for article in self.story[:2]:
            self.client.delete(f"/v1/articles/{article['id']}")
        self.index()
        return self.told()

    def told(self) -> list[dict[str, Any]]:
        """The event feed."""
        events: list[dict[str, Any]] = self.client.get("/v1/events").get_json()["events"]
        return events

    def deliver(self) -> None:
        """Have delivered what is due."""
        for delivery in self.courier.round():
            delivery.result(20)


@pytest.fixture
def desk(
    client: FlaskClient, story: Story, index: Callable[[], None], store: RedisStore, settings: Settings
) -> Iterator[Desk]:
    with receiving() as receiver:
        yield Desk(client, receiver, story, index, Courier(store, settings))


def hook(client: FlaskClient, url: str, **more: object) -> dict[str, Any]:
    answer = client.post("/v1/webhooks", json={"url": url} | more)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_everything_from_now_on_is_delivered_in_order_and_signed(desk: Desk) -> None:
    desk.add(desk.story[3])
    desk.client.delete(f"/v1/articles/{desk.story[3]['id']}")
    webhook = desk.hook()
    told = desk.happen()[1:]
    desk.deliver()
    assert desk.receiver.events() == told
    assert [event["type"] for event in told[:2]] == ["cluster.created", "cluster.grown"]
    verifier = Verifier(webhook["secret"])
    for headers, body in desk.receiver.taken:
        assert verifier.verify(body, headers)
    with pytest.raises(Exception, match="signature"):
        verifier.verify(desk.receiver.taken[0][1] + b" ", desk.receiver.taken[0][0])
    shown = desk.state(webhook)
    assert (shown["status"], shown["cursor"], shown["failures"]) == ("active", told[-1]["id"], 0)
    assert shown["delivered_at"]
    assert "secret" not in shown and "secret" not in desk.client.get("/v1/webhooks").get_json()["webhooks"][0]
    desk.deliver()
    assert len(desk.receiver.taken) == len(told)


def test_only_the_events_asked_for(desk: Desk) -> None:
    webhook = desk.hook(events=["cluster.grown", "article.deleted"])
    told = desk.happen()
    desk.deliver()
    assert desk.receiver.events() == [e for e in told if e["type"] in ("cluster.grown", "article.deleted")]
    assert desk.state(webhook)["cursor"] == told[-1]["id"]


def test_what_is_not_taken_is_sent_again_later_and_nothing_overtakes_it(desk: Desk) -> None:
    desk.receiver.answers = [204, 503]
    webhook = desk.hook()
    told = desk.happen()
    desk.deliver()
    assert desk.receiver.events() == told[:2]
    failing = desk.state(webhook)
    assert (failing["status"], failing["failures"], failing["cursor"]) == ("failing", 1, told[0]["id"])
    assert failing["error"] == "it answered 503 Service Unavailable"
    assert failing["retry_at"] > failing["failing_since"]
    desk.deliver()
    assert len(desk.receiver.taken) == 2, "the pause is not over"
    desk.test(webhook)
    desk.deliver()
    assert desk.receiver.events()[2]["type"] == "webhook.test"
    assert desk.receiver.events()[3:] == told[1:]
    assert desk.receiver.ids()[3] == desk.receiver.ids()[1], "the same event has the same id"
    assert desk.state(webhook)["status"] == "active"


def test_who_is_gone_is_told_nothing_more_until_a_test_is_taken(desk: Desk) -> None:
    desk.receiver.answers = [410, 500]
    webhook = desk.hook()
    told = desk.happen()
    desk.deliver()
    assert (desk.state(webhook)["status"], desk.state(webhook)["retry_at"]) == ("disabled", None)
    desk.test(webhook)
    desk.deliver()
    desk.deliver()
    assert desk.state(webhook)["status"] == "disabled"
    assert len(desk.receiver.taken) == 2
    desk.test(webhook)
    desk.deliver()
    assert desk.receiver.events()[3:] == told


def test_several_workers_deliver_each_event_once(desk: Desk, store: RedisStore, settings: Settings) -> None:
    desk.hook()
    told = desk.happen()
    deliveries = [delivery for _ in range(4) for delivery in Courier(store, settings).round()]
    for delivery in deliveries:
        delivery.result(20)
    assert desk.receiver.events() == told


def test_a_worker_that_lost_its_token_says_nothing_more(client: FlaskClient, store: RedisStore) -> None:
    name = hook(client, "https://desk.example/hook")["id"]
    token = store.begin_delivery(name)
    assert token is not None
    assert store.begin_delivery(name) is None
    webhook = store.webhook(name)
    assert webhook is not None and "whsec_" not in repr(webhook).replace("whsec_…", "")
    assert not store.delivered(name, "another", webhook.progress)
    client.delete(f"/v1/webhooks/{name}")
    assert not store.delivered(name, token, webhook.progress)
    assert store.webhooks() == []


def test_events_that_are_no_longer_kept_are_counted(
    desk: Desk, store: RedisStore, settings: Settings
) -> None:
    webhook = desk.hook()
    desk.happen()
    narrow = RedisStore(store._link, replace(settings, events_kept=2))
    desk.add(desk.story[3])
    narrow.delete(desk.story[3]["id"])
    kept = desk.told()
    desk.deliver()
    assert desk.receiver.events() == kept
    assert desk.state(webhook)["skipped"] == int(kept[0]["id"]) - 1


def test_a_redirect_is_not_followed(desk: Desk) -> None:
    desk.receiver.answers, desk.receiver.location = [302], desk.receiver.url
    webhook = desk.hook()
    desk.happen()
    desk.deliver()
    assert len(desk.receiver.taken) == 1
    assert desk.state(webhook)["error"] == "it answered 302 Found; redirects are not followed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"url": "https://desk.example/", "events": ["cluster.exploded"]}, "events.0"),
        ({"url": "https://desk.example/", "secret": "short"}, "secret"),
        ({"url": "https://desk.example/", "secret": "whsec_c2hvcnQ="}, "secret"),
        ({"url": "https://desk.example/", "secret": "whsec_%%%%"}, "secret"),
        ({"url": "https://desk.example/", "retries": 5}, "retries"),
    ],
)
def test_a_wrong_webhook_is_named(client: FlaskClient, body: dict[str, object], field: str) -> None:
    answer = client.post("/v1/webhooks", json=body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"][0]["field"] == field


def test_webhooks_are_listed_and_deleted(client: FlaskClient) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    first = hook(client, "https://desk.example/1", secret=secret)
    second = hook(client, "https://desk.example/2", events=["article.failed"])
    assert first.pop("secret") == secret and second.pop("secret") != secret
    assert client.get("/v1/webhooks").get_json() == {"webhooks": [first, second], "next_cursor": None}
    assert client.delete(f"/v1/webhooks/{first['id']}").status_code == 204
    assert client.delete(f"/v1/webhooks/{first['id']}").status_code == 404
    assert client.get(f"/v1/webhooks/{first['id']}").status_code == 404
    assert client.post(f"/v1/webhooks/{first['id']}/test").status_code == 404
    assert client.get("/v1/webhooks").get_json()["webhooks"] == [second]
