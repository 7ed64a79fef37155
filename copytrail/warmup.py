"""Compiling the detector ahead of the first article: once on a machine, on two cores, a moment ever after."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from copytrail.candidates import Hits, rank
from copytrail.compare import compare, heard
from copytrail.compiled import FIRST_USE, Hashes
from copytrail.document import analyse
from copytrail.measures import measure_nothing
from copytrail.rest import rest_signals
from copytrail.sketch import sketch
from copytrail.store import pages
from copytrail.traits import traits

_ORIGINAL = (
    "The mill at Oderby will reopen in March, its owners said on Monday. “We have found the money,” Anna Lindqvist "
    "told 40 workers at the gate. The mill closed in 2019 after a fire. Repairs cost 3.5 million crowns, a third of "
    "it lent by the town.\n\n"
    "Since the fire the Lindqvist brothers have ground their rye at Kettlewick, nine miles down the river, and lost "
    "two bakers of Oderby to rivals there. The new wheel comes from a foundry in Tarn; a cafe\u0301 will open in the "
    "granary, run by the widow of the l\u0430st miller.\n\nShare this article on Facebook."
)
_COPY = _ORIGINAL.replace("owners said on Monday", "owners have announced").replace(
    "closed in", "was shut in"
)
_OTHER = (
    "Nobody at Port Skerrow saw the owls arrive. They nest in the signal box now, six of them, and the night train "
    "waits until the chicks are fed. Passengers have begun to bring binoculars."
)
_SPACELESS = (
    "市政府星期一宣布，大桥将关闭九个星期。工程师在两个桥墩上发现了裂缝。" * 3,
    "สะพานท่าเรือจะปิดในวันจันทร์ สภาเมืองกล่าวหลังจากนักประดาน้ำพบรอยแตก " * 3,
)
_NO_COPIES = np.zeros((0, 6), np.int32)


def warm_up() -> None:
    """Run every compiled loop once, on a made-up article, a copy of it and others."""
    with _comparing_compiled_beside():
        original, copy, other = analyse(_ORIGINAL), analyse(_COPY), analyse(_OTHER)
        for text in (original, copy, other):
            _put_into_pages(sketch(text))
            traits(text.written)
        rest_signals(original.written, copy.written, _NO_COPIES)
        for spaceless in _SPACELESS:
            analyse(spaceless)
        rank(Hits(sketch(original), np.arange(len(sketch(original)))), None)
    compare(original, copy)
    compare(original, other)
    heard(original, other)


@contextmanager
def _comparing_compiled_beside() -> Iterator[None]:
    """On a machine's first use, let another process compile how texts are compared while this one learns to read."""
    if not FIRST_USE:
        yield
        return
    beside = subprocess.Popen([sys.executable, "-P", "-m", "copytrail.warmup", "comparing"])
    try:
        yield
    finally:
        beside.wait()


def _put_into_pages(buckets: Hashes) -> None:
    tags = pages.tags_of(buckets)
    ids, at = np.unique(pages.pages_of(tags, pages.FIRST), return_inverse=True)
    empty = pages.read_pages(ids, [None] * len(ids))
    nobody, order = np.empty(0, np.int64), np.argsort(at)
    coming = at[order], pages.entries_for(tags, at)[order]
    filled, _ = pages.changed(empty, (nobody, nobody), coming)
    for found in (empty, filled):
        pages.matched(found, at, tags)
    pages.split(filled, pages.FIRST, pages.FIRST + 1)


if __name__ == "__main__":
    measure_nothing() if sys.argv[1:] == ["comparing"] else warm_up()
