"""`make faults`: articles written under faults, round after round, and afterwards everything counted.

A round starts a whole Copytrail, with its own store when the seed is even and with a store elsewhere when it is odd,
lets clients write through a proxy and does faults to it as a seeded chance has it.
When it has recovered, every acknowledged article must be there exactly once, every deleted one gone, and the clusters
must be those that an undisturbed build makes of the same articles.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final
from urllib.parse import urlsplit

import click
import httpx
from faults import CLAIM_SECONDS, Victim, faults_for, inflict
from ledger import Ledger, Outcome
from proxy import Proxy
from real import Real
from redis import Redis
from redis_cluster import until
from remote import RemoteStore
from rich.console import Console
from rich.table import Table
from writer import Writer

from copytrail.article import Article
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer, server_url
from copytrail.store.redis import RedisStore
from worker.main import Worker

WRITERS: Final = 3
WORKERS: Final = 2
FAULTS_A_ROUND: Final = 10
QUIET: Final = (0.5, 3.0)  # seconds between two faults
RECOVERY_SECONDS: Final = 120.0
Partition = frozenset[frozenset[str]]


@dataclass
class Result:
    """What one round came to; all of `lost`, `duplicated`, `differing`, `orphans` and `surprises` should be none."""

    seed: int
    outcomes: Mapping[Outcome, int]
    done: list[str]
    lost: list[str] = field(default_factory=list)
    duplicated: int = 0
    differing: list[str] = field(default_factory=list)
    orphans: dict[str, int] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.duplicated or self.differing or self.orphans or self.surprises)


@click.command()
@click.option("--rounds", default=10, show_default=True, help="Each takes about a minute.")
@click.option(
    "--seed", type=int, help="Of the first round; the next ones count on from it. Random by default."
)
def main(rounds: int, seed: int | None) -> None:
    """Write under faults; status 0 when nothing was lost, duplicated or clustered differently."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    first = random.SystemRandom().randrange(10**6) if seed is None else seed
    results = []
    for number in range(first, first + rounds):
        results.append(_fight(number))
        _tell(console, results[-1])
    console.print(_summary(results))
    sys.exit(0 if all(result.clean for result in results) else 1)


def _fight(seed: int) -> Result:
    """A round; one that did not come to its end is a broken one."""
    began = time.monotonic()
    try:
        result = fight(seed)
    except (TimeoutError, RuntimeError, httpx.HTTPError) as error:
        result = Result(seed, dict.fromkeys(Outcome, 0), [], surprises=[f"{type(error).__name__}: {error}"])
    result.seconds = time.monotonic() - began
    return result


def fight(seed: int) -> Result:
    """One round. The seed decides what is written and which faults come; when they strike is up to the machine."""
    chance, ledger = random.Random(seed), Ledger()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copytrail-faults-")))
        settings = {
            "COPYTRAIL_WORKERS": str(WORKERS),
            "COPYTRAIL_CLAIM_SECONDS": str(CLAIM_SECONDS),
            "COPYTRAIL_REQUESTS_PER_MINUTE": "0",
            "COPYTRAIL_ARTICLES_PER_MINUTE": "0",
        }
        remote = stack.enter_context(RemoteStore(folder / "store")) if seed % 2 else None
        if remote:
            settings["COPYTRAIL_REDIS_URL"] = remote.url
        real = stack.enter_context(Real(folder, settings))
        direct = remote.direct if remote else server_url(real.data)
        address = urlsplit(real.url)
        wire = stack.enter_context(Proxy((str(address.hostname), int(address.port or 0))))
        store = stack.enter_context(Redis.from_url(direct, socket_timeout=5))
        victim = Victim(real, wire, store, chance, remote)
        done, surprises = _write_under_faults(victim, ledger, seed)
        _recover(real)
        return _judge(real, direct, ledger, Result(seed, ledger.outcomes, done, surprises=surprises))


