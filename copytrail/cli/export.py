"""`copytrail export`: what a running service found, for other programs and for people."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Any

import click

from copytrail.cli.api import api_option
from copytrail.cli.clusters import filter_options
from copytrail.client import Client, NotFound

_ALL = ("jsonl", "csv")
_ONE = ("prov-json", "jsonld", "csv", "dot", "html")


@click.command("export")
@click.argument("id_", metavar="[CLUSTER]", required=False)
@api_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(dict.fromkeys(_ALL + _ONE)),
    help="Without CLUSTER jsonl (the default) or csv; with it prov-json (the default), jsonld, csv, dot or html.",
)
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="Write to this file.")
@filter_options
def command(client: Client, id_: str | None, kind: str | None, output: str | None, **wanted: Any) -> None:  # noqa: ANN401
    """Export the provenance of CLUSTER, or all clusters with theirs.

    All clusters come as JSON lines, or as a table with one row an article; the filters choose among them.
    `--format html` is a page to print: who was first, who took from whom, and the passages side by side.
    """
    allowed = _ONE if id_ else _ALL
    if kind and kind not in allowed:
        what = "One cluster" if id_ else "All clusters"
        raise click.UsageError(f"{what} can be exported as {', '.join(allowed)}; {kind} was given.")
    if id_ and (given := [name for name, value in wanted.items() if value is not None]):
        raise click.UsageError(
            f"--{given[0].replace('_', '-')} chooses among all clusters; leave it out with CLUSTER."
        )
    parts = iter([client.provenance(id_, kind or _ONE[0])]) if id_ else _all(client, kind or _ALL[0], wanted)
    with click.open_file(output or "-", "w", encoding="utf-8") as file:
        for part in parts:
            file.write(part)


def _all(client: Client, kind: str, wanted: dict[str, Any]) -> Iterator[str]:
    """Every cluster, newest activity first: a JSON line each, or the rows of its table under one header."""
    header = True
    for cluster in client.clusters(**wanted):
        with suppress(NotFound):  # dissolved since it was listed
            if kind == "jsonl":
                yield json.dumps(client.cluster(cluster["id"]), ensure_ascii=False) + "\n"
                continue
            table = client.provenance(cluster["id"], kind)
            yield table if header else _without_header(table)
            header = False


def _without_header(table: str) -> str:
    out = StringIO(newline="")
    csv.writer(out).writerows(list(csv.reader(StringIO(table, newline="")))[1:])
    return out.getvalue()
