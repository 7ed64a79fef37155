"""The labelled stories, and where a running Copytrail disagrees with them.

`python -m seeds.truth URL` compares the clusters of the service at URL with the labels.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import click
from rich import box
from rich.console import Console
from rich.table import Table

from copytrail.article import article_id
from copytrail.cli.printing import terminal
from copytrail.client import Client, NotFound
from copytrail.client.answers import Cluster

FOLDER = Path(__file__).parent
_NO_CLUSTER: Mapping[str, Any] = {"articles": [], "original": None}


@dataclass(frozen=True, slots=True)
class Story:
    """One event as several outlets told it.

    `cluster` are the ids of all articles of one text, `apart` those of independent reports, `first` the id
    of the one that the others come from (None when it was never posted), `sources` who copied from whom
    where that is known. A `five_way` story is five rewrites whose original is absent.
    """

    slug: str
    five_way: bool
    cluster: tuple[str, ...]
    apart: tuple[str, ...]
    first: str | None
    sources: Mapping[str, str]

    @classmethod
    def of(cls, label: Mapping[str, Any]) -> Self:
        """The story of one entry of labels.json."""
        sources = {copy["id"]: copy["of"] for copy in label["copies"] if copy.get("of")}
        return cls(
            label["slug"],
            label["five_way"],
            tuple(label["cluster"]),
            tuple(label["apart"]),
            label["first"],
            sources,
        )

    def scraped(self) -> Self:
        """The story under the ids that its articles have when they are posted without one, as scrapers do."""
        ids = {each["id"]: article_id(None, each["url"], each["text"]) for each in self.articles()}
        return replace(
            self,
            cluster=tuple(ids[each] for each in self.cluster),
            apart=tuple(ids[each] for each in self.apart),
            first=ids[self.first] if self.first else None,
            sources={ids[copy]: ids[source] for copy, source in self.sources.items()},
        )

    def articles(self) -> list[dict[str, Any]]:
        """Its articles, as they are posted."""
        lines = (FOLDER / f"{self.slug}.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one story came out.

    `missing` members are not in the story's cluster, `merged` reports are in it and should not be. `first`
    is None where the labels or the service leave it open. `traced` of the story's known derivations were
    told as they were.
    """

    story: Story
    missing: tuple[str, ...]
    merged: tuple[str, ...]
    first: bool | None
    traced: int

    @property
    def agrees(self) -> bool:
        """Whether the cluster is exactly the one of the labels."""
        return not self.missing and not self.merged


def load_stories() -> list[Story]:
    """All labelled stories, in the order of the labels."""
    return [Story.of(label) for label in json.loads((FOLDER / "labels.json").read_text())["stories"]]


def judge(story: Story, clusters: Sequence[Mapping[str, Any]]) -> Verdict:
    """Compare a story with clusters as the service answers them; the fullest stands for the story."""
    wanted = set(story.cluster)
    cluster = max(clusters, key=lambda each: len(wanted & _ids(each)), default=_NO_CLUSTER)
    found = _ids(cluster)
    original = (cluster["original"] or {}).get("article")
    told = {each["id"]: (each["derived_from"] or {}).get("article") for each in cluster["articles"]}
    return Verdict(
        story,
        missing=tuple(sorted(wanted - found)),
        merged=tuple(sorted(_strangers(wanted, clusters))),
        first=original == story.first if original and story.first else None,
        traced=sum(told.get(copy) == source for copy, source in story.sources.items()),
    )


def _ids(cluster: Mapping[str, Any]) -> set[str]:
    return {article["id"] for article in cluster["articles"]}


def _strangers(wanted: set[str], clusters: Sequence[Mapping[str, Any]]) -> set[str]:
    """Articles that share a cluster with a member of the story and are none."""
    return {each for cluster in clusters if wanted & _ids(cluster) for each in _ids(cluster) - wanted}


def fetch_clusters(client: Client, story: Story) -> list[Cluster]:
    """The clusters in which the service has the story's members."""
    found = {client.article(each)["cluster"] for each in story.cluster}
    return [client.cluster(each) for each in sorted(filter(None, found))]


def print_verdicts(console: Console, verdicts: Sequence[Verdict]) -> None:
    """One line a story, and the sum."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("story", "articles", "left out", "wrongly in", "first", "derivations"):
        table.add_column(heading)
    for verdict in verdicts:
        table.add_row(*_row(verdict), style=None if verdict.agrees else "bold red")
    console.print(table)
    whole = sum(verdict.agrees for verdict in verdicts)
    five_way = [verdict for verdict in verdicts if verdict.story.five_way]
    console.print(
        f"{whole} of {len(verdicts)} stories as labelled, "
        f"{sum(verdict.agrees for verdict in five_way)} of {len(five_way)} five-way rewrites whole, "
        f"{sum(len(verdict.merged) for verdict in verdicts)} independent reports merged"
    )


def _row(verdict: Verdict) -> list[str]:
    story = verdict.story
    first = {True: "right", False: "wrong", None: "open"}[verdict.first]
    return [
        story.slug + (" (five-way)" if story.five_way else ""),
        str(len(story.cluster)),
        " ".join(verdict.missing) or "none",
        " ".join(verdict.merged) or "none",
        first,
        f"{verdict.traced} of {len(story.sources)}" if story.sources else "open",
    ]


def await_stories(client: Client, stories: Sequence[Story], seconds: float) -> None:
    """Return when all of the stories' articles are indexed. Raises click.ClickException when that takes longer."""
    missing = [each for story in stories for each in (*story.cluster, *story.apart)]
    deadline = time.monotonic() + seconds
    while missing := [each for each in missing if not _is_indexed(client, each)]:
        if time.monotonic() > deadline:
            raise click.ClickException(f"{len(missing)} articles are not indexed after {seconds:g} s.")
        time.sleep(1)


def _is_indexed(client: Client, article: str) -> bool:
    try:
        return client.article(article)["status"] == "indexed"
    except NotFound:
        return False


@click.command()
@click.argument("url")
@click.option("--scraped", is_flag=True, help="The articles came from the demo site, without ids.")
@click.option("--wait", type=float, default=0, help="Seconds to wait until all of them are indexed.")
def main(url: str, scraped: bool, wait: float) -> None:
    """Print how the service at URL agrees with the labels; status 0 when it does."""
    stories = [story.scraped() if scraped else story for story in load_stories()]
    with Client(url) as client:
        if wait:
            await_stories(client, stories, wait)
        verdicts = [judge(story, fetch_clusters(client, story)) for story in stories]
    print_verdicts(terminal(), verdicts)
    sys.exit(0 if all(verdict.agrees for verdict in verdicts) else 1)


if __name__ == "__main__":
    main()
