"""Print the tables of speed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from bench.printing import Table, print_tables
from bench.speed.buckets import LARGE_SIZES as LARGE_BUCKETS
from bench.speed.buckets import buckets
from bench.speed.detector import detector
from bench.speed.growth import LARGE_SIZES, growth
from bench.speed.hostile import hostile
from bench.speed.lanes import lanes
from bench.speed.layouts import layouts
from bench.speed.offline import LARGE_SIZE as LARGE_OFFLINE
from bench.speed.offline import offline
from bench.speed.profile import profile
from bench.speed.reindex import reindex
from bench.speed.service import service
from bench.speed.signatures import signatures
from bench.speed.texts import make_articles, read_articles
from bench.speed.workers import workers

SAMPLE: Final = 500  # articles that what runs on one core is measured with
TABLES: Final[Mapping[str, Callable[[Sequence[str]], Iterator[Table]]]] = {
    "signatures": lambda texts: signatures(texts[:SAMPLE]),
    "detector": lambda texts: detector(texts[:SAMPLE]),
    "profile": profile,
    "hostile": hostile,
    "service": service,
    "lanes": lambda texts: lanes(texts[:SAMPLE]),
    "layouts": lambda _: layouts(),
    "workers": workers,
    "reindex": lambda _: reindex(),
    "growth": lambda _: growth(),
    "buckets": lambda _: buckets(),
    "offline": lambda _: offline(),
    "growth_large": lambda _: growth(LARGE_SIZES),
    "buckets_large": lambda _: buckets(LARGE_BUCKETS),
    "offline_large": lambda _: offline(LARGE_OFFLINE),
}
LONG: Final = {"growth_large", "buckets_large", "offline_large"}  # `make bench-large`


@click.command()
@click.option(
    "--data",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose background.jsonl.gz gives the articles; without it they are made up.",
)
@click.option("--articles", default=6000, show_default=True, help="How many the service gets.")
@click.option(
    "--table", "tables", multiple=True, type=click.Choice(list(TABLES)), help="Only this; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def main(folder: Path | None, articles: int, tables: tuple[str, ...], as_json: bool) -> None:
    """Print how fast Copytrail is beside its peers."""
    texts = read_articles(folder, articles) if folder else make_articles(articles)
    chosen = [name for name in TABLES if name in tables or not (tables or name in LONG)]
    print_tables((table for name in chosen for table in TABLES[name](texts)), as_json=as_json)


if __name__ == "__main__":
    main()
