"""The index: which articles sit in a bucket.

An entry is the bucket's tag (its upper 40 bits) and the article's number; the lowest bits of the bucket
choose the shard. Two buckets that agree in these 44 bits are taken for one: at 10 million articles a query of
200 buckets meets two strangers that way, each in one bucket, which no ranking heeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from copytrail.candidates import CROWD, Hits
from copytrail.errors import StoreUnavailable
from copytrail.store import keys
from copytrail.store.connection import Command, Connection, call
from copytrail.store.part import Part
from copytrail.store.work import Task

Buckets = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

_TAG_SHIFT: Final = np.uint64(24)  # the lower bits are not kept
_ENTRY: Final = np.dtype([("low", "<u4"), ("high", "u1"), ("number", "<u4")])  # 9 bytes, packed
_TRIES: Final = 20  # of a read while pages are being split by others


class Index(Part):
    """Finding and, for workers, changing what sits in the buckets."""

    def find(self, sketches: Sequence[Buckets]) -> list[Hits]:
        """See `Store.find`."""
        buckets = np.unique(np.concatenate(sketches)) if sketches else np.empty(0, np.uint64)
        bucket, number = _found(self._link, buckets)
        starts = np.searchsorted(bucket, np.arange(len(buckets) + 1))
        return [_hits(sketch, np.searchsorted(buckets, sketch), starts, number) for sketch in sketches]

    def index(
        self,
        worker: str,
        tasks: Sequence[Task],
        sketches: Sequence[Buckets],
        repeated: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        """See `WorkerStore.index`.

        In three steps, each of which may be repeated: out of the old buckets, note the new ones, into the new
        ones. Whatever an interrupted attempt has put into the index, the noted buckets include it.
        """
        placed = list(zip(tasks, sketches, strict=True))
        stale = [
            (t.number, t.indexed) for t, s in placed if len(t.indexed) and not np.array_equal(t.indexed, s)
        ]
        self._change(worker, stale, [])
        self._note(worker, zip(tasks, sketches, repeated or [()] * len(tasks), strict=True))
        self._change(worker, [], [(task.number, sketch) for task, sketch in placed])

    def _note(self, worker: str, placed: Iterable[tuple[Task, Buckets, Sequence[tuple[int, int]]]]) -> None:
        by_shard: dict[int, list[int | bytes]] = {}
        for task, sketch, repeated in placed:
            by_shard.setdefault(keys.shard_of(task.number), []).extend(
                (task.number, sketch.astype("<u8").tobytes(), np.array(repeated, "<u4").tobytes())
            )
        self._link.run(
            [call("ct_sketch", [keys.key(shard, "shard")], worker, *args) for shard, args in by_shard.items()]
        )

    def _change(
        self, worker: str, out: Sequence[tuple[int, Buckets]], into: Sequence[tuple[int, Buckets]]
    ) -> None:
        removed, added = _entries(out), _entries(into)
        self._link.run(
            [
                call("ct_index", _keys(shard), worker, removed[shard], added[shard])
                for shard in range(keys.SHARDS)
                if removed[shard] or added[shard]
            ]
        )


def entries_of(page: bytes) -> tuple[Buckets, Numbers]:
    """The tags and article numbers in a page, or in pages put together."""
    entries = np.frombuffer(page, _ENTRY)
    tags = (entries["high"].astype(np.uint64) << np.uint64(32)) | entries["low"]
    return tags, entries["number"].astype(np.int64)


def _keys(shard: int) -> list[str]:
    return [keys.key(shard, name) for name in ("shard", "pages", "fenced")]


def _entries(placed: Sequence[tuple[int, Buckets]]) -> list[bytes]:
    """The packed entries of the articles' buckets for each shard."""
    if not placed:
        return [b""] * keys.SHARDS
    buckets = np.concatenate([sketch for _, sketch in placed])
    entries = np.empty(len(buckets), _ENTRY)
    entries["low"], entries["high"] = _tag_parts(buckets)
    entries["number"] = np.repeat([number for number, _ in placed], [len(sketch) for _, sketch in placed])
    shards = keys.shards_of_buckets(buckets)
    order = np.argsort(shards, kind="stable")
    bounds = np.searchsorted(shards[order], np.arange(keys.SHARDS + 1))
    entries = entries[order]
    return [entries[low:high].tobytes() for low, high in zip(bounds[:-1], bounds[1:], strict=True)]


def tags_of(buckets: Buckets) -> Buckets:
    """What the index keeps of buckets."""
    return buckets >> _TAG_SHIFT


def _tag_parts(buckets: Buckets) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    tags = tags_of(buckets)
    return tags.astype(np.uint32), (tags >> np.uint64(32)).astype(np.uint8)


def _found(link: Connection, buckets: Buckets) -> tuple[Numbers, Numbers]:
    """What sits in distinct buckets: places in `buckets`, ascending, and article numbers."""
    shards = keys.shards_of_buckets(buckets)
    left = {int(shard): np.flatnonzero(shards == shard) for shard in np.unique(shards)}
    pages = _page_counts(link, list(left))
    found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for _ in range(_TRIES):
        answers = link.run(
            [c for shard, at in left.items() for c in _reading(shard, buckets[at], pages[shard])]
        )
        for shard, read, count in zip(list(left), answers[::2], answers[1::2], strict=True):
            if int(count or 1) == pages[shard]:
                at = left.pop(shard)
                found.append(_filtered(at, buckets[at], read))
            pages[shard] = int(count or 1)
        if not left:
            place, number = (np.concatenate(part) for part in zip(*found, strict=True))
            order = np.lexsort((number, place))
            return place[order], number[order]
    raise StoreUnavailable("The index grows faster than it can be read: try again.")


def _page_counts(link: Connection, shards: Sequence[int]) -> dict[int, int]:
    counts = link.run([("HGET", keys.key(shard, "shard"), "pages") for shard in shards])
    return {shard: int(count or 1) for shard, count in zip(shards, counts, strict=True)}


def _reading(shard: int, buckets: Buckets, pages: int) -> tuple[Command, Command]:
    """Read the pages of the buckets, then how many pages there are: unless that changed, the pages were the
    right ones.

    The native command costs the server a quarter of what a function costs that looks the entries up itself.
    """
    low, _ = _tag_parts(buckets)
    half = 1 << (pages.bit_length() - 1)
    page = low.astype(np.int64) % (2 * half)
    page[page >= pages] -= half
    return ("HMGET", keys.key(shard, "pages"), *page.tolist()), ("HGET", keys.key(shard, "shard"), "pages")


def _filtered(places: Numbers, buckets: Buckets, pages: Sequence[Any]) -> tuple[Numbers, Numbers]:
    """Of the entries in the pages, one page read for each bucket, those that are in the bucket."""
    entries = np.frombuffer(b"".join(page or b"" for page in pages), _ENTRY)
    asked = np.repeat(np.arange(len(buckets)), [len(page or b"") // _ENTRY.itemsize for page in pages])
    low, high = _tag_parts(buckets)
    same = (entries["low"] == low[asked]) & (entries["high"] == high[asked])
    return places[asked[same]], entries["number"][same].astype(np.int64)


def _hits(sketch: Buckets, places: Numbers, starts: Numbers, numbers: Numbers) -> Hits:
    """The part of what was found that sits in one sketch's buckets, which stand at `places` among all."""
    first, size = starts[places], starts[places + 1] - starts[places]
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return Hits(
        np.repeat(sketch, size), numbers[np.repeat(first, size) + within], bool((size >= CROWD).any())
    )
