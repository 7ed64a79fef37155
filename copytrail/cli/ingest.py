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

from copytrail.cli.api import patient_api_option
from copytrail.cli.bookmark import Bookmark
from copytrail.cli.progress import Progress
from copytrail.cli.reading import Item, find_files, read_items, size_of_all
from copytrail.client import BATCH, Client, ClientError
from copytrail.logs import plain

_SAID = 20  # rejected articles that are named on standard error


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
            click.echo(plain(f"{item.place}: {why}"), err=True)
        elif len(self.rejected) == _SAID + 1:
            click.echo("More were rejected; --json lists them all.", err=True)

    def accept(self, statuses: Sequence[str]) -> None:
        """Count articles that the service took, by what it said of each."""
        unchanged = statuses.count("unchanged")
        self.unchanged += unchanged
        self.queued += len(statuses) - unchanged


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@patient_api_option
@click.option("--wait", is_flag=True, help="Return only when no article waits for a worker any more.")
@click.option("--restart", is_flag=True, help="Post everything again instead of resuming an interrupted run.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def command(paths: tuple[Path, ...], client: Client, wait: bool, restart: bool, as_json: bool) -> None:
    """Post the articles in PATHS to a running service.

    A path is a file of JSON, JSON lines, text or HTML (also gzipped), a folder of such files and of other
    folders (hidden ones are left out), or - for JSON on standard input. What cannot be taken is named with
    its line and does not hold up the rest. After an interruption the same command goes on where it stopped.
    """
    started, files, tally = time.monotonic(), find_files(paths), Tally()
    bookmark = Bookmark.of(files, client.url)
    done = 0 if restart else bookmark.read()
    if done:
        click.echo(f"Going on after the first {done:,} articles (--restart posts them again).", err=True)
    with Progress(size_of_all(files)) as progress:
        _post_all(client, files, done, bookmark, tally, progress)
        if wait:
            for stats in client.waiting():
                progress.wait(stats["queued"])
    _summary(tally, time.monotonic() - started, as_json)
    sys.exit(1 if tally.rejected else 0)


def _post_all(
    client: Client, files: Sequence[Path], done: int, bookmark: Bookmark, tally: Tally, progress: Progress
) -> None:
    """Post what comes after the first `done` articles, keeping the place after each batch."""
    items = (item for file in files for item in read_items(file))
    progress.skip(sum(item.size for item in islice(items, done)))
    try:
        for batch in _batches(items):
            post(client, batch, tally)
            done += len(batch)
            bookmark.write(done)
            progress.advance(len(batch), sum(item.size for item in batch))
    except (ClientError, KeyboardInterrupt):
        if bookmark.file and done:
            said = f"The first {done:,} articles are dealt with; the same command goes on after them."
            click.echo(said, err=True)
        raise
    bookmark.remove()


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def post(client: Client, batch: Sequence[Item], tally: Tally) -> None:
    """Post the batch and count what became of each of its articles."""
    for item in batch:
        if item.fault:
            tally.reject(item, item.fault)
    items = [item for item in batch if item.fields is not None]
    if not items:
        return
    answer = client.post([item.fields for item in items if item.fields is not None])
    tally.accept([accepted["status"] for accepted in answer["accepted"]])
    for rejected in answer["rejected"]:
        tally.reject(items[rejected["index"]], rejected["error"])


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
