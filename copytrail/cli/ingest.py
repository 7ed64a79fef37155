"""`copytrail ingest`: post articles to a running service, in batches, with a resume after an interruption."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from copytrail.cli.api import Api, TooLarge, api_option
from copytrail.cli.bookmark import Bookmark
from copytrail.cli.reading import Item, find_files, read_items

BATCH = 100
"""Articles in a post: fifteen to thirty times as fast as one by one, and still a small request."""

_SAID = 20  # rejected articles that are named on standard error
_PATIENCE = 900.0  # seconds to bear a full queue or a restart: a long ingest should survive both
_WORKERLESS = 30.0  # seconds after which waiting without any worker alive is said to be in vain
_POLL = 0.3  # seconds between two looks at the queue


@dataclass
class Tally:
    """What became of the articles so far; `rejected` holds place and reason of each that was not taken."""

    queued: int = 0
    unchanged: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)

    def reject(self, item: Item, why: str) -> None:
        """Note that an article was not taken, and say so at once while there are few."""
        self.rejected.append({"place": item.place, "error": why})
        if len(self.rejected) <= _SAID:
            click.echo(f"{item.place}: {why}", err=True)
        elif len(self.rejected) == _SAID + 1:
            click.echo("More were rejected; --json lists them all.", err=True)

    def accept(self, statuses: Sequence[str]) -> None:
        """Count articles that the service took, by what it said of each."""
        unchanged = statuses.count("unchanged")
        self.unchanged += unchanged
        self.queued += len(statuses) - unchanged


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@api_option
@click.option("--wait", is_flag=True, help="Return only when no article waits for a worker any more.")
@click.option("--restart", is_flag=True, help="Post everything again instead of resuming an interrupted run.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def command(paths: tuple[Path, ...], url: str, wait: bool, restart: bool, as_json: bool) -> None:
    """Post the articles in PATHS to a running service.

    A path is a file of JSON, JSON lines, text or HTML (also gzipped), a folder of such files, or - for JSON
    on standard input. What cannot be taken is named with its line and does not hold up the rest. After an
    interruption the same command goes on where it stopped.
    """
    started, files, api = time.monotonic(), find_files(paths), Api(url, _PATIENCE)
    bookmark = Bookmark.of(files, api.url)
    done = 0 if restart else bookmark.read()
    if done:
        click.echo(f"Going on after the first {done:,} articles (--restart posts them again).", err=True)
    tally = Tally()
    with _progress() as progress:
        task = progress.add_task("posting", total=None, completed=done)
        for batch in _batches(files, done):
            post(api, batch, tally)
            done += len(batch)
            bookmark.write(done)
            progress.update(task, completed=done)
        bookmark.remove()
        if wait:
            _wait_until_indexed(api, progress, task)
    _summary(tally, time.monotonic() - started, as_json)
    sys.exit(1 if tally.rejected else 0)


def _batches(files: Sequence[Path], skip: int) -> Iterator[list[Item]]:
    items = islice((item for file in files for item in read_items(file)), skip, None)
    while batch := list(islice(items, BATCH)):
        yield batch


def post(api: Api, batch: Sequence[Item], tally: Tally) -> None:
    """Post the batch, in halves where the service finds it too large, and count what became of it."""
    for item in batch:
        if item.fault:
            tally.reject(item, item.fault)
    items = [item for item in batch if item.fields is not None]
    if not items:
        return
    body = b"\n".join(json.dumps(item.fields).encode() for item in items)
    try:
        answer = api.post("v1", "articles", body=body, kind="application/x-ndjson")
    except TooLarge as error:
        if len(items) == 1:
            tally.reject(items[0], error.message)
            return
        post(api, items[: len(items) // 2], tally)
        post(api, items[len(items) // 2 :], tally)
        return
    tally.accept([accepted["status"] for accepted in answer["accepted"]])
    for rejected in answer["rejected"]:
        tally.reject(items[rejected["index"]], rejected["error"])


def _wait_until_indexed(api: Api, progress: Progress, task: TaskID) -> None:
    worked = time.monotonic()
    while (stats := api.get("v1", "stats"))["queued"]:
        progress.update(task, description=f"indexing, {stats['queued']:,} to go")
        if stats["workers"]:
            worked = time.monotonic()
        elif time.monotonic() - worked > _WORKERLESS:
            raise click.ClickException(
                f"{stats['queued']:,} articles are kept and wait, but no worker runs: "
                "start one with `copytrail worker`."
            )
        time.sleep(_POLL)


def _progress() -> Progress:
    """A bar on standard error for people; silent when that is not a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _summary(tally: Tally, seconds: float, as_json: bool) -> None:
    if as_json:
        counts = {"queued": tally.queued, "unchanged": tally.unchanged, "rejected": tally.rejected}
        click.echo(
            json.dumps({"accepted": tally.queued + tally.unchanged, **counts, "seconds": round(seconds, 3)})
        )
        return
    click.echo(
        f"{tally.queued + tally.unchanged:,} articles taken ({tally.unchanged:,} unchanged), "
        f"{len(tally.rejected):,} rejected, in {seconds:.1f} s"
    )
