"""`copytrail check`: what an article would match, storing nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from copytrail.cli.api import api_option
from copytrail.cli.printing import print_match, terminal
from copytrail.cli.reading import STDIN, find_files, read_items
from copytrail.client import Client
from copytrail.client.answers import Checked


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-")
@api_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Leave out matches with a lower score.")
@click.option("--limit", type=click.IntRange(1, 100), help="At most so many matches, best first.")
@click.option(
    "--exclude-source", "exclude_sources", multiple=True, metavar="NAME", help="Leave out this source."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def command(file: Path, client: Client, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Say what the article in FILE would match in a running service, which keeps nothing of it.

    FILE is a text, an HTML page or a JSON object as it would be posted. Standard input is JSON when it
    begins with a brace, otherwise text.
    """
    article = _read(file)
    answer = client.check(article, **options)
    if as_json:
        click.echo(json.dumps(answer))
    else:
        _print(client, article.get("text", ""), answer)


def _read(file: Path) -> dict[str, Any]:
    if file == STDIN:
        return _from_stdin(sys.stdin.buffer.read())
    items = [item for each in find_files([file]) for item in read_items(each)]
    if len(items) != 1 or items[0].fields is None:
        why = items[0].fault if len(items) == 1 else f"holds {len(items)} articles; expected one."
        raise click.ClickException(f"{file}: {why}")
    return {name: value for name, value in items[0].fields.items() if name != "id"}


def _from_stdin(content: bytes) -> dict[str, Any]:
    try:
        if content.lstrip().startswith(b"{"):
            return dict(json.loads(content))
        return {"text": content.decode("utf-8-sig")}
    except ValueError as error:
        raise click.ClickException(
            f"Standard input is neither a JSON object nor UTF-8 text: {error}."
        ) from error


def _print(client: Client, text: str, answer: Checked) -> None:
    console = terminal()
    for match in answer["matches"]:
        found = client.article(match["article"])
        print_match(console, match, found, text, client.text(match["article"]))
    if not answer["matches"]:
        click.echo("Nothing like it is stored.")
    if answer["truncated"]:
        click.echo("There may be more: a limit of the search was reached.")
