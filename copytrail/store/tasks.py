"""The work queue as a worker sees it: entries claimed, articles taken in hand and given out of hand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from time import time
from typing import Any, Final

from copytrail.store import events, generations, keys, names, queue, verdicts, whereabouts
from copytrail.store.articles import unpack_text
from copytrail.store.connection import Argument, call, read
from copytrail.store.part import Part
from copytrail.store.shards import change_articles, grouped
from copytrail.store.work import Delivery, Task
from copytrail.urls import site_of

_FREE_FOR_ALL_MS: Final = 86_400_000  # idle time of an entry that was given back
_FORGOTTEN_MS: Final = 600_000  # idle time after which a consumer with nothing in hand is taken off the group
_SWEEP_ARTICLES: Final = 1000  # looked at in one shard at a time


class Tasks(Part):
    """What only workers do."""

    def join(self, worker: str) -> None:
        """See `WorkerStore.join`."""
        joining = call("ct_join", [keys.WORKERS], worker, keys.ALIVE_MS)
        _, looked = self._link.run([joining, generations.LOOK])
        self._follow(looked)

    def leave(self, worker: str) -> None:
        """See `WorkerStore.leave`."""
        commands = [call("ct_leave", [keys.work(p)], worker) for p in range(self.settings.partitions)]
        self._link.run([*commands, ("ZREM", keys.WORKERS, worker)])

    def claim(self, worker: str, wanted: int) -> list[Delivery]:
        """See `WorkerStore.claim`. Whoever had an entry before and was silent too long is fenced off first."""
        idle_ms = self.settings.claim_seconds * 1000
        partitions = range(self.settings.partitions)
        each = -(-wanted // len(partitions))
        answers = self._link.run(
            [call("ct_claim", [keys.work(p)], worker, idle_ms, each) for p in partitions]
        )
        taken = [(p, *entry) for p, entries in zip(partitions, answers, strict=True) for entry in entries]
        self._fence({owner.decode() for *_, owner in taken} - {"", worker})
        return [
            Delivery(partition, entry.decode(), queue.unpack(packed), count)
            for partition, entry, packed, count, _ in taken
        ]

    def split(self, worker: str, delivery: Delivery) -> None:
        """See `WorkerStore.split`."""
        singles = [queue.pack([number]) for number in delivery.numbers]
        stream = [keys.work(delivery.partition)]
        self._link.one(call("ct_split", stream, worker, delivery.entry, delivery.deliveries, *singles))

    def release(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """See `WorkerStore.release`."""
        self._each_stream("ct_work_release", deliveries, worker, _FREE_FOR_ALL_MS)

    def hold(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """See `WorkerStore.hold`."""
        self._each_stream("ct_hold", deliveries, worker)

    def ack(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """See `WorkerStore.ack`."""
        self._each_stream("ct_ack", deliveries, worker)

    def begin(self, worker: str, numbers: Sequence[int]) -> list[Task]:
        """See `WorkerStore.begin`."""
        generation = self.generation
        arguments = {number: (number,) for number in numbers}
        found = change_articles(self._link, "ct_begin", arguments, worker, generation)
        taken = [(number, answer) for number, answer in found.items() if isinstance(answer, list)]
        return [task_of(number, answer, generation) for number, answer in taken]

    def finish(self, worker: str, tasks: Sequence[Task]) -> None:
        """See `WorkerStore.finish`."""
        names.forget(self._link, {task.number: task.names for task in tasks if task.text is None})
        verdicts.forget(self._link, [task.number for task in tasks if task.text is None])
        self._end(worker, tasks, "indexed")

    def give_up(self, worker: str, tasks: Sequence[Task], reason: str) -> None:
        """See `WorkerStore.give_up`."""
        self._end(worker, tasks, "failed", reason)
        self._pass_on({keys.shard_of(task.number) for task in tasks})

    def put_back(self, worker: str, tasks: Sequence[Task], reason: str = "") -> None:
        """See `WorkerStore.put_back`."""
        self._end(worker, tasks, "again", reason)

    def look_again(self, numbers: Collection[int]) -> None:
        """See `WorkerStore.look_again`."""
        self._look_again(numbers)

    def sweep(self, worker: str) -> int:
        """See `WorkerStore.sweep`."""
        oldest = (time() - self.settings.claim_seconds) * 1000
        shards = range(keys.SHARDS)
        waiting = self._link.run(
            [
                ("ZRANGE", keys.key(shard, "queued"), "-inf", oldest, "BYSCORE", "LIMIT", 0, _SWEEP_ARTICLES)
                for shard in shards
            ]
        )
        numbers = [int(number) for found in waiting for number in found]
        self._link.run(
            [call("ct_tidy", [keys.work(p)], _FORGOTTEN_MS) for p in range(self.settings.partitions)]
        )
        self._fence(self._silent_owners(numbers) - {worker})
        self._enqueue(numbers)
        self._pass_on(shards)
        return len(numbers)

    def _pass_on(self, shards: Iterable[int]) -> None:
        """Tell what happened to the articles of these shards."""
        events.pass_on(self._link, self.settings.events_kept, shards)

    def _end(self, worker: str, tasks: Sequence[Task], outcome: str, reason: str = "") -> None:
        """Take the tasks out of hand and queue again what changed meanwhile."""
        arguments: dict[int, Sequence[Argument]] = {}
        for task in tasks:
            as_ended = "removed" if task.text is None and outcome != "again" else outcome
            arguments[task.number] = (task.number, task.version, as_ended, reason)
        done = change_articles(self._link, "ct_finish", arguments, worker)
        self._enqueue([number for number, was_done in done.items() if not was_done])

    def _silent_owners(self, numbers: Sequence[int]) -> set[str]:
        """The workers that have these articles in hand and were not heard of for a while."""
        found = change_articles(self._link, "ct_fields", {n: (n,) for n in numbers}, "owner")
        owners = {owner.decode() for (owner,) in found.values() if owner}
        alive = self._link.one(read("ct_alive", [keys.WORKERS], keys.ALIVE_MS))
        return owners - {name.decode() for name in alive}

    def _fence(self, workers: Iterable[str]) -> None:
        """Refuse everything these workers may still write, everywhere, before touching what they had."""
        self._link.run(
            [
                call("ct_fence", [keys.key(shard, "shard")], worker)
                for worker in workers
                for shard in range(keys.SHARDS)
            ]
        )

    def _each_stream(self, name: str, deliveries: Sequence[Delivery], *first: Argument) -> None:
        groups = grouped(deliveries, lambda delivery: delivery.partition)
        self._link.run(
            [
                call(name, [keys.work(partition)], *first, *(delivery.entry for delivery in group))
                for partition, group in groups.items()
            ]
        )


def task_of(number: int, answer: Sequence[Any], generation: int) -> Task:
    """The task that an article is, as `ct_begin` describes it to who works on this index."""
    version, tries, status, text, metadata, buckets, noted, failure, others = answer
    deleted = status == b"deleted"
    described = {} if deleted else json.loads(metadata)
    return Task(
        number=number,
        version=int(version),
        tries=tries,
        text=None if deleted else unpack_text(text),
        language=described.get("language"),
        site=site_of(described.get("source"), described.get("url")),
        names=noted.decode(),
        indexed=whereabouts.read(buckets),
        linked=frozenset(map(int, others)),
        failure=failure.decode() or None,
        generation=generation,
    )
