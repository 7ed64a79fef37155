"""Sketches equal datasketch's where they should, and find what they promise."""

import random

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from copytrail.candidates import Hits, rank
from copytrail.document import analyse
from copytrail.shingles import word_shingles
from copytrail.sketch import FINGERPRINT_LANE, GUARANTEE, LANE, PAIR_LANE, fingerprints, signature, sketch

VOCABULARY = [f"w{number}" for number in range(5000)]


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_signature_is_datasketchs(values: list[int]) -> None:
    oracle = MinHash(128, seed=1, hashfunc=lambda value: value)
    oracle.update_batch([value & 0xFFFFFFFF for value in values])
    assert signature(np.array(values, dtype=np.uint64)).tolist() == oracle.hashvalues.tolist()


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_a_shared_run_of_the_guaranteed_length_shares_a_fingerprint(
    seed: int, before: int, after: int, extra: int
) -> None:
    chance = random.Random(seed)
    run = " ".join(chance.choices(VOCABULARY, k=GUARANTEE))
    texts = []
    for around in (before, after):
        head, tail = (" ".join(chance.choices(VOCABULARY, k=size)) for size in (around, extra))
        texts.append(analyse(f"{head} {run} {tail}"))
    assert np.intersect1d(fingerprints(texts[0]), fingerprints(texts[1])).size


def test_fingerprints_of_ordinary_text_are_few() -> None:
    document = analyse(" ".join(random.Random(1).choices(VOCABULARY, k=4000)))
    assert len(fingerprints(document)) < 4000 * 2.5 / (GUARANTEE - 8 + 2)


def test_a_sketch_is_sorted_distinct_and_has_all_lanes() -> None:
    keys = sketch(
        analyse(" ".join(random.Random(2).choices(VOCABULARY, k=300)) + ". Anna Berg met Carl Dahl in Oslo.")
    )
    assert (keys[1:] > keys[:-1]).all()
    assert set((keys & LANE).tolist()) == {0, int(FINGERPRINT_LANE), int(PAIR_LANE)}


@pytest.mark.parametrize("text", ["", "word", "word " * 19, "!!! ???", "\u200b" * 50])
def test_too_short_a_text_has_no_sketch(text: str) -> None:
    assert len(sketch(analyse(text))) == 0


def test_one_word_a_hundred_thousand_times_has_a_small_sketch() -> None:
    assert len(sketch(analyse("word " * 100_000))) < 100


def test_word_shingles_of_a_text_shorter_than_one_are_none() -> None:
    assert len(word_shingles(analyse("only four words here").hash, 5)) == 0


def hits(*rows: tuple[int, int], truncated: bool = False) -> Hits:
    buckets, numbers = zip(*rows, strict=True) if rows else ((), ())
    return Hits(np.array(buckets, np.uint64), np.array(numbers, np.int64), truncated)


def test_articles_sharing_more_and_rarer_buckets_come_first() -> None:
    crowded = [(7, number) for number in range(100, 150)]
    answer = rank(hits((1, 10), (2, 10), (1, 20), *crowded, (3, 5)), own=5)
    assert answer.numbers[:2] == (10, 20)
    assert 5 not in answer.numbers


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), unique=True, max_size=80), st.randoms())
def test_the_order_of_hits_does_not_matter(rows: list[tuple[int, int]], chance: random.Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert rank(hits(*rows), limit=5) == rank(hits(*shuffled), limit=5)


def test_leaving_out_an_article_with_a_shared_fingerprint_is_said() -> None:
    fingerprint = int(FINGERPRINT_LANE) + 1
    rows = [(fingerprint, number) for number in range(40)]
    assert rank(hits(*rows), limit=30).truncated
    assert not rank(hits(*rows), limit=40).truncated
    assert not rank(hits(*[(1, number) for number in range(40)]), limit=30).truncated
    assert rank(hits((1, 2), truncated=True)).truncated
