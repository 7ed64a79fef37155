"""Analysed texts are remembered, as many as there is room for."""

from __future__ import annotations

import gc
import weakref

from copytrail.document import analyse
from copytrail.matching import Library
from copytrail.store.protocol import Edition
from copytrail.store.redis import RedisStore


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
