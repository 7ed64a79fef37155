"""Analysed texts are remembered, as many as there is room for."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from itertools import product

import numpy as np

from copytrail.article import Article
from copytrail.document import analyse
from copytrail.matching import Library
from copytrail.store.protocol import Edition
from copytrail.store.redis import RedisStore

# Plurals as German forms them, without a word by which a text is told to be German.
PLURALS = " ".join(
    "".join(parts) + "ungen" for parts in product(("Bra", "Kli", "Sto"), ("ber", "dun", "gas", "lem"))
)


def test_texts_are_remembered_by_their_size(store: RedisStore) -> None:
    library = Library(store, room=1 << 20)
    documents = [analyse(f"Harbour bridge {n} will close. " * 200) for n in range(60)]  # 120 KB each
    known = [weakref.ref(document) for document in documents]
    for number, document in enumerate(documents):
        library.remember(number, Edition(1), document)
        library.remember(number, Edition(1), document)
    documents.clear()
    del document
    gc.collect()
    alive = [number for number, text in enumerate(known) if text()]
    assert alive[-1] == 59
    assert 5 <= len(alive) <= 15
    library.remember(60, Edition(1), analyse("Harbour bridge. " * 60_000))
    gc.collect()
    assert not any(text() for text in known)


def test_a_text_read_again_is_what_it_was_when_it_came_in(store: RedisStore) -> None:
    article = Article("plurals", f"{PLURALS}. {PLURALS.title()}!", language="de")
    store.accept([article], datetime(2026, 1, 1, tzinfo=UTC))
    (number,) = (record.number for record in [store.record("plurals")] if record)
    read = Library(store).documents([number])[number][1]
    as_it_came, untold = analyse(article.text, article.language), analyse(article.text)
    assert np.array_equal(read.stem, as_it_came.stem)
    assert not np.array_equal(read.stem, untold.stem)
