"""Run the scraper until SIGTERM or Ctrl-C. `copytrail scrape` is how people start it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

import click

from copytrail import logs
from copytrail.client import Client
from copytrail.settings import Settings
from scraper.frontier import Frontier
from scraper.plan import InvalidPlan, Plan
from scraper.rounds import Scraper

_PATIENCE = 20.0  # seconds for which a busy service is borne; after that the pages stay due


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("url")
@click.argument("state", type=click.Path(path_type=Path))
@click.option("--once", is_flag=True)
def main(plan: Path, url: str, state: Path, once: bool) -> None:
    """Follow PLAN, post to the service at URL, remember in STATE; the key is COPYTRAIL_API_KEY."""
    settings = Settings.from_env(os.environ)
    logs.set_up("scraper", settings.log_format)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        wanted = Plan.read(plan)
    except InvalidPlan as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    with (
        closing(Frontier(state)) as frontier,
        Client(url, settings.api_key, _PATIENCE) as client,
        closing(Scraper(wanted, frontier, client, stop)) as scraper,
    ):
        if not once:
            scraper.run()
        elif scraper.round()["not posted"]:
            sys.exit(1)


if __name__ == "__main__":
    main()
