"""Articles in the store: accepted, read, deleted, retried."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import xxhash
import zstandard

from copytrail.article import Article
from copytrail.errors import DamagedStore, QueueFull
from copytrail.store import cursors, events, keys, names, queue
from copytrail.store.connection import Argument, Command, call
from copytrail.store.part import Part
from copytrail.store.protocol import Accepted, Edition, Record, Status, Text
from copytrail.store.shards import grouped, read_articles

_FIELDS: Final = "id version meta status chars digest seen updated failure"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FIRST_POLL, _LONGEST_POLL = 0.01, 0.2  # seconds between two looks at articles that are waited for


class Articles(Part):
    """What everybody may do with single articles."""

    def accept(self, articles: Sequence[Article], now: datetime) -> list[Accepted]:
        """See `Store.accept`. Raises QueueFull when too many articles wait already."""
        if (waiting := queue.depth(self._link)) >= self.settings.max_queue:
            raise QueueFull(
                f"{waiting} articles wait for the workers and at most {self.settings.max_queue} may: post again later."
            )
        numbers = names.resolve(self._link, articles)
        accepted = self._write(articles, numbers, _milliseconds(now))
        waiting_numbers = [
            n for n, answer in zip(numbers, accepted, strict=True) if answer.status == "queued"
        ]
        self._enqueue(list(dict.fromkeys(waiting_numbers)))
        gone = [place for place, answer in enumerate(accepted) if answer.status == "gone"]
        if gone:
            names.forget(self._link, {numbers[place]: names.packed(articles[place]) for place in gone})
            again = self.accept([articles[place] for place in gone], now)
            for place, answer in zip(gone, again, strict=True):
                accepted[place] = answer
        self._confirm_durable(numbers)
        return accepted

    def record(self, article_id: str) -> Record | None:
        """See `Store.record`."""
        number = names.number_of(self._link, article_id)
        return self.records([number])[0] if number else None

    def records(self, numbers: Sequence[int]) -> list[Record | None]:
        """See `Store.records`."""
        if not numbers:
            return []
        clusters = self._link.one(("HMGET", keys.MEMBER, *numbers))
        found = read_articles(self._link, "ct_fields", numbers, _FIELDS)
        return [
            _record(number, found[number], cluster) for number, cluster in zip(numbers, clusters, strict=True)
        ]

    def text(self, article_id: str) -> str | None:
        """See `Store.text`."""
        number = names.number_of(self._link, article_id)
        found = self.texts([number])[0] if number else None
        return found.text if found else None

    def texts(self, numbers: Sequence[int]) -> list[Text | None]:
        """See `Store.texts`."""
        found = read_articles(self._link, "ct_fields", numbers, "version text meta")
        return [
            Text(int(version), unpack_text(text), json.loads(metadata).get("language")) if text else None
            for version, text, metadata in map(found.__getitem__, numbers)
        ]

    def editions(self, numbers: Sequence[int]) -> list[Edition | None]:
        """See `Store.editions`."""
        fields = f"version digest {keys.of('repeated', self.generation)}"
        found = read_articles(self._link, "ct_fields", numbers, fields)
        return [
            Edition(int(version), _unpacked(repeated)) if digest else None
            for version, digest, repeated in map(found.__getitem__, numbers)
        ]

    def delete(self, article_id: str) -> bool:
        """See `Store.delete`."""
        number = names.number_of(self._link, article_id)
        if number is None:
            return False
        shard = [keys.key(keys.shard_of(number), "shard")]
        noted = self._link.one(call("ct_delete", shard, _milliseconds(datetime.now(UTC)), number))
        if noted is not None:
            self._enqueue([number])
        names.forget(self._link, {number: noted.decode() if noted else f"i{article_id}\n"})
        self._confirm_durable([number])
        events.pass_on(self._link, self.settings.events_kept, [keys.shard_of(number)])
        return noted is not None

    def wait_indexed(self, article_ids: Sequence[str], seconds: float) -> bool:
        """See `Store.wait_indexed`."""
        deadline, pause = time.monotonic() + seconds, _FIRST_POLL
        waiting = set(names.look_up(self._link, names.IDS, article_ids).values())
        while waiting := queue.waiting(self._link, sorted(waiting)):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(1.5 * pause, _LONGEST_POLL)
        return True

    def failed(self, limit: int = 100, cursor: str | None = None) -> tuple[list[Record], str | None]:
        """See `Store.failed`."""
        after = cursors.unpack(cursor) if cursor else (math.inf, "")
        places = sorted(self._set_aside(after, limit + 1), reverse=True)
        page = places[:limit]
        records = self.records([int(number) for _, number in page])
        following = cursors.pack(*page[-1]) if len(places) > limit else None
        return [record for record in records if record and record.status is Status.FAILED], following

    def _set_aside(self, after: tuple[float, str], limit: int) -> Iterator[tuple[float, str]]:
        """Time (ms) and number of articles set aside that follow a place, so many of each shard at least.

        The server orders numbers of one time as strings, so those of the cursor's own time are looked through.
        """
        at, name = after
        ties, older = ("-inf", "+inf") if at == math.inf else (at, f"({at}")
        commands: list[Command] = []
        for shard in range(keys.SHARDS):
            failed = keys.key(shard, "failed")
            commands.append(("ZRANGE", failed, ties, ties, "BYSCORE", "WITHSCORES"))
            commands.append(
                ("ZRANGE", failed, older, "-inf", "BYSCORE", "REV", "LIMIT", 0, limit, "WITHSCORES")
            )
        for found in self._link.run(commands):
            for number, score in zip(found[::2], found[1::2], strict=True):
                place = float(score), number.decode()
                if place < after or at == math.inf:
                    yield place

    def retry(self, article_id: str) -> bool:
        """See `Store.retry`."""
        number = names.number_of(self._link, article_id)
        if number is None:
            return False
        shard = [keys.key(keys.shard_of(number), "shard")]
        done = bool(self._link.one(call("ct_retry", shard, _milliseconds(datetime.now(UTC)), number)))
        if done:
            self._enqueue([number])
            self._confirm_durable([number])
        return done

    def _write(self, articles: Sequence[Article], numbers: Sequence[int], now: int) -> list[Accepted]:
        """Write the articles shard by shard; the status is `gone` where a deletion is still under way."""
        compressor = zstandard.ZstdCompressor(write_checksum=True)
        groups = grouped(range(len(articles)), lambda place: keys.shard_of(numbers[place]))
        commands = [
            call(
                "ct_accept",
                [keys.key(shard, "shard")],
                now,
                *(
                    part
                    for place in places
                    for part in _arguments(articles[place], numbers[place], compressor)
                ),
            )
            for shard, places in groups.items()
        ]
        accepted: dict[int, Accepted] = {}
        for places, answers in zip(groups.values(), self._link.run(commands), strict=True):
            for place, (what, article_id) in zip(places, answers, strict=True):
                accepted[place] = Accepted(article_id.decode(), what.decode())
        return [accepted[place] for place in range(len(articles))]


class _PerThread(threading.local):
    """What no two threads may use at once, and takes longer to make than to use."""

    def __init__(self) -> None:
        self.decompressor = zstandard.ZstdDecompressor()


_thread = _PerThread()


def unpack_text(packed: bytes) -> str:
    """A text as it is stored: zstd over UTF-8. Raises DamagedStore when it is no more what was written."""
    try:
        return _thread.decompressor.decompress(packed).decode()
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise DamagedStore(f"A stored text cannot be read; restore a backup: {error}") from error


def _unpacked(repeated: bytes | None) -> tuple[tuple[int, int], ...]:
    """The stretches that `ct_sketch` was given."""
    return tuple(map(tuple, np.frombuffer(repeated or b"", "<u4").reshape(-1, 2).tolist()))


def _arguments(article: Article, number: int, compressor: zstandard.ZstdCompressor) -> tuple[Argument, ...]:
    metadata = _ENCODER.encode(article.metadata())
    text = article.text.encode()
    digest = xxhash.xxh3_128_hexdigest(metadata.encode() + b"\0" + text)
    return (
        number,
        article.id,
        names.packed(article),
        metadata,
        compressor.compress(text),
        len(article.text),
        digest,
        keys.source(article.source) if article.source else "",
    )


def _record(number: int, fields: Sequence[Any], cluster: bytes | None) -> Record | None:
    article_id, version, metadata, status, characters, digest, seen, updated, failure = fields
    if metadata is None:  # unknown, or deleted
        return None
    reason, _, traceback = failure.decode().partition("\n") if failure else (None, None, None)
    return Record(
        number=number,
        version=int(version),
        article_id=article_id.decode(),
        metadata=json.loads(metadata),
        status=Status(status.decode()),
        first_seen_at=moment(seen),
        updated_at=moment(updated),
        characters=int(characters),
        digest=digest.decode(),
        failure=reason if status == b"failed" else None,
        cluster=cluster.decode() if cluster else None,
        traceback=traceback or None if status == b"failed" else None,
    )


def moment(milliseconds: bytes | float) -> datetime:
    """The UTC time so many milliseconds after the epoch."""
    return datetime.fromtimestamp(float(milliseconds) / 1000, UTC)


def _milliseconds(time_of: datetime) -> int:
    return round(time_of.timestamp() * 1000)
