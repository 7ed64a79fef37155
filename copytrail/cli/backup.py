"""`copytrail backup`: everything that is kept, in one file, while the service runs."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from copytrail.cli.progress import Counting
from copytrail.settings import Settings
from copytrail.store import open_running_store
from copytrail.store.archive import ArchiveWriter
from copytrail.store.redis import RedisStore


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print what was kept as JSON.")
def command(file: str, as_json: bool) -> None:
    """Keep everything in FILE (- is standard output), from the store that the settings name.

    Articles may come and go meanwhile. `copytrail restore` puts all of it back into an empty store, of whatever kind.
    FILE holds the secrets of webhooks and sessions, so only you may read it; the file of API keys is kept apart.
    """
    if file == "-" and (as_json or sys.stdout.isatty()):
        raise click.UsageError(
            "The archive itself goes to standard output: send it on, and leave out --json."
        )
    settings = Settings.from_env(os.environ)
    if not settings.redis_url and not settings.data.exists():
        raise click.ClickException(
            f"There is no store at {settings.data}: set COPYTRAIL_DATA or COPYTRAIL_REDIS_URL as for the service."
        )
    began = time.monotonic()
    store = open_running_store(settings)
    try:
        with _target(file) as out:
            archive = ArchiveWriter(out)
            _write(store, archive)
    finally:
        store.close()
    counts, seconds = archive.counts, time.monotonic() - began
    if as_json:
        kept = {"articles": counts["article"], "clusters": counts["cluster"], "events": counts["event"]}
        size = Path(file).stat().st_size
        click.echo(json.dumps({"file": file, **kept, "bytes": size, "seconds": round(seconds, 3)}))
    else:
        said = f"Kept {counts['article']:,} articles and {counts['cluster']:,} clusters in {seconds:.1f} s."
        click.echo(said, err=True)


def _write(store: RedisStore, archive: ArchiveWriter) -> None:
    with Counting("keeping", int(store.stats()["articles"])) as bar:
        for articles in store.backup(archive):
            bar.reached(articles)
    archive.end()


@contextmanager
def _target(file: str) -> Iterator[BinaryIO]:
    """The open file that becomes FILE when all of it is on the disk; until then what FILE was stays."""
    if file == "-":
        yield cast(BinaryIO, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    target = Path(file)
    try:
        with tempfile.NamedTemporaryFile(  # others may not read it
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as new:
            try:
                yield cast(BinaryIO, new)
                new.flush()
                os.fsync(new.fileno())
                Path(new.name).replace(target)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise click.ClickException(f"Cannot write {file}: {error.strerror}") from error
