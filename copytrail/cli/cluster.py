"""`copytrail cluster`: cluster a file of articles without a server."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copytrail.cli.compare import cores
from copytrail.cli.detector import compile_for_others
from copytrail.cli.progress import Steps
from copytrail.cli.reading import find_files, read_items, size_of_all
from copytrail.logs import plain

if TYPE_CHECKING:
    from copytrail.offline import Posted


@click.command("cluster")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes; all cores unless given.")
def command(file: Path, jobs: int | None) -> None:
    """Cluster the articles of FILE (JSON, JSON lines, text, a folder of them; - for standard input).

    Writes one cluster a line as JSON, as a running service would answer it. Articles that stand alone are
    in none. What is no article is named on standard error, the rest goes on, and the exit status is 1.

    Analysed texts lie on disk meanwhile, about 40 KB for each article: in TMPDIR where that is set, else in /var/tmp.
    """
    from copytrail.offline import cluster_posted  # compiled code: loaded only where it is used

    files = find_files([file])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what lies on disk is removed, as after Ctrl-C
    compile_for_others()
    faults = _Faults()
    try:
        with Steps("reading", size_of_all(files)) as steps:
            posted = _posted(files, faults, steps)
            for line in cluster_posted(posted, datetime.now(UTC), jobs or cores(), faults.say, steps.show):
                click.echo(line)
    except OSError as error:
        raise click.ClickException(
            f"The articles cannot be put aside while they are compared: {error}"
        ) from error
    sys.exit(1 if faults.count else 0)


class _Faults:
    """What is no article, named as it is met."""

    def __init__(self) -> None:
        self.count = 0

    def say(self, place: str, why: str) -> None:
        self.count += 1
        click.echo(plain(f"{place}: {why}"), err=True)


def _posted(files: list[Path], faults: _Faults, steps: Steps) -> Iterator[Posted]:
    from copytrail.offline import Posted

    for item in (item for each in files for item in read_items(each)):
        if item.fields is None:
            faults.say(item.place, str(item.fault))
        else:
            yield Posted(item.place, item.fields)
        steps.advance(item.size)
