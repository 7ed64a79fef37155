"""`make demo`: all of Copytrail from nothing, on the seed stories.

Starts `copytrail up` on a folder and a port of its own, posts the stories as a scraper would, prints every
cluster as a person wants to read it, compares with the labels, and stops everything. Exit status 0 means
that the clusters are those of the labels.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from copytrail.cli.detector import compile_for_others
from copytrail.cli.printing import RELATION_STYLE, name_of, print_headed, terminal
from copytrail.cli.story import print_cluster, stored_texts
from copytrail.client import Client
from copytrail.wording import SAID
from seeds.truth import Story, Verdict, fetch_clusters, judge, load_stories, print_verdicts

_STOP_SECONDS = 60.0  # for `up` to stop what it started


@click.command()
def main() -> None:
    """Run all of Copytrail on the seed stories; status 0 when every story came out as labelled."""
    console = terminal()
    compile_for_others()
    began = time.monotonic()
    console.print("Starting Copytrail: store, service and worker.")
    with (
        tempfile.TemporaryDirectory(prefix="copytrail-demo-") as folder,
        running(Path(folder)) as (client, _),
    ):
        stories = load_stories()
        posted = sum(_post(client, story) for story in stories)
        console.print(
            f"Posted {posted} articles of {len(stories)} stories to {client.url}; waiting for the worker …"
        )
        client.wait()
        console.print(f"Clustered {time.monotonic() - began:.0f} s after the start.\n")
        verdicts = [_tell(console, client, story) for story in stories]
    console.rule("Compared with the labels", align="left", style="dim")
    print_verdicts(console, verdicts)
    sys.exit(0 if all(verdict.agrees for verdict in verdicts) else 1)


@contextmanager
def running(folder: Path) -> Iterator[tuple[Client, subprocess.Popen[bytes]]]:
    """A whole Copytrail that keeps its data in `folder`, on a free port; stopped afterwards."""
    command = [sys.executable, "-P", "-m", "copytrail", "up", "--port", "0", "--data", str(folder / "data")]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as up,
    ):
        try:
            with Client(_url(up, folder / "log")) as client:
                yield client, up
        finally:
            up.terminate()
            up.wait(_STOP_SECONDS)


def _url(up: subprocess.Popen[bytes], log: Path) -> str:
    """The address that `up` prints when it is ready."""
    for line in up.stdout or ():
        if found := [word for word in line.decode().split() if word.startswith("http://")]:
            return found[0]
    raise click.ClickException(f"`copytrail up` ended with status {up.wait()}:\n{log.read_text()}")


def _post(client: Client, story: Story) -> int:
    answer = client.ingest(story.articles())
    if answer["rejected"]:
        raise click.ClickException(f"Articles of {story.slug} were rejected: {answer['rejected']}")
    return len(answer["accepted"])


def _tell(console: Console, client: Client, story: Story) -> Verdict:
    """Print the story's clusters and the reports that stand alone, and judge them."""
    clusters = fetch_clusters(client, story)
    for cluster in clusters:
        print_cluster(console, client, cluster)
    _print_apart(console, client, story)
    return judge(story, clusters)


def _print_apart(console: Console, client: Client, story: Story) -> None:
    """Each independent report, and how it compares with the first text of the story."""
    text_of = stored_texts(client)
    told = text_of(story.first or story.cluster[0])
    console.print("Not in it:")
    for each in story.apart:
        report = client.compare(text_of(each), told)
        article = client.article(each)
        said = Text(name_of(article), style="bold").append(": ", style="not bold")
        said.append(SAID[report["relation"]], style=f"not bold {RELATION_STYLE[report['relation']]}")
        print_headed(console, said.append(f", score {report['score']:.2f}", style="not bold"), article)
    console.print()


if __name__ == "__main__":
    main()
