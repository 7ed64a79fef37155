"""A cluster as a person wants to read it: who was first, who took how much from whom, what shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from rich.console import Console
from rich.text import Text

from copytrail.cli.api import Api
from copytrail.cli.printing import RELATION_STYLE, SAID, moment, name_of, percent, plain, print_telling

TextOf = Callable[[str], str]
"""The stored text of an article by its id."""


def print_cluster(console: Console, cluster: Mapping[str, Any], text_of: TextOf) -> None:
    """Print the cluster as GET /v1/clusters/{id} answers it."""
    members = {article["id"]: article for article in cluster["articles"]}
    console.rule(Text(plain(cluster["title"] or cluster["id"]), style="bold"), align="left", style="dim")
    console.print(Text(f"{cluster['size']} articles of one text   {cluster['id']}", style="dim"))
    console.print(_first(cluster, members))
    for article in cluster["articles"]:
        console.print(_member(article, members))
        if (source := article["derived_from"]) and source["passages"]:
            print_telling(console, source["passages"], text_of(article["id"]), text_of(source["article"]))
    for unseen in cluster["unseen_sources"]:
        console.print(
            Text(f"  cited by {len(unseen['cited_by'])}, never posted: {plain(unseen['name'])}", style="dim")
        )
    console.print()


def stored_texts(api: Api) -> TextOf:
    """The texts of a running service, each fetched once."""

    @cache
    def text_of(article: str) -> str:
        return str(api.get("v1", "articles", article, "text")["text"])

    return text_of


def _first(cluster: Mapping[str, Any], members: Mapping[str, Any]) -> Text:
    original = cluster["original"]
    if not original or not original.get("article"):
        said = Text("First: undetermined", style="bold")
        reasons = (original or {}).get("reasons", [])
    else:
        article = members[original["article"]]
        said = Text(f"First: {name_of(article)}", style="bold")
        said.append(
            f"  {moment(article['published_at'])}, {percent(original['confidence'])} sure", style="not bold"
        )
        reasons = original["reasons"]
    return said.append("".join(f"\n       {plain(reason)}" for reason in reasons), style="not bold dim")


def _member(article: Mapping[str, Any], members: Mapping[str, Any]) -> Text:
    relation, source = article["relation"], article["derived_from"]
    line = Text("  ").append(name_of(article), style="bold").append("  ")
    line.append(SAID[relation], style=RELATION_STYLE[relation])
    if source:
        line.append(f" of {name_of(members[source['article']])}, {percent(source['confidence'])} sure")
    if relation != "original":
        line.append(f", {percent(article['coverage'])} of it taken over")
    return line.append(f"   {plain(article['title'] or '')}", style="dim italic")
