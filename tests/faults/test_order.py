"""Clusters do not depend on who came first: digests of two stories, and a story with more copies than are compared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from copytrail.article import Article
from copytrail.candidates import LIMIT
from copytrail.offline import cluster_articles
from copytrail.store.protocol import ClusterFilter
from copytrail.store.redis import RedisStore

NOW = datetime.now(UTC)
SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.jsonl"))
STORIES = [
    [json.loads(line)["text"].split() for line in path.read_text("utf-8").splitlines()] for path in SEEDS
]

Clusters = frozenset[frozenset[str]]
Texts = dict[str, str]


def edited(chance: random.Random, words: Sequence[str], share: float) -> str:
    changed = list(words)
    for place in chance.sample(range(len(words)), int(len(words) * share)):
        changed[place] = f"w{chance.randrange(10**6)}"
    return " ".join(changed)


def digests(chance: random.Random) -> Texts:
    """Articles whole, halved, edited, and put together of halves of two."""
    every = [words for story in STORIES for words in story]

    def one() -> str:
        words, other = chance.sample(every, 2)
        half = words[: len(words) // 2]
        return chance.choice(
            [
                " ".join(words),
                " ".join(half),
                edited(chance, words, 0.08),
                " ".join(half + other[len(other) // 2 :]),
            ]
        )

    return {f"a{number}": one() for number in range(80)}


def crowd(chance: random.Random) -> Texts:
    """More edited copies of one article than a text is compared with, three stories, and what lifts from two texts."""
    told = chance.sample(STORIES, 3)
    first = told[0][0]
    texts = {f"c{n}": edited(chance, first, chance.choice([0.03, 0.08, 0.15])) for n in range(LIMIT + 6)}
    for s, story in enumerate(told):
        texts |= {f"s{s}-{n}": " ".join(words) for n, words in enumerate(story[:5])}
    for n in range(8):
        one, other = chance.sample([first, *(chance.choice(story) for story in told)], 2)
        low, high = chance.randrange(len(one) // 2), chance.randrange(len(other) // 2)
        texts[f"d{n}"] = " ".join(one[low : low + len(one) // 2] + other[high : high + len(other) // 2])
    return texts


def found(store: RedisStore) -> Clusters:
    listed, _ = store.clusters(ClusterFilter(), None, 1000)
    return frozenset(
        frozenset(member.article_id for member in store.records(cluster.members) if member)
        for cluster in listed
    )


def without_a_store(texts: Texts) -> Clusters:
    clusters = cluster_articles((Article(key, text) for key, text in texts.items()), NOW)
    listed = (cast("list[dict[str, str]]", cluster["articles"]) for cluster in clusters)
    return frozenset(frozenset(each["id"] for each in articles) for articles in listed)


def emptied(store: RedisStore, index: Callable[[], None], keys: Iterable[str]) -> None:
    for key in keys:
        store.delete(key)
    index()


@pytest.mark.parametrize(
    ("texts", "seed"),
    [
        (digests, 11),
        (crowd, 5),
        *(pytest.param(each, n, marks=pytest.mark.long) for each in (digests, crowd) for n in (2, 7, 9, 12)),
    ],
)
def test_clusters_do_not_depend_on_who_came_first(
    store: RedisStore, index: Callable[[], None], texts: Callable[[random.Random], Texts], seed: int
) -> None:
    written = texts(random.Random(seed))
    ways = []
    for way, at_once in enumerate((5, 20, 100)):
        order = list(written)
        random.Random(f"{seed} {way}").shuffle(order)
        for at in range(0, len(order), at_once):
            store.accept([Article(key, written[key]) for key in order[at : at + at_once]], NOW)
            index()
        ways.append(found(store))
        emptied(store, index, written)
        assert not found(store)
    assert ways[0] == ways[1] == ways[2] == without_a_store(written)


def test_clusters_do_not_depend_on_what_was_there_before(
    store: RedisStore, index: Callable[[], None]
) -> None:
    written = digests(random.Random(7))
    store.accept([Article(key, text) for key, text in written.items()], NOW)
    index()
    wanted = found(store)
    emptied(store, index, written)
    earlier, gone = digests(random.Random(1)), digests(random.Random(2))
    store.accept([Article(key, earlier[key]) for key in list(written)[::3]], NOW)
    store.accept([Article(f"gone-{key}", text) for key, text in gone.items()], NOW)
    index()
    store.accept([Article(key, text) for key, text in written.items()], NOW)
    index()
    emptied(store, index, [f"gone-{key}" for key in gone])
    assert found(store) == wanted
