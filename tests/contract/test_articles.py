from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from copytrail.article import Article
from copytrail.errors import QueueFull
from copytrail.store.connection import Connection
from copytrail.store.protocol import Status
from copytrail.store.redis import RedisStore

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
ARTICLE = Article(
    id="a/1".replace("/", ":"),
    text="Der Fluss trat über die Ufer.\n\n\u200bZweiter Absatz 🙂",
    title="Flut",
    url="https://news.example/flut?utm_source=x#top",
    source="News",
    authors=("A. B.",),
    published_at=NOON - timedelta(days=1),
    extra={"desk": {"city": [1, None]}},
)

every_case_on_one_store = hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_an_accepted_article_is_read_back_whole(store: RedisStore) -> None:
    (accepted,) = store.accept([ARTICLE], NOON)
    assert (accepted.id, accepted.status) == (ARTICLE.id, "queued")
    record = store.record(ARTICLE.id)
    assert record is not None
    assert store.text(ARTICLE.id) == ARTICLE.text
    assert record.metadata == ARTICLE.metadata()
    assert (record.version, record.status, record.cluster) == (1, Status.QUEUED, None)
    assert (record.first_seen_at, record.updated_at) == (NOON, NOON)
    assert record.characters == len(ARTICLE.text)
    assert store.records([record.number]) == [record]
    assert store.texts([record.number]) == [(1, ARTICLE.text, ARTICLE.language)]


@every_case_on_one_store
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    article_id=st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1, max_size=200
    ),
)
def test_any_text_and_any_id_come_back(store: RedisStore, text: str, article_id: str) -> None:
    store.accept([Article(article_id, text)], NOON)
    assert store.text(article_id) == text


def test_what_is_unknown_is_none(store: RedisStore) -> None:
    assert store.record("nobody") is None
    assert store.text("nobody") is None
    assert store.records([7]) == [None]
    assert store.editions([7]) == [None]
    assert not store.delete("nobody")
    assert not store.retry("nobody")


def test_the_same_post_again_changes_nothing(store: RedisStore, index: Callable[[], None]) -> None:
    store.accept([ARTICLE], NOON)
    assert store.accept([ARTICLE], LATER)[0].status == "queued"  # it waits still
    index()
    before = store.record(ARTICLE.id)
    assert store.accept([ARTICLE], LATER)[0].status == "unchanged"
    assert store.record(ARTICLE.id) == before
    assert store.stats()["articles"] == 1
    assert store.stats()["queued"] == 0


def test_other_content_is_a_new_version(store: RedisStore, index: Callable[[], None]) -> None:
    store.accept([ARTICLE], NOON)
    index()
    assert store.accept([replace(ARTICLE, text="Neu.")], LATER)[0].status == "queued"
    record = store.record(ARTICLE.id)
    assert record is not None
    assert (record.version, record.status) == (2, Status.QUEUED)
    assert (record.first_seen_at, record.updated_at) == (NOON, LATER)
    assert store.text(ARTICLE.id) == "Neu."
    assert store.accept([replace(ARTICLE, text="Neu.", title="Neu")], LATER)[0].status == "queued"
    assert store.stats()["articles"] == 1


def test_one_canonical_url_is_one_article_under_both_ids(store: RedisStore) -> None:
    store.accept([ARTICLE], NOON)
    other = Article("another", "Anderer Text.", url="https://NEWS.example/flut")
    assert store.accept([other], LATER)[0].id == ARTICLE.id
    record = store.record("another")
    assert record is not None
    assert record == store.record(ARTICLE.id)
    assert (record.version, store.text(ARTICLE.id)) == (2, "Anderer Text.")
    assert store.delete("another")
    assert store.record(ARTICLE.id) is None


def test_the_id_decides_when_the_url_is_another_articles(store: RedisStore) -> None:
    store.accept([ARTICLE, Article("b", "Anderes.", url="https://news.example/b")], NOON)
    store.accept([Article("b", "Wieder anderes.", url=ARTICLE.url)], LATER)
    assert store.text("b") == "Wieder anderes."
    assert store.text(ARTICLE.id) == ARTICLE.text
    assert store.stats()["articles"] == 2


def test_of_several_in_one_post_the_last_counts(store: RedisStore) -> None:
    posts = [Article("x", f"Fassung {n}", url="https://news.example/x") for n in range(3)]
    assert [answer.id for answer in store.accept([*posts, ARTICLE], NOON)] == ["x", "x", "x", ARTICLE.id]
    assert store.text("x") == "Fassung 2"
    assert store.stats()["articles"] == 2


