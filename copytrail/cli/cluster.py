"""`copytrail cluster`: cluster a file of articles without a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from copytrail.article import Article, Limits, parse_article
from copytrail.cli.detector import compile_detector
from copytrail.cli.reading import Item, find_files, read_items
from copytrail.errors import InvalidArticle
from copytrail.logs import plain


@click.command("cluster")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
def command(file: Path) -> None:
    """Cluster the articles of FILE (JSON, JSON lines, text, a folder of them; - for standard input).

    Writes one cluster a line as JSON, as a running service would answer it. Articles that stand alone are
    in none. What is no article is named on standard error, the rest goes on, and the exit status is 1.
    """
    from copytrail.offline import cluster_articles  # compiled code: loaded only where it is used

    compile_detector()
    faults: list[str] = []
    items = (item for each in find_files([file]) for item in read_items(each))
    for cluster in cluster_articles(_articles(items, faults), datetime.now(UTC)):
        click.echo(json.dumps(cluster))
    sys.exit(1 if faults else 0)


def _articles(items: Iterator[Item], faults: list[str]) -> Iterator[Article]:
    for item in items:
        try:
            if item.fields is not None:
                yield parse_article(item.fields, Limits())
                continue
            fault = item.fault
        except InvalidArticle as error:
            fault = str(error)
        faults.append(f"{item.place}: {fault}")
        click.echo(plain(faults[-1]), err=True)
