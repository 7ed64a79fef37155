"""What was kept long enough goes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from copytrail.article import Article
from copytrail.retention import EXPECTED, Rule, days, source_rules
from copytrail.store.redis import RedisStore
from worker.main import Worker

NOW = datetime.now(UTC)
STORY = (
    "The ferry to Skerrow Island will not sail this winter. Its owner, {who}, said on Tuesday that the engine "
    "needs parts which nobody makes any longer. The island's forty people will be fed by helicopter."
)


def post(store: RedisStore, names: Sequence[str], source: str | None = None, days_ago: float = 0) -> None:
    articles = [Article(name, f"{STORY.format(who=name)} Report {name}.", source=source) for name in names]
    store.accept(articles, NOW - timedelta(days=days_ago))


def keeping(store: RedisStore, **bounds: object) -> RedisStore:
    """The same store with bounds."""
    return RedisStore(store._link, replace(store.settings, **bounds))  # type: ignore[arg-type]


def work(store: RedisStore) -> None:
    worker = Worker(store, store.settings)
    while worker.turn():
        pass


def stored(store: RedisStore, names: Sequence[str]) -> list[str]:
    return [name for name in names if store.record(name)]


def test_what_is_too_old_goes_with_all_its_traces(store: RedisStore, index: Callable[[], None]) -> None:
    post(store, ["old", "older"], days_ago=3)
    post(store, ["new", "newer"], days_ago=1)
    index()
    (before,) = [record.cluster for record in [store.record("new")] if record]
    assert before
    kept = keeping(store, retain_days=2.0)
    work(kept)
    assert stored(store, ["old", "older", "new", "newer"]) == ["new", "newer"]
    cluster = store.cluster(before)
    assert getattr(cluster, "size", None) == 2
    assert store.stats()["expired"] == 2
    assert not any(store.audit().values())
    assert {"article.deleted"} <= {event.type for event in store.events(None, 100)}


def test_the_newest_are_kept(store: RedisStore) -> None:
    names = [f"{n}" for n in range(30)]
    for place, name in enumerate(names):
        post(store, [name], days_ago=30 - place)
    work(keeping(store, retain_articles=12))
    assert stored(store, names) == names[-12:]
    assert store.stats()["articles"] == 12
    assert not any(store.audit().values())


def test_a_new_version_does_not_make_an_article_younger(store: RedisStore) -> None:
    post(store, ["a"], days_ago=3)
    store.accept([Article("a", "Another text, posted now.")], NOW)
    work(keeping(store, retain_days=2.0))
    assert store.record("a") is None


def test_sources_have_bounds_of_their_own(store: RedisStore) -> None:
    post(store, ["t1", "t2"], source="Ticker", days_ago=2)
    post(store, ["b1"], source="Blog", days_ago=3)
    post(store, ["b2", "b3"], source="blog", days_ago=2)
    post(store, ["c1"], source="Courier", days_ago=400)
    work(keeping(store, retain_sources="ticker=1d, Blog=2"))
    assert stored(store, ["t1", "t2", "b1", "b2", "b3", "c1"]) == ["b2", "b3", "c1"]


def test_an_article_follows_its_source(store: RedisStore) -> None:
    post(store, ["a", "b"], source="Ticker", days_ago=2)
    store.accept([Article("a", "Posted again by another.", source="Courier")], NOW)
    work(keeping(store, retain_sources="Ticker=1d"))
    assert stored(store, ["a", "b"]) == ["a"]


def test_several_workers_delete_no_more_than_is_due(store: RedisStore) -> None:
    names = [f"{n}" for n in range(60)]
    post(store, names)
    kept = keeping(store, retain_articles=20)
    threads = [Thread(target=work, args=[kept]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(kept)
    assert store.stats()["articles"] == 20
    assert store.stats()["expired"] == 40
    assert not any(store.audit().values())


def test_without_bounds_everything_is_kept(store: RedisStore) -> None:
    post(store, ["a"], days_ago=4000)
    assert store.expire() == 0
    assert stored(store, ["a"]) == ["a"]


def test_rules_are_read() -> None:
    assert source_rules(" Ticker = 0.5d,Blog=10, A=B=3d,") == (
        Rule("Ticker", days=0.5),
        Rule("Blog", articles=10),
        Rule("A=B", days=3.0),
    )


@pytest.mark.parametrize("written", ["Ticker", "=7d", "Ticker=", "Ticker=0", "Ticker=-1d", "Ticker=7w"])
def test_what_is_no_rule_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED.split(",")[0]):
        source_rules(written)


@pytest.mark.parametrize("written", ["0", "-1", "nan", "inf", "a week"])
def test_what_is_no_number_of_days_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="number of days"):
        days(written)
