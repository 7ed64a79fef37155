"""A page of the index: what sits in the buckets whose tags choose it, as 8-byte entries, oldest first.

An entry is the upper part of the bucket's tag (4 bytes) and the article's number (4), little-endian. The pages of a
shard grow in number by linear hashing (Litwin 1980), a few splits at a time, so that a page holds `LOAD` entries on
average whatever the size of the corpus: with n pages and 2^k <= n < 2^(k+1), a tag lives in page tag mod 2^(k+1), or
in tag mod 2^k while that page does not exist. There are never fewer than before. Of a tag's 40 bits the lowest 8 need
not be kept, since a shard begins with `FIRST` pages, which cost nothing while they are empty.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from copytrail.candidates import CROWD
from copytrail.compiled import Bools, Codes, Hashes, Longs, compiled

LOAD: Final = (
    16  # entries: fewer cost memory, more cost what is written to the disk; `make bench` has the table
)
FIRST: Final = 256  # pages of an empty shard
ENTRY_BYTES: Final = 8
_TAG_BITS: Final = np.uint64((1 << 40) - 1)
_SHARD_BITS: Final = np.uint64(4)  # the lowest bits of a bucket choose the shard
_KEPT_FROM: Final = np.uint64(8)  # the bits of a tag that are the same for a whole page


class Pages(NamedTuple):
    """Pages put together: entries `starts[i]` to `starts[i + 1]` are those of page `ids[i]`."""

    ids: Longs
    starts: Longs
    entries: Hashes


def tags_of(buckets: Hashes) -> Hashes:
    """What the index keeps of buckets besides their shards: 40 bits."""
    return (buckets >> _SHARD_BITS) & _TAG_BITS


def kept_of(tags: Hashes) -> Codes:
    """What an entry keeps of a tag: 32 bits, the others are those of its page."""
    return (tags >> _KEPT_FROM).astype(np.uint32)


def pages_of(tags: Hashes, count: int) -> Longs:
    """The page of each tag when there are so many pages."""
    half = 1 << (count.bit_length() - 1)
    page: Longs = (tags & np.uint64(2 * half - 1)).astype(np.int64)
    page[page >= count] -= half
    return page


def entries_for(tags: Hashes, numbers: Longs) -> Hashes:
    """The entries that say that articles sit in the buckets of these tags."""
    return kept_of(tags) | (numbers.astype(np.uint64) << np.uint64(32))


def tags_in(pages: Pages) -> tuple[Hashes, Longs]:
    """The tag and the article number of each entry."""
    ids = np.repeat(pages.ids, np.diff(pages.starts)).astype(np.uint64)
    kept = pages.entries & np.uint64(0xFFFFFFFF)
    tags = (kept << _KEPT_FROM) | (ids & np.uint64(FIRST - 1))
    return tags, (pages.entries >> np.uint64(32)).astype(np.int64)


def read_pages(ids: Longs, values: list[bytes | None]) -> Pages:
    """Pages as the store has them; one that it does not have is empty."""
    joined = b"".join(filter(None, values))
    sizes = [len(value) if value else 0 for value in values]
    return Pages(ids, _starts(np.array(sizes, np.int64) // ENTRY_BYTES), np.frombuffer(joined, "<u8"))


def fields_of(ids: Longs) -> list[bytes]:
    """The fields under which the store has the pages: 4 bytes each."""
    fields: list[bytes] = ids.astype("<u4").view("V4").tolist()
    return fields


def packed(pages: Pages) -> tuple[bytes, bytes, bytes]:
    """Pages as `ct_index` takes them: their numbers, where each ends among the entries in bytes, the entries."""
    ends = (pages.starts[1:] * ENTRY_BYTES).astype("<u4").tobytes()
    return pages.ids.astype("<u4").tobytes(), ends, pages.entries.astype("<u8").tobytes()


def matched(pages: Pages, at: Longs, tags: Hashes) -> tuple[Longs, Longs]:
    """Who sits in the buckets of these tags, whose pages are those at these places: places in `tags`, ascending, and
    article numbers.
    """
    return _matched(pages.starts, pages.entries, at, kept_of(tags))


def changed(pages: Pages, gone: tuple[Longs, Longs], new: tuple[Longs, Hashes]) -> tuple[Pages, int]:
    """The pages after a change, and how many entries a full bucket dropped; they are its oldest.

    `gone`: places of pages, ascending, and numbers of articles that leave them. `new`: places, ascending, and entries
    that come in, each once, whether it was there already or not.
    """
    count = len(pages.ids)
    bounds = [np.searchsorted(part[0], np.arange(count + 1)) for part in (gone, new)]
    entries, starts, dropped = _changed(
        pages.starts, pages.entries, bounds[0], gone[1], bounds[1], new[1], CROWD
    )
    return Pages(pages.ids, starts, entries), dropped


def split(pages: Pages, count: int, wanted: int) -> Pages:
    """The pages when there are `wanted` instead of `count`, at most twice as many: those that are split, in two."""
    half = 1 << (count.bit_length() - 1)
    parting = pages.ids < wanted - half if wanted > count else np.zeros(len(pages.ids), np.bool_)
    parting &= pages.ids >= count - half
    bit = np.uint64(half.bit_length() - 1) - _KEPT_FROM
    entries, stay, moved = _split(pages.starts, pages.entries, parting, bit)
    ids = np.concatenate((pages.ids, pages.ids[parting] + half))
    return Pages(ids, _starts(np.concatenate((stay, moved[parting]))), entries)


def _starts(sizes: Longs) -> Longs:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))


@compiled
def _matched(starts: Longs, entries: Hashes, at: Longs, kept: Codes) -> tuple[Longs, Longs]:
    count = 0
    for i in range(len(at)):
        for j in range(starts[at[i]], starts[at[i] + 1]):
            count += np.uint32(entries[j]) == kept[i]
    place, number = np.empty(count, np.int64), np.empty(count, np.int64)
    count = 0
    for i in range(len(at)):
        for j in range(starts[at[i]], starts[at[i] + 1]):
            if np.uint32(entries[j]) == kept[i]:
                place[count], number[count] = i, np.int64(entries[j] >> np.uint64(32))
                count += 1
    return place, number


@compiled
def _changed(
    starts: Longs, old: Hashes, gone_from: Longs, gone: Longs, new_from: Longs, new: Hashes, crowd: int
) -> tuple[Hashes, Longs, int]:
    entries = np.empty(len(old) + len(new), np.uint64)
    ends = np.zeros(len(starts), np.int64)
    end, dropped = 0, 0
    for page in range(len(starts) - 1):
        first = end
        for i in range(starts[page], starts[page + 1]):
            stays = True
            for j in range(gone_from[page], gone_from[page + 1]):
                stays = stays and np.int64(old[i] >> np.uint64(32)) != gone[j]
            for j in range(new_from[page], new_from[page + 1]):
                stays = stays and old[i] != new[j]
            if stays:
                entries[end] = old[i]
                end += 1
        for j in range(new_from[page], new_from[page + 1]):
            if end - first >= crowd:
                oldest, size = -1, 0
                for i in range(first, end):
                    if np.uint32(entries[i]) == np.uint32(new[j]):
                        oldest = i if size == 0 else oldest
                        size += 1
                if size >= crowd:
                    for i in range(oldest, end - 1):
                        entries[i] = entries[i + 1]
                    end -= 1
                    dropped += 1
            entries[end] = new[j]
            end += 1
        ends[page + 1] = end
    return entries[:end], ends, dropped


@compiled
def _split(starts: Longs, old: Hashes, parting: Bools, bit: np.uint64) -> tuple[Hashes, Longs, Longs]:
    entries = np.empty(len(old), np.uint64)
    stay, moved = np.zeros(len(parting), np.int64), np.zeros(len(parting), np.int64)
    end = 0
    for moving in range(2):
        sizes = moved if moving else stay
        for page in range(len(parting)):
            for i in range(starts[page], starts[page + 1]):
                moves = parting[page] and (old[i] >> bit) & np.uint64(1) == np.uint64(1)
                if moves == (moving == 1):
                    entries[end] = old[i]
                    sizes[page] += 1
                    end += 1
    return entries, stay, moved
