"""One round after another: look at the listings, fetch what is due, post it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Event
from typing import TypeVar
from urllib.parse import urlsplit

from copytrail.client import BATCH, Client, ClientError
from scraper.fetching import Fetched, Fetcher, NotFetched, NotForUs, NotYet
from scraper.frontier import Due, Frontier, Known
from scraper.listings import Lead, read_feed, read_sitemap
from scraper.pages import read_article
from scraper.plan import Plan

log = logging.getLogger("scraper")

_HOSTS_AT_ONCE = 16
"""Threads; they mostly wait for their host's turn."""

_MOST_SITEMAPS = 20
"""Of an index, the ones that changed last."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of a listing: its leads, what to ask with next time, and the sitemaps that an index named."""

    url: str
    leads: Sequence[Lead] = ()
    known: Known | None = None
    further: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a page: an article (None: unchanged), or the reason that there is none."""

    due: Due
    article: dict[str, object] | None = None
    known: Known = field(default_factory=Known)
    fault: NotFetched | None = None


class Scraper:
    """Follows a plan and posts to a service until `stop` is set."""

    def __init__(self, plan: Plan, frontier: Frontier, client: Client, stop: Event) -> None:
        self._plan = plan
        self._frontier = frontier
        self._client = client
        self._stop = stop
        named = {urlsplit(url).hostname or "" for url in (*plan.feeds, *plan.sitemaps)}
        self._fetcher = Fetcher(plan.contact, plan.delay_seconds, named, stop)

    def run(self) -> None:
        """One round after another, `every_minutes` apart."""
        if not (self._plan.feeds or self._plan.sitemaps):
            log.warning("The plan names nothing to follow yet: add feeds and sitemaps to it and start again.")
        while not self._stop.is_set():
            self.round()
            self._stop.wait(60 * self._plan.every_minutes)

    def round(self) -> Counter[str]:
        """Look at every listing once and fetch what is due; how many pages came out how."""
        new = self._look()
        told = self._collect()
        self._frontier.forget(_now())
        log.info(
            "%d new articles listed; %s",
            new,
            ", ".join(f"{n} {how}" for how, n in sorted(told.items())) or "none due",
        )
        return told

    def close(self) -> None:
        """Give the sockets back."""
        self._fetcher.close()

    def _look(self) -> int:
        """Read the listings, then the sitemaps that their indexes name; how many articles are new."""
        listings = [(url, self._frontier.listing(url)) for url in (*self._plan.feeds, *self._plan.sitemaps)]
        new, further = 0, list[str]()
        for listed in _by_host(listings, lambda each: each[0], self._read_listing):
            new += self._keep(listed)
            further += listed.further
        inner = [(url, self._frontier.listing(url)) for url in further]
        return new + sum(
            self._keep(listed) for listed in _by_host(inner, lambda each: each[0], self._read_listing)
        )

    def _keep(self, listed: Listed) -> int:
        new = self._frontier.add(listed.leads[: self._plan.newest], _now())
        if listed.known:
            self._frontier.keep_listing(listed.url, listed.known)
        return new

    def _read_listing(self, listing: tuple[str, Known]) -> Listed:
        url, known = listing
        try:
            found = self._fetcher.get(url, known)
        except NotFetched as fault:
            log.warning("listing %s: %s", url, fault)
            return Listed(url)
        if found is None:
            return Listed(url)
        if url in self._plan.feeds:
            return Listed(url, read_feed(found.content), found.known)
        leads, further = read_sitemap(found.content)
        # An index is read anew each time: what its sitemaps list changes without it.
        return Listed(url, leads, None if further else found.known, further[:_MOST_SITEMAPS])

    def _collect(self) -> Counter[str]:
        """Fetch what is due and post it in batches; nothing while there is nobody to take it."""
        told: Counter[str] = Counter()
        try:
            self._client.stats()
        except ClientError as error:
            log.error("nothing is fetched: %s", error)
            return Counter({"not posted": 1})
        batch: list[Came] = []
        due = self._frontier.due(_now())
        for came in _by_host(due, lambda each: each.url, self._fetch):
            if came.article:
                batch.append(came)
            else:
                told[self._note(came)] += 1
            if len(batch) == BATCH:
                told.update(self._post(batch))
                batch = []
        told.update(self._post(batch))
        return told

    def _fetch(self, due: Due) -> Came:
        try:
            page = self._fetcher.get(due.url, due.known)
            return Came(due, *self._read(page, due)) if page else Came(due)
        except NotFetched as fault:
            return Came(due, fault=fault)

    def _read(self, page: Fetched, due: Due) -> tuple[dict[str, object], Known]:
        return read_article(page, due.hints, _now()), page.known

    def _note(self, came: Came) -> str:
        """Remember what became of a page that is not posted, and say it in a word."""
        key, fault = came.due.key, came.fault
        if fault is None:
            self._frontier.done(key, "unchanged")
            return "unchanged"
        log.info("page %s: %s", came.due.url, fault)
        if isinstance(fault, NotYet):
            self._frontier.postpone(key, fault.wait or 0.0, _now())
            return "put off"
        if isinstance(fault, NotForUs):
            self._frontier.done(key, "left out")
            return "left out"
        self._frontier.failed(key, "failed", _now(), fault.wait)
        return "failed"

    def _post(self, batch: Sequence[Came]) -> Counter[str]:
        """Post articles. While the service does not take them their pages stay due."""
        articles = [came.article for came in batch if came.article]
        try:
            receipt = self._client.post(articles) if articles else {"accepted": [], "rejected": []}
        except ClientError as error:
            log.error("%d articles are not posted: %s", len(articles), error)
            return Counter({"not posted": len(articles)})
        for accepted in receipt["accepted"]:
            came = batch[accepted["index"]]
            self._frontier.done(came.due.key, "posted", came.known)
        for rejected in receipt["rejected"]:
            log.warning("page %s: %s", batch[rejected["index"]].due.url, rejected["error"])
            self._frontier.done(batch[rejected["index"]].due.key, "rejected")
        return +Counter({"posted": len(receipt["accepted"]), "rejected": len(receipt["rejected"])})


def _by_host(items: Iterable[T], address: Callable[[T], str], work: Callable[[T], R]) -> Iterator[R]:
    """What `work` makes of each item, as it comes: many hosts at once, and one item of a host after another."""
    hosts: dict[str, list[T]] = {}
    for item in items:
        hosts.setdefault(urlsplit(address(item)).netloc, []).append(item)
    results: SimpleQueue[R | None] = SimpleQueue()

    def follow(own: Sequence[T]) -> None:
        try:
            for item in own:
                results.put(work(item))
        finally:
            results.put(None)

    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        running = [pool.submit(follow, own) for own in hosts.values()]
        for _ in running:
            while (result := results.get()) is not None:
                yield result
        for each in running:
            each.result()


def _now() -> datetime:
    return datetime.now(UTC)
