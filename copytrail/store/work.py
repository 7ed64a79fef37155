"""What a worker asks of a store beyond what everybody does, and the types that go with it.

Only the worker writes the index, the verified pairs and the clusters. Deliveries are at least once, so every
step may run twice, and a worker that was silent for too long is shut out before others touch what it had.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from copytrail.candidates import Hits
from copytrail.errors import StoreError
from copytrail.events import Event
from copytrail.report import Report
from copytrail.store.protocol import ClusterRecord, Record, Store
from copytrail.verdicts import Verdicts
from copytrail.webhooks import Progress

WEBHOOK_SECONDS: Final = 60
"""How long the token to deliver to a webhook is good after each message: much longer than one may take."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry of the work queue: which articles to look at, and how often they were handed out (1 is the
    first).
    """

    partition: int
    entry: str
    numbers: tuple[int, ...]
    deliveries: int


@dataclass(frozen=True, slots=True)
class Task:
    """One article in the hands of one worker.

    `tries` counts how often this version was taken in hand, this time included. `text` is None when the article was
    deleted and its traces are to be removed. `site` is what articles of its source have in common.
    `names` are the ids and URLs it goes by, as the store notes them.
    `indexed` holds the buckets it may sit in from an earlier version or an interrupted attempt; `linked` the numbers
    it has edges with; `failure` what went wrong in an earlier attempt. `generation` is the number of the index that
    these buckets are in.
    """

    number: int
    version: int
    tries: int
    text: str | None
    language: str | None
    names: str
    indexed: npt.NDArray[np.uint64]
    linked: frozenset[int]
    failure: str | None = None
    site: str | None = None
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A verified pair of articles, as `report` from a's view, with the versions of the texts it was made
    from.
    """

    a: int
    b: int
    a_version: int
    b_version: int
    report: Report


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """All articles whose cluster may change together, the edges among them, and the clusters they are in now.

    Edges are those that both articles have: of one that was being written when a worker died the other half is missing.
    `verdicts` are those on pairs with one of them; `gone` the ids of those that are deleted.
    """

    records: Mapping[int, Record]
    links: Sequence[Link]
    clusters: Mapping[str, ClusterRecord]
    verdicts: Verdicts = field(default_factory=dict)
    gone: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClusterChange:
    """What one derivation changes: clusters to keep, ids that are no more, and memberships.

    `gone` maps an id to the cluster it became part of, None when it dissolved. `memberships` maps an article
    number to its cluster, None when it stands alone. `events` tell all of it.
    """

    kept: Sequence[ClusterRecord]
    gone: Mapping[str, str | None]
    memberships: Mapping[int, str | None]
    events: Sequence[Event] = ()


class TakenOver(StoreError):
    """This worker was silent for so long that others took over: nothing it still writes is taken."""


class WorkerStore(Store, Protocol):
    """What only a worker may call. Every write raises `TakenOver` once other workers took this one for dead."""

    def join(self, worker: str) -> None:
        """Say that this worker is alive; to be repeated well within a minute.

        Raises IndexVersionMismatch when the index is no more of this program's version.
        """
        ...

    def leave(self, worker: str) -> None:
        """Say that this worker ends and holds nothing."""
        ...

    def claim(self, worker: str, wanted: int) -> list[Delivery]:
        """Entries of the queue with about `wanted` articles, those abandoned by other workers first; may be
        empty.
        """
        ...

    def split(self, worker: str, delivery: Delivery) -> None:
        """Give back each article of the entry by itself, so that one bad article is found out."""
        ...

    def release(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """Give back entries, to be handed out again at once."""
        ...

    def hold(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """Say that this worker is still at work on entries, so that nobody takes them over."""
        ...

    def ack(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """Be done with entries."""
        ...

    def begin(self, worker: str, numbers: Sequence[int]) -> list[Task]:
        """Take articles in hand, but for those that are gone or in the hands of another worker."""
        ...

    def index(
        self,
        worker: str,
        tasks: Sequence[Task],
        sketches: Sequence[npt.NDArray[np.uint64]],
        repeated: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> list[Hits]:
        """Move articles to the buckets of these sketches (empty: out of the index), from wherever they were.

        Answers what sits in the buckets of each sketch, but for those of lines: of two articles indexed at the same
        moment at least one finds the other.

        `repeated` are the stretches of each text (offsets) that were left out because its site repeats them.
        """
        ...

    def buckets(self, numbers: Sequence[int]) -> list[npt.NDArray[np.uint64]]:
        """For each article the buckets it sits in, but for those of lines, as far as they are noted; none when it is
        gone. Two articles share as many of these as of their buckets, and now and then one more by chance.
        """
        ...

    def look_again(self, numbers: Collection[int]) -> None:
        """Queue articles once more, as they are: what is known of their sites may have changed."""
        ...

    def link(self, worker: str, tasks: Sequence[Task], links: Sequence[Link]) -> None:
        """Make these the verified pairs of the tasks' articles, in place of all they had.

        Pairs of which neither is a task come to what their articles have.
        """
        ...

    def finish(self, worker: str, tasks: Sequence[Task]) -> None:
        """The tasks are done (removed ones are forgotten wholly); what changed meanwhile is queued again."""
        ...

    def give_up(self, worker: str, tasks: Sequence[Task], reason: str) -> None:
        """Set articles aside with the reason; they are to be out of the index before."""
        ...

    def put_back(self, worker: str, tasks: Sequence[Task], reason: str = "") -> None:
        """Take articles out of hand, undone; the reason is remembered in case they are set aside later."""
        ...

    def expire(self) -> int:
        """Delete some of the articles that the settings do not keep any longer; how many, 0 when none is due.

        One worker at a time does so; for the others there is nothing to do.
        """
        ...

    def sweep(self, worker: str) -> int:
        """Queue again what waits for long without being in the queue; how many articles that were."""
        ...

    def lease(self, worker: str, seconds: float) -> str:
        """The token to change clusters with for so long; waits until no other worker holds it."""
        ...

    def return_lease(self, token: str) -> None:
        """Give the token back."""
        ...

    def clustered(self, numbers: Sequence[int]) -> set[int]:
        """Those of the articles that are in a cluster, or on which there was ever a verdict."""
        ...

    def neighbourhood(self, numbers: Sequence[int]) -> Neighbourhood:
        """All articles that share, or may come to share, a cluster with one of these."""
        ...

    def cluster_ids(self, count: int) -> list[str]:
        """Ids never used before."""
        ...

    def commit(self, token: str, change: ClusterChange) -> bool:
        """Write the change and its events in one step; False, and nothing written, when the token is no longer valid.

        A token is good for one change.
        """
        ...

    def tested_webhooks(self) -> set[str]:
        """The ids of the webhooks that are to be sent a test."""
        ...

    def begin_delivery(self, webhook_id: str) -> str | None:
        """The token to deliver to a webhook with for a minute; None while another worker holds it."""
        ...

    def delivered(self, webhook_id: str, token: str, progress: Progress, tested: bool = False) -> bool:
        """Keep how far a webhook got, and the token for another minute; False when it is no longer valid.

        `tested` says that the message was the test asked for.
        """
        ...

    def end_delivery(self, webhook_id: str, token: str) -> None:
        """Give the token back."""
        ...
