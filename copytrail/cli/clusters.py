"""`copytrail clusters`: list the clusters of a running service."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce
from itertools import islice
from typing import Any

import click
from rich import box
from rich.table import Table

from copytrail.cli.api import api_option
from copytrail.cli.printing import plain, terminal
from copytrail.client import Client
from copytrail.client.answers import ClusterSummary
from copytrail.report import Relation
from copytrail.wording import moment

_PAGE = 100
_REUSE = [relation.value for relation in Relation if relation.is_reuse]


_Command = Callable[..., Any]
_FILTERS = (
    click.option("--min-size", type=click.IntRange(2), help="Only clusters of this many articles or more."),
    click.option("--source", help="Only clusters with an article of this source."),
    click.option(
        "--since", metavar="TIME", help="Only clusters with activity at or after this time (RFC 3339)."
    ),
    click.option("--until", metavar="TIME", help="Only clusters with activity before this time (RFC 3339)."),
    click.option("--relation", type=click.Choice(_REUSE), help="Only clusters with such a pair."),
    click.option("--q", metavar="WORDS", help="Only clusters with these words in the title."),
)


def filter_options(command: _Command) -> _Command:
    """Add the filters of a list of clusters to a command, None where one is not given."""
    return reduce(lambda made, option: option(made), reversed(_FILTERS), command)


@click.command("clusters")
@api_option
@filter_options
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one cluster a line as JSON.")
def command(client: Client, limit: int, as_json: bool, **wanted: Any) -> None:  # noqa: ANN401
    """List the clusters of a running service, newest activity first."""
    found = islice(client.clusters(**wanted, limit=min(limit, _PAGE)), limit)
    if as_json:
        for cluster in found:
            click.echo(json.dumps(cluster))
    else:
        _print(list(found))


def _print(clusters: list[ClusterSummary]) -> None:
    if not clusters:
        click.echo("No such cluster.")
        return
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("size", justify="right")
    for heading in ("last seen", "title", "cluster"):
        table.add_column(heading, overflow="fold")
    for each in clusters:
        title = plain(each["title"] or "")
        table.add_row(str(each["size"]), moment(each["last_seen_at"]), title, each["id"])
    terminal().print(table)
