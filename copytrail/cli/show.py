"""`copytrail show`: one article or one cluster of a running service."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.text import Text

from copytrail.cli.api import api_option
from copytrail.cli.printing import name_of, plain, print_match, terminal
from copytrail.cli.story import print_cluster, stored_texts
from copytrail.client import Client, NotFound
from copytrail.client.answers import Article, Cluster
from copytrail.wording import moment


@click.command("show")
@click.argument("id_", metavar="ID")
@api_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(id_: str, client: Client, as_json: bool) -> None:
    """Show the article or the cluster with this ID."""
    article = _article(client, id_)
    cluster = None if article else _cluster(client, id_)
    if as_json:
        click.echo(json.dumps(article or cluster))
    elif article:
        _print_article(terminal(), client, article)
    elif cluster:
        print_cluster(terminal(), client, cluster)


def _article(client: Client, id_: str) -> Article | None:
    try:
        return client.article(id_)
    except NotFound:
        return None


def _cluster(client: Client, id_: str) -> Cluster:
    try:
        cluster = client.cluster(id_)
    except NotFound as error:
        said = f"{client.url} knows neither an article nor a cluster {id_!r}."
        raise click.ClickException(said) from error
    if cluster["id"] != id_:
        click.echo(f"Cluster {id_} was merged into {cluster['id']}.", err=True)
    return cluster


def _print_article(console: Console, client: Client, article: Article) -> None:
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
    text_of = stored_texts(client)
    for match in article["matches"]:
        other = client.article(match["article"])
        print_match(console, match, other, text_of(article["id"]), text_of(match["article"]))
