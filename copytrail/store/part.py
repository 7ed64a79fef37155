"""What the parts of the store have in common: the connection, the settings, the queue and the proof of
durability.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from time import time

from copytrail.settings import Settings
from copytrail.store import generations, keys, queue
from copytrail.store.connection import Connection
from copytrail.store.shards import change_articles


class Part:
    """A part of the Redis store; `RedisStore` is made of all parts."""

    def __init__(self, link: Connection, settings: Settings) -> None:
        self._link = link
        self.settings = settings
        self.generation = 0
        self._version = generations.WRITTEN_AS

    def _follow(self, looked: Sequence[bytes | None]) -> bool:
        """Go on with the index that is live, as `generations.LOOK` found it; whether it was another before.

        Raises IndexVersionMismatch when it is not of this program's version.
        """
        before, self.generation = self.generation, generations.live(looked, self._version)
        return self.generation != before

    def _enqueue(self, numbers: Sequence[int]) -> None:
        if numbers:
            queue.put(self._link, self.settings.partitions, numbers)

    def _look_again(self, numbers: Collection[int]) -> None:
        """Queue articles once more, as they are."""
        arguments = {number: (number,) for number in sorted(numbers)}
        found = change_articles(self._link, "ct_look_again", arguments, round(time() * 1000))
        self._enqueue([number for number, there in found.items() if there])

    def _confirm_durable(self, numbers: Iterable[int]) -> None:
        """Return once what was written about these articles is on disk, and so is their place in the queue."""
        shards = {keys.key(keys.shard_of(number), "synced") for number in numbers}
        self._link.confirm_durable(sorted(shards), self.settings.replicas)
