"""A cluster as a person wants to read it: who was first, who took how much from whom, what shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from copytrail.cli.printing import RELATION_STYLE, name_of, plain, print_headed, print_telling
from copytrail.client import Client
from copytrail.wording import SAID, moment, percent

Members = Mapping[str, Mapping[str, Any]]
"""The articles of a cluster by id."""


def stored_texts(client: Client) -> Callable[[str], str]:
    """The text of an article by its id, each fetched once."""
    return cache(client.text)


def print_cluster(console: Console, client: Client, cluster: Mapping[str, Any]) -> None:
    """Print the cluster as GET /v1/clusters/{id} answered it."""
    members, text_of = {article["id"]: article for article in cluster["articles"]}, stored_texts(client)
    console.rule(Text(plain(cluster["title"] or cluster["id"]), style="bold"), align="left", style="dim")
    console.print(Text(f"{cluster['size']} articles of one text, {cluster['id']}", style="dim"))
    _print_first(console, cluster, members)
    for article in cluster["articles"]:
        if article["relation"] != "original":
            print_headed(console, _derivation(article, members), article)
            other, passages = _evidence(client, article, members)
            print_telling(console, passages, text_of(article["id"]), text_of(other))
    for unseen in cluster["unseen_sources"]:
        said = f"cited by {len(unseen['cited_by'])} of them and never posted: {plain(unseen['name'])}"
        console.print(Text(said, style="dim"))
    console.print()


def _print_first(console: Console, cluster: Mapping[str, Any], members: Members) -> None:
    original = cluster["original"]
    if original is None:
        said, reasons = Text("First: undetermined", style="bold"), cluster["undetermined"]
    else:
        article, reasons = members[original["article"]], original["reasons"]
        said = Text(f"First: {name_of(article)}", style="bold")
        sure = percent(original["confidence"])
        said.append(f", {moment(article['published_at'])}, {sure} sure", style="not bold")
    console.print(said)
    for reason in reasons:
        console.print(Padding(Text(plain(reason), style="dim"), (0, 0, 0, 2)))
    console.print()


def _derivation(article: Mapping[str, Any], members: Members) -> Text:
    source = article["derived_from"]
    line = Text(name_of(article), style="bold").append(": ", style="not bold")
    line.append(SAID[article["relation"]], style=f"not bold {RELATION_STYLE[article['relation']]}")
    if source["article"]:
        line.append(f" of {name_of(members[source['article']])}", style="not bold")
    line.append(f", {percent(article['coverage'])} taken over, ", style="not bold")
    sure = f"{percent(source['confidence'])} sure" if source["article"] else "from whom is undetermined"
    return line.append(sure, style="not bold")


def _evidence(
    client: Client, article: Mapping[str, Any], members: Members
) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The other article and the passages that tie this one to it: its source, else its best match."""
    source = article["derived_from"]
    if source["article"]:
        return source["article"], source["passages"]
    matches = client.article(article["id"])["matches"]
    best = next((match for match in matches if match["article"] in members), None)
    return (best["article"], best["passages"]) if best else (article["id"], [])
