"""`copytrail show`: one article or one cluster of a running service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from copytrail.cli.api import Api, NotFound, api_option
from copytrail.cli.printing import moment, name_of, plain, print_match, terminal
from copytrail.cli.story import print_cluster, stored_texts


@click.command("show")
@click.argument("id_", metavar="ID")
@api_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(id_: str, url: str, as_json: bool) -> None:
    """Show the article or the cluster with this ID."""
    api = Api(url)
    kind, found = _find(api, id_)
    if as_json:
        click.echo(json.dumps(found))
    elif kind == "clusters":
        print_cluster(terminal(), api, found)
    else:
        _print_article(terminal(), api, found)


def _find(api: Api, id_: str) -> tuple[str, dict[str, Any]]:
    for kind in ("articles", "clusters"):
        try:
            found = api.get("v1", kind, id_)
        except NotFound:
            continue
        if into := found.get("merged_into"):
            click.echo(f"Cluster {id_} was merged into {into}.", err=True)
            return _find(api, into)
        return kind, found
    raise click.ClickException(f"{api.url} knows neither an article nor a cluster {id_!r}.")


def _print_article(console: Console, api: Api, article: Mapping[str, Any]) -> None:
    console.rule(Text(plain(article["title"] or article["id"]), style="bold"), align="left", style="dim")
    facts = {
        "id": article["id"],
        "source": name_of(article),
        "url": article["url"],
        "published": moment(article["published_at"]),
        "first seen": moment(article["first_seen_at"]),
        "status": " ".join(filter(None, [article["status"], article["failure"]])),
        "cluster": article["cluster"] or "stands alone",
    }
    for name, value in facts.items():
        console.print(Text(f"  {name:11}", style="dim").append(plain(value or "unknown"), style="not dim"))
    text_of = stored_texts(api)
    for match in article["matches"]:
        other = api.get("v1", "articles", match["article"])
        print_match(console, match, other, text_of(article["id"]), text_of(match["article"]))
