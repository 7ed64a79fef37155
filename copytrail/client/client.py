"""The client: every call of the HTTP interface that a program needs, typed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Self, cast
from uuid import uuid4

from copytrail.client.answers import (
    Article,
    Checked,
    Cluster,
    ClusterSummary,
    Event,
    FailedArticle,
    Receipt,
    Report,
    Stats,
)
from copytrail.client.connection import Connection
from copytrail.client.errors import NotFound, NoWorker, TooLarge

Fields = Mapping[str, Any]
"""An article as it is posted: whatever a scraper emits, see POST /v1/articles."""

BATCH = 100
"""Articles in a post: fifteen to thirty times as fast as one by one, and still a small request."""

_PAGE = 100
_POLL = 0.3  # seconds between two looks at the queue
_WORKERLESS = 30.0  # seconds after which waiting without any worker alive is in vain
_FOLLOW = 30.0  # seconds for which one call waits for events


class Client:
    """A running service at `url`, used as a context manager or closed by `close()`.

    A busy service is asked again for up to `patience` seconds; all errors are ClientErrors. Not for several
    threads at once.
    """

    def __init__(self, url: str, key: str | None = None, patience: float = 60.0) -> None:
        self.key = key
        self._connection = Connection(url, key, patience)

    @property
    def url(self) -> str:
        """The address of the service, without a slash at its end."""
        return self._connection.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def call(self, method: str, *path: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
        """Any other call of the interface, with the same patience: `call("GET", "v1", "webhooks")`."""
        return self._connection.call(method, *path, **options)

    def post(self, articles: Sequence[Fields], wait: float | None = None) -> Receipt:
        """Post one batch; each article is accepted or rejected by itself, the accepted ones are durable.

        A batch too large for the service is posted in halves. With `wait` the answer comes when the articles
        are indexed, or after that many seconds.
        """
        body = b"\n".join(_dumps(article) for article in articles)
        headers = {"content-type": "application/x-ndjson", "idempotency-key": uuid4().hex}
        try:
            return cast(
                Receipt,
                self.call(
                    "POST",
                    *("v1", "articles"),
                    params={"wait": wait},
                    body=body,
                    headers=headers,
                    wait=wait or 0,
                ),
            )
        except TooLarge as error:
            return self._halved(articles, wait, str(error))

    def _halved(self, articles: Sequence[Fields], wait: float | None, said: str) -> Receipt:
        if len(articles) == 1:
            return {"accepted": [], "rejected": [{"index": 0, "error": said}]}
        half = len(articles) // 2
        return _joined([(0, self.post(articles[:half], wait)), (half, self.post(articles[half:], wait))])

    def ingest(self, articles: Iterable[Fields], batch: int = BATCH) -> Receipt:
        """Post any number of articles in batches, no faster than the service takes them.

        Returns what became of each, with `index` its place among all of them.
        """
        stream, done, receipts = iter(articles), 0, []
        while items := list(islice(stream, batch)):
            receipts.append((done, self.post(items)))
            done += len(items)
        return _joined(receipts)

    def check(self, article: Fields, **options: Any) -> Checked:  # noqa: ANN401 - passed on
        """What an article would match, storing nothing.

        Options are those of POST /v1/check: `threshold`, `limit`, `exclude_sources` and so on.
        """
        return cast(Checked, self._sent("check", article, options))

    def compare(self, a: str, b: str, **options: Any) -> Report:  # noqa: ANN401 - passed on
        """The verdict on two texts; options are those of POST /v1/compare."""
        return cast(Report, self._sent("compare", {"a": a, "b": b} | options, {}))

    def article(self, id: str) -> Article:
        """A stored article without its text, with its matches. Raises NotFound."""
        return cast(Article, self.call("GET", "v1", "articles", id))

    def text(self, id: str) -> str:
        """The text of a stored article exactly as it was posted. Raises NotFound."""
        return str(self.call("GET", "v1", "articles", id, "text")["text"])

    def delete(self, id: str) -> bool:
        """Delete an article; False when there was none."""
        try:
            self.call("DELETE", "v1", "articles", id)
        except NotFound:
            return False
        return True

    def failed(self, limit: int = 100) -> list[FailedArticle]:
        """The articles that were set aside, newest first."""
        params = {"status": "failed", "limit": limit}
        return cast(list[FailedArticle], self.call("GET", "v1", "articles", params=params)["articles"])

    def retry(self, id: str) -> None:
        """Queue an article again that was set aside. Raises NotFound, and Refused (409) for any other."""
        self.call("POST", "v1", "articles", id, "retry")

    def cluster(self, id: str) -> Cluster:
        """A cluster with its provenance; for one that was merged, the cluster it became part of."""
        answer = self.call("GET", "v1", "clusters", id)
        into = answer.get("merged_into")
        return self.cluster(into) if into else cast(Cluster, answer)

    def provenance(self, id: str, format: str = "prov-json") -> str:
        """A cluster's provenance as `prov-json`, `jsonld`, `csv`, `dot` or `html`. Raises NotFound."""
        path = ("v1", "clusters", id, "provenance")
        return self._connection.send("GET", *path, params={"format": format}).text

    def clusters(self, **wanted: object) -> Iterator[ClusterSummary]:
        """All clusters, newest activity first, fetched page by page.

        `wanted` are the filters of GET /v1/clusters: `min_size`, `source`, `since`, `until` (times as
        datetime or RFC 3339), `relation`, `q`.
        """
        params, cursor = {name: _param(value) for name, value in wanted.items()}, None
        while True:
            answer = self.call("GET", "v1", "clusters", params={"limit": _PAGE} | params | {"cursor": cursor})
            yield from answer["clusters"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return

    def events(self, after: str | None = None, follow: bool = False) -> Iterator[Event]:
        """What happened after the event with this id, oldest first; from the oldest kept when it is None.

        With `follow` it never ends: new events come as they happen. Raises Gone when events after `after`
        are not kept any more.
        """
        wait = _FOLLOW if follow else 0
        while True:
            params = {"after": after, "limit": 1000, "wait": wait or None}
            answer = self.call("GET", "v1", "events", params=params, wait=wait)
            yield from answer["events"]
            after = answer["next_cursor"]
            if not answer["events"] and not follow:
                return

    def stats(self) -> Stats:
        """Counts of what is stored and what waits."""
        return cast(Stats, self.call("GET", "v1", "stats"))

    def wait(self, timeout: float | None = None) -> bool:
        """Return when no article waits for a worker: True, or False after `timeout` seconds."""
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        return not any(time.monotonic() > deadline for _ in self.waiting())

    def waiting(self) -> Iterator[Stats]:
        """The counts, again and again, for as long as articles wait for a worker.

        Raises NoWorker when none is alive for half a minute.
        """
        worked = time.monotonic()
        while (stats := self.stats())["queued"]:
            yield stats
            if stats["workers"]:
                worked = time.monotonic()
            elif time.monotonic() - worked > _WORKERLESS:
                said = "articles are kept and wait, but no worker runs: start one with `copytrail worker`."
                raise NoWorker(f"{stats['queued']:,} {said}")
            time.sleep(_POLL)

    def _sent(self, name: str, fields: Fields, params: Mapping[str, object]) -> object:
        headers = {"content-type": "application/json"}
        return self.call("POST", "v1", name, params=params, body=_dumps(fields), headers=headers)


def _dumps(fields: Fields) -> bytes:
    return json.dumps(dict(fields), default=_plain).encode()


def _plain(value: object) -> object:
    """What JSON has no type for and scrapers emit: times, and groups of things."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be posted; expected what JSON can hold, times or sets")


def _param(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _joined(receipts: Iterable[tuple[int, Receipt]]) -> Receipt:
    """One receipt out of those for parts of a post, each with the place where its part begins."""
    whole: Receipt = {"accepted": [], "rejected": []}
    for start, receipt in receipts:
        for accepted in receipt["accepted"]:
            whole["accepted"].append({**accepted, "index": start + accepted["index"]})
        for rejected in receipt["rejected"]:
            whole["rejected"].append({**rejected, "index": start + rejected["index"]})
    return whole
