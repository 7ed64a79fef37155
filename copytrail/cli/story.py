"""A cluster as a person wants to read it: who was first, who took how much from whom, what shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from rich.console import Console
from rich.text import Text

from copytrail.cli.api import Api
from copytrail.cli.printing import RELATION_STYLE, SAID, moment, name_of, percent, plain, print_telling

Members = Mapping[str, Mapping[str, Any]]
"""The articles of a cluster by id."""


def stored_texts(api: Api) -> Callable[[str], str]:
    """The text of an article by its id, each fetched once."""

    @cache
    def text_of(article: str) -> str:
        return str(api.get("v1", "articles", article, "text")["text"])

    return text_of


def print_cluster(console: Console, api: Api, cluster: Mapping[str, Any]) -> None:
    """Print the cluster as GET /v1/clusters/{id} answered it."""
    members, text_of = {article["id"]: article for article in cluster["articles"]}, stored_texts(api)
    console.rule(Text(plain(cluster["title"] or cluster["id"]), style="bold"), align="left", style="dim")
    console.print(Text(f"{cluster['size']} articles of one text   {cluster['id']}", style="dim"))
    console.print(_first(cluster, members))
    for article in cluster["articles"]:
        console.print(_member(article, members))
        if article["derived_from"]:
            other, passages = _evidence(api, article, members)
            print_telling(console, passages, text_of(article["id"]), text_of(other))
    for unseen in cluster["unseen_sources"]:
        said = f"  cited by {len(unseen['cited_by'])} of them and never posted: {plain(unseen['name'])}"
        console.print(Text(said, style="dim"))
    console.print()


def _first(cluster: Mapping[str, Any], members: Members) -> Text:
    original = cluster["original"]
    if original is None:
        said, reasons = Text("First: undetermined", style="bold"), cluster["undetermined"]
    else:
        article, reasons = members[original["article"]], original["reasons"]
        said = Text(f"First: {name_of(article)}", style="bold")
        said.append(
            f"  {moment(article['published_at'])}, {percent(original['confidence'])} sure", style="not bold"
        )
    for reason in reasons:
        said.append(f"\n       {plain(reason)}", style="not bold dim")
    return said


def _member(article: Mapping[str, Any], members: Members) -> Text:
    line = Text("  ").append(name_of(article), style="bold").append("  ")
    line.append(SAID[article["relation"]], style=RELATION_STYLE[article["relation"]])
    if (source := article["derived_from"]) and source["article"]:
        line.append(f" of {name_of(members[source['article']])}, {percent(source['confidence'])} sure")
    elif source:
        line.append(", of whom is undetermined")
    if source:
        line.append(f", {percent(article['coverage'])} taken over")
    return line.append(f"   {plain(article['title'] or '')}", style="dim italic")


def _evidence(api: Api, article: Mapping[str, Any], members: Members) -> tuple[str, list[Mapping[str, Any]]]:
    """The other article and the passages that tie this one to it: its source, else its best match."""
    source = article["derived_from"]
    if source["article"]:
        return source["article"], source["passages"]
    matches = api.get("v1", "articles", article["id"])["matches"]
    best = next((match for match in matches if match["article"] in members), None)
    return (best["article"], best["passages"]) if best else (article["id"], [])