def _write_under_faults(victim: Victim, ledger: Ledger, seed: int) -> tuple[list[str], list[str]]:
    """The faults that were done, and answers that should not have been."""
    stop, done = Event(), []
    writers = [Writer(f"w{number}", ledger, seed) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        running = [
            threads.submit(writer.run, f"http://127.0.0.1:{victim.wire.port}", stop) for writer in writers
        ]
        try:
            victim.pause(2, 3)
            for name, fault in faults_for(victim, FAULTS_A_ROUND).items():
                if inflict(fault, victim):
                    done.append(name)
                victim.pause(*QUIET)
        finally:
            victim.wire.heal()
            stop.set()
        for future in running:
            future.result()
    return done, [said for writer in writers for said in writer.surprises]


def _recover(real: Real) -> None:
    """Wait until the service is ready and no article waits."""
    real.until_ready()

    def idle() -> bool:
        try:
            return not httpx.get(f"{real.url}/v1/stats", timeout=10).raise_for_status().json()["queued"]
        except httpx.HTTPError:
            return False

    until(idle, f"articles still wait:\n{real.log[-4000:]}", RECOVERY_SECONDS)


def _judge(real: Real, direct: str, ledger: Ledger, result: Result) -> Result:
    """Compare what is there with the ledger and with an undisturbed build."""
    with httpx.Client(base_url=real.url, timeout=30) as http:
        texts = {key: _text(http, key) for key in ledger.written()}
        clusters = {key: _cluster(http, key) for key, text in texts.items() if text is not None}
        articles = http.get("/v1/stats").raise_for_status().json()["articles"]
    result.lost = [f"{d.key}: {d.found is not None and d.found[:40]!r}" for d in ledger.differences(texts)]
    stored = {key: text for key, text in texts.items() if text is not None}
    result.duplicated = articles - len(stored)
    found, wanted = _partition(clusters), _undisturbed(stored)
    if found != wanted:
        result.differing = [
            *(f"found only: {', '.join(sorted(group))}" for group in found - wanted),
            *(f"undisturbed only: {', '.join(sorted(group))}" for group in wanted - found),
            f"their texts and matches are in {_kept(real, result.seed, stored)}",
        ]
    store = RedisStore(Connection(direct), Settings(redis_url=direct))
    # A name is kept for a post that was killed before it wrote its article, and goes to the next under it.
    result.orphans = {name: count for name, count in store.audit().items() if count and name != "names"}
    store.close()
    return result


def _kept(real: Real, seed: int, stored: Mapping[str, str]) -> Path:
    """A file with every text and what it was found to match, to look for the reason in."""
    file = Path(tempfile.gettempdir()) / f"copytrail-faults-seed-{seed}.json"
    with httpx.Client(base_url=real.url, timeout=30) as http:
        matches = {key: http.get(f"/v1/articles/{key}").json()["matches"] for key in stored}
    file.write_text(json.dumps({"texts": stored, "matches": matches}, indent=1))
    return file


def _text(http: httpx.Client, key: str) -> str | None:
    answer = http.get(f"/v1/articles/{key}/text")
    return None if answer.status_code == 404 else answer.raise_for_status().json()["text"]


def _cluster(http: httpx.Client, key: str) -> str | None:
    cluster: str | None = http.get(f"/v1/articles/{key}").raise_for_status().json()["cluster"]
    return cluster


def _partition(clusters: Mapping[str, str | None]) -> Partition:
    members: dict[str, set[str]] = {}
    for key, cluster in clusters.items():
        if cluster is not None:
            members.setdefault(cluster, set()).add(key)
    return frozenset(map(frozenset, members.values()))


def _undisturbed(texts: Mapping[str, str]) -> Partition:
    """The clusters of these articles in a store of their own that nothing happens to."""
    with (
        tempfile.TemporaryDirectory(prefix="copytrail-faults-") as folder,
        EmbeddedServer(Path(folder)) as server,
    ):
        server.start()
        settings = Settings(redis_url=server.url)
        store = RedisStore(Connection(server.url), settings)
        articles = [Article(key, text) for key, text in texts.items()]
        for start in range(0, len(articles), 100):
            store.accept(articles[start : start + 100], datetime.now(UTC))
        worker = Worker(store, settings)
        while worker.turn():
            pass
        clusters = {key: record.cluster for key in texts if (record := store.record(key))}
        store.close()
    return _partition(clusters)


def _tell(console: Console, result: Result) -> None:
    verdict = "[green]clean[/]" if result.clean else "[red]broken[/]"
    console.print(
        f"seed {result.seed}: {verdict}, {result.outcomes[Outcome.OK]} operations acknowledged, "
        f"{result.outcomes[Outcome.UNKNOWN]} unknown, {len(result.done)} faults, {result.seconds:.0f} s"
    )
    for name in ("lost", "differing", "surprises"):
        for each in getattr(result, name):
            console.print(f"  {name}: {each}", highlight=False)
    if result.duplicated or result.orphans:
        console.print(f"  duplicated: {result.duplicated}, orphans: {result.orphans}", highlight=False)


def _summary(results: list[Result]) -> Table:
    table = Table("what", "count", title="All rounds", title_justify="left")
    faults = Counter(name for result in results for name in result.done)
    table.add_row("operations acknowledged", f"{sum(r.outcomes[Outcome.OK] for r in results):,}")
    table.add_row("operations without an answer", f"{sum(r.outcomes[Outcome.UNKNOWN] for r in results):,}")
    table.add_row("operations refused", f"{sum(r.outcomes[Outcome.FAILED] for r in results):,}")
    table.add_row("faults", f"{faults.total():,}")
    for name, count in sorted(faults.items()):
        table.add_row(f"  {name}", f"{count}", style="dim")
    table.add_row("lost", f"{sum(len(r.lost) for r in results)}")
    table.add_row("duplicated", f"{sum(r.duplicated for r in results)}")
    table.add_row("differing clusters", f"{sum(len(r.differing) for r in results)}")
    table.add_row("orphans", f"{sum(sum(r.orphans.values()) for r in results)}")
    table.add_row("answers 5xx other than 503", f"{sum(len(r.surprises) for r in results)}")
    return table


if __name__ == "__main__":
    main()
