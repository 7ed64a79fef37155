"""Clusters without a store, and what the index promises of a crowd of articles."""

import json
import random
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copytrail.article import Article, Limits, parse_article
from copytrail.candidates import CROWD as BUCKET
from copytrail.candidates import Hits, rank
from copytrail.compiled import Hashes, Longs
from copytrail.document import analyse
from copytrail.offline import cluster_articles
from copytrail.offline.join import join
from copytrail.offline.shelf import Shelf
from copytrail.sketch import GUARANTEE, sketch

SEEDS = Path(__file__).parents[2] / "seeds"
STORIES = json.loads((SEEDS / "labels.json").read_text())["stories"]
CROWD = 20_000
CROWD_OF_ONE = 400  # articles in one bucket, more than it answers with
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = [json.loads(line)["text"] for line in (SEEDS / "comet-probe.jsonl").read_text().splitlines()]
VOCABULARY = [f"w{number}" for number in range(20_000)]
# As words are in real texts: the k-th commonest is used in proportion to 1 / k.
CUMULATIVE = np.cumsum(1 / np.arange(1, len(VOCABULARY) + 1)).tolist()


def made_up(seed: int, words: int) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, cum_weights=CUMULATIVE, k=words)


@pytest.fixture(scope="module")
def crowd() -> tuple[Hashes, Longs]:
    """The buckets of all articles, sorted, and whose each is."""
    sketches = [sketch(analyse(" ".join(made_up(seed, 100)))) for seed in range(CROWD)]
    keys, owners = np.concatenate(sketches), np.repeat(np.arange(CROWD), [len(each) for each in sketches])
    order = np.argsort(keys, kind="stable")
    return keys[order], owners[order]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, CROWD - 1), st.integers(0, 100 - GUARANTEE), st.integers(0, 400), st.integers(0, 400))
def test_a_verbatim_run_is_always_found_among_many_articles(
    crowd: tuple[Hashes, Longs], source: int, start: int, before: int, after: int
) -> None:
    run = made_up(source, 100)[start : start + GUARANTEE]
    text = [*made_up(CROWD + before, before), *run, *made_up(2 * CROWD + after, after)]
    found = [hits_of(key, *crowd) for key in sketch(analyse(" ".join(text)))]
    buckets, numbers = (np.concatenate(column) for column in zip(*found, strict=True))
    candidates = rank(Hits(buckets, numbers))
    assert source in candidates.numbers or candidates.truncated


def hits_of(key: np.uint64, keys: Hashes, owners: Longs) -> tuple[Hashes, Longs]:
    inside = slice(*np.searchsorted(keys, key + np.arange(2, dtype=np.uint64)))
    return keys[inside], owners[inside]


def test_the_stories_are_their_labelled_clusters() -> None:
    lines = [line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text().splitlines()]
    random.Random(5).shuffle(lines)
    articles = (parse_article(json.loads(line), Limits()) for line in lines)
    clusters = list(cluster_articles(articles, NOW))
    found = {frozenset(article["id"] for article in cluster["articles"]) for cluster in clusters}  # type: ignore[attr-defined]
    assert found == {frozenset(story["cluster"]) for story in STORIES}


def test_of_articles_with_one_id_the_last_counts() -> None:
    text = json.loads((SEEDS / "budget-vote.jsonl").read_text().splitlines()[0])["text"]
    posted = [
        {"id": "a", "text": text},
        {"id": "b", "text": text},
        {"id": "b", "text": "Nothing of the kind."},
    ]
    articles = [parse_article(fields, Limits()) for fields in posted]
    assert list(cluster_articles(articles, NOW)) == []


def test_neither_the_order_nor_how_many_work_changes_a_letter() -> None:
    """Enough articles for several processes, among them some that share a name."""
    lines = [line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text().splitlines()]
    articles = [parse_article(json.loads(line), Limits()) for line in lines]
    chance = random.Random(11)
    articles += [Article(f"w{n}", " ".join(made_up(n % 150, 60)), source="Daily") for n in range(200)]
    alone = list(cluster_articles(articles, NOW))
    assert len(alone) == len(STORIES) + 50
    chance.shuffle(articles)
    assert list(cluster_articles([*articles, articles[0]], NOW, jobs=2)) == alone


def test_a_bucket_answers_with_its_last_articles() -> None:
    crowded = np.arange(CROWD_OF_ONE, dtype=np.int32)
    keys = np.concatenate([np.full(CROWD_OF_ONE, 7, np.uint64), np.array([8, 8, 9], np.uint64)])
    shared = join(keys, np.concatenate([crowded, np.array([3, 5, 5], np.int32)]), CROWD_OF_ONE)
    assert shared.bucket.tolist() == [7, 8]
    assert shared.candidates(3)[0] == 5
    newest = set(range(CROWD_OF_ONE - BUCKET, CROWD_OF_ONE))
    assert all(newest.issuperset({*shared.candidates(number)} - {5}) for number in (0, 3, CROWD_OF_ONE - 1))
    assert shared.candidates(CROWD_OF_ONE - 1)


@settings(deadline=None)
@given(st.text(max_size=300) | st.sampled_from(TEXTS), st.booleans())
def test_what_is_put_on_a_shelf_is_what_is_taken_from_it(text: str, furnished: bool) -> None:
    document = analyse(f"{text} Share this article on Facebook." if furnished else text)
    with TemporaryDirectory() as folder:
        one, other = Shelf(Path(folder)), Shelf(Path(folder))
        one.put(["something before"])
        place = one.put_article(Article("a", document.text, title="T"), document)
        one.flush()
        assert other.article(place) == Article("a", document.text, title="T")
        taken = other.document(place)
        for name in (field.name for field in fields(document)):
            np.testing.assert_array_equal(getattr(taken, name), getattr(document, name))
        for own, read in zip(document.traits, taken.traits, strict=True):
            np.testing.assert_array_equal(read, own, strict=True)
        one.close()
        other.close()