def test_clients_that_post_the_same_at_once_make_one_article_of_it(store: RedisStore) -> None:
    def posts(client: int) -> list[Article]:
        """The same twenty pages, the even ones under ids of the client's own."""
        ids = (f"{client if n % 2 == 0 else 'same'}-{n}" for n in range(20))
        return [Article(name, f"Text {n}", url=f"https://news.example/{n}") for n, name in enumerate(ids)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda client: store.accept(posts(client), NOON), range(8)))
    assert store.stats()["articles"] == 20
    for n, article in enumerate(posts(5)):
        record = store.record(article.id)
        assert record is not None
        assert (record.version, store.text(article.id)) == (1, f"Text {n}")
    assert store.audit()["names"] == 0


def test_a_deleted_article_leaves_no_trace(
    store: RedisStore, link: Connection, index: Callable[[], None]
) -> None:
    empty = kept_keys(link)
    store.accept([ARTICLE, replace(ARTICLE, id="copy", url=None)], NOON)
    index()
    assert store.delete(ARTICLE.id)
    assert store.record(ARTICLE.id) is None
    assert store.text(ARTICLE.id) is None
    assert not store.delete(ARTICLE.id)
    assert store.delete("copy")
    index()
    assert store.stats()["articles"] == 0
    assert {
        key for key in kept_keys(link) - empty if b":a:" in key or b":s:" in key or b":e:" in key
    } == set()
    assert not any(store.audit().values())


def test_an_article_posted_again_after_its_deletion_is_a_new_one(
    store: RedisStore, index: Callable[[], None]
) -> None:
    store.accept([ARTICLE], NOON)
    index()
    old = store.record(ARTICLE.id)
    store.delete(ARTICLE.id)
    store.accept([ARTICLE], LATER)  # before a worker has taken the old one away
    index()
    new = store.record(ARTICLE.id)
    assert old is not None
    assert new is not None
    assert (new.version, new.first_seen_at, new.status) == (1, LATER, Status.INDEXED)
    assert new.number != old.number
    assert not any(store.audit().values())


def test_waiting_until_indexed(store: RedisStore, working: None) -> None:
    store.accept([ARTICLE], NOON)
    assert store.wait_indexed([ARTICLE.id, "nobody"], 10)


def test_waiting_ends(store: RedisStore) -> None:
    store.accept([ARTICLE], NOON)
    assert not store.wait_indexed([ARTICLE.id], 0.05)


def test_a_queue_that_is_too_deep_takes_no_more(link: Connection, store: RedisStore) -> None:
    narrow = RedisStore(link, replace(store.settings, max_queue=3))
    narrow.accept([replace(ARTICLE, id=str(n), url=None) for n in range(3)], NOON)
    with pytest.raises(QueueFull, match="3 articles wait"):
        narrow.accept([ARTICLE], NOON)
    assert store.record(ARTICLE.id) is None


def test_set_aside_listed_and_retried(
    store: RedisStore, fail: Callable[[str], None], index: Callable[[], None]
) -> None:
    store.accept([ARTICLE], NOON)
    fail(ARTICLE.id)
    ((record,), _) = store.failed()
    assert (record.article_id, record.status) == (ARTICLE.id, Status.FAILED)
    assert record.failure
    assert store.stats()["failed"] == 1
    index()
    assert store.retry(ARTICLE.id)
    assert not store.retry(ARTICLE.id)
    index()
    again = store.record(ARTICLE.id)
    assert again is not None
    assert (again.status, again.failure, store.failed()[0]) == (Status.INDEXED, None, [])


def test_every_article_set_aside_is_listed_once_page_by_page(
    store: RedisStore, fail: Callable[[str], None]
) -> None:
    for minute in range(3):  # five of each have the same time
        at = NOON + timedelta(minutes=minute)
        store.accept([replace(ARTICLE, id=f"{minute}-{n}", url=None) for n in range(5)], at)
        for n in range(5):
            fail(f"{minute}-{n}")
    listed: list[str] = []
    cursor: str | None = None
    while cursor or not listed:
        page, cursor = store.failed(4, cursor)
        listed += [record.article_id for record in page]
        assert store.retry(page[0].article_id)  # what leaves the list moves nobody
    assert len(listed) == len(set(listed)) == 15
    assert [name[0] for name in listed] == ["2"] * 5 + ["1"] * 5 + ["0"] * 5
    with pytest.raises(ValueError, match="not given by this list"):
        store.failed(4, "x")


def kept_keys(link: Connection) -> set[bytes]:
    return {key for server in link.primaries() for key in server.scan_iter()}
