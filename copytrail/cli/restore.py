"""`copytrail restore`: what `copytrail backup` kept, into an empty store."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from typing import BinaryIO

import click

from copytrail.cli.progress import Counting
from copytrail.settings import Settings
from copytrail.store import open_store
from copytrail.store.archive import check_archive, read_archive
from copytrail.store.redis import RedisStore


@click.command("restore")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print what is there as JSON.")
def command(file: BinaryIO, as_json: bool) -> None:
    """Put what FILE (- is standard input) holds into the store that the settings name, which must be empty.

    Nothing else may run on it meanwhile. Start the service and its workers afterwards: they handle what was on the move
    while the backup was taken. An archive that is cut or damaged is refused; one from standard input is only known to
    be when it ends.
    """
    began = time.monotonic()
    if file.seekable():
        check_archive(file)
    # Nothing is promised before the end, so the disk is waited for then, not before each answer.
    store = open_store(replace(Settings.from_env(os.environ), fsync="everysec"))
    try:
        _fill(store, file)
        stats, seconds = store.stats(), time.monotonic() - began
    finally:
        store.close()
    found = {name: int(stats[name]) for name in ("articles", "clusters", "queued")}
    if as_json:
        click.echo(json.dumps({**found, "seconds": round(seconds, 3)}))
    else:
        said = (
            f"Restored {found['articles']:,} articles and {found['clusters']:,} clusters in {seconds:.1f} s."
        )
        left = f" {found['queued']:,} articles wait for a worker." if found["queued"] else ""
        click.echo(said + left, err=True)


def _fill(store: RedisStore, file: BinaryIO) -> None:
    restored = store.restore(read_archive(file))
    with Counting("restoring", next(restored)) as bar:
        for articles in restored:
            bar.reached(articles)
