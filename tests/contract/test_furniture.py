"""What a site repeats in its articles is learned from the stream, whatever the order, and is no evidence."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from copytrail.article import Article
from copytrail.document import Document, Why, analyse
from copytrail.matching import Library
from copytrail.store.redis import RedisStore

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
VOCABULARY = [
    f"{a}{b}{c}" for a in ("bar", "ten", "mol", "kir", "sav") for b in ("an", "ol", "ir") for c in "aeiou"
]
BOX = "The Bay Bulletin is a paper of the Holm family and has been since the big flood of 1883 took the mill away."
CARDS = "\n".join(
    f"Members of the reading circle save {n} crowns on every ticket to the {place} when they show a card at the door"
    for n, place in ((12, "opera"), (7, "zoo"), (9, "baths"), (4, "museum"))
)
FURNITURE = f"{BOX}\n\n{CARDS}"


def news(seed: int, lines: int = 8) -> str:
    chance = random.Random(seed)
    return "\n\n".join(
        " ".join(chance.choices(VOCABULARY, k=30)).capitalize() + f" {seed}." for _ in range(lines)
    )


def article(seed: int, text: str | None = None, source: str = "Bay Bulletin") -> Article:
    return Article(f"a{seed}", text or f"{news(seed)}\n\n{FURNITURE}", source=source)


def read(store: RedisStore, name: str) -> Document:
    record = store.record(name)
    assert record is not None
    return Library(store).documents([record.number])[record.number][1]


def ignored(store: RedisStore, name: str) -> list[str]:
    document = read(store, name)
    return [document.text[s.start : s.stop] for s in document.ignored if s.why is Why.REPEATED]


def clusters(store: RedisStore, names: Sequence[str]) -> set[str | None]:
    found = [store.record(name) for name in names]
    return {record.cluster if record else "gone" for record in found}


@pytest.mark.parametrize("together", [True, False])
def test_a_block_in_three_articles_of_a_source_is_furniture_of_all(
    store: RedisStore, index: Callable[[], None], together: bool
) -> None:
    articles = [article(1), article(2), article(3)]
    for posted in [articles] if together else [[one] for one in articles]:
        store.accept(posted, NOW)
        index()
    for one in articles:
        assert ignored(store, one.id) == [FURNITURE]
        alone = analyse(one.text.removesuffix(FURNITURE))
        assert read(store, one.id).hash.tolist() == alone.hash.tolist()
    assert clusters(store, ["a1", "a2", "a3"]) == {None}
    assert store.stats()["queued"] == 0
    assert not any(store.audit().values())


def test_two_articles_or_two_sources_prove_nothing(store: RedisStore, index: Callable[[], None]) -> None:
    store.accept([article(1), article(2), article(3, source="Hill Herald")], NOW)
    index()
    assert [ignored(store, name) for name in ("a1", "a2", "a3")] == [[], [], []]


def test_versions_of_one_story_teach_nothing(store: RedisStore, index: Callable[[], None]) -> None:
    story = news(1)
    for seed in range(1, 6):
        store.accept([article(seed, f"{story}\n\nUpdate number {seed} of this story.")], NOW)
        index()
    names = [f"a{seed}" for seed in range(1, 6)]
    assert [ignored(store, name) for name in names] == [[]] * 5
    assert len(clusters(store, names)) == 1
    assert None not in clusters(store, names)


def test_a_page_that_is_only_what_its_site_repeats_joins_nothing(
    store: RedisStore, index: Callable[[], None]
) -> None:
    headings = {10: "Photo of the day", 11: "Nothing here", 12: "Closed"}
    store.accept([article(seed, f"{heading}\n\n{FURNITURE}") for seed, heading in headings.items()], NOW)
    index()
    assert len(clusters(store, ["a10", "a11", "a12"])) == 1  # so far they may be versions of one notice
    store.accept([article(1), article(2), article(3)], NOW)
    index()
    assert clusters(store, ["a10", "a11", "a12"]) == {None}
    assert not read(store, "a10").sufficient


@pytest.mark.parametrize("order", range(4))
def test_the_order_of_arrival_does_not_matter(
    store: RedisStore, index: Callable[[], None], order: int
) -> None:
    articles = [article(seed) for seed in range(1, 5)]
    articles += [article(5, f"Closed\n\n{FURNITURE}"), article(6, f"Gone\n\n{FURNITURE}")]
    articles += [article(7, news(1)), article(8, f"{news(8)}\n\n{BOX}", source="Hill Herald")]
    random.Random(order).shuffle(articles)
    for one in articles:
        store.accept([one], NOW)
        index()
    told = {one.id: ignored(store, one.id) for one in articles}
    assert told == {f"a{seed}": [FURNITURE] if seed < 7 else [] for seed in range(1, 9)}
    assert clusters(store, ["a1", "a7"]) != {None}
    assert clusters(store, ["a2", "a3", "a4", "a5", "a6", "a8"]) == {None}
    assert not any(store.audit().values())


def test_what_deleted_articles_taught_is_forgotten(store: RedisStore, index: Callable[[], None]) -> None:
    store.accept([article(1), article(2), article(3)], NOW)
    index()
    assert ignored(store, "a1")
    store.delete("a3")
    index()
    assert [ignored(store, name) for name in ("a1", "a2")] == [[], []]
    store.delete("a1")
    store.delete("a2")
    index()
    assert store.stats()["index_entries"] == 0
    assert not any(store.audit().values())


def test_an_update_that_drops_the_block_counts_no_more(store: RedisStore, index: Callable[[], None]) -> None:
    store.accept([article(1), article(2), article(3)], NOW)
    index()
    store.accept([article(3, news(3))], NOW)
    index()
    assert [ignored(store, name) for name in ("a1", "a2", "a3")] == [[], [], []]


def test_the_same_boilerplate_in_hundreds_of_articles_makes_no_cluster_and_costs_no_more(
    store: RedisStore, index: Callable[[], None]
) -> None:
    seconds = []
    for first in range(0, 200, 40):
        store.accept([article(seed) for seed in range(first, first + 40)], NOW)
        began = time.perf_counter()
        index()
        seconds.append(time.perf_counter() - began)
    assert store.stats()["clusters"] == 0
    assert all(ignored(store, f"a{seed}") for seed in (0, 99, 199))
    assert min(seconds[-2:]) < 3 * min(seconds[:2])
