"""`copytrail scrape`: follow feeds and sitemaps and post what is new."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from copytrail.cli.api import api_option
from copytrail.cli.roles import SCRAPER, role_command
from copytrail.client import Client
from copytrail.settings import Settings


@click.command("scrape")
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@api_option
@click.option("--state", type=click.Path(path_type=Path), help="File that remembers what was posted.")
@click.option("--once", is_flag=True, help="Look at every feed and sitemap once, then end.")
def command(plan: Path, client: Client, state: Path | None, once: bool) -> None:
    """Follow the feeds and sitemaps in PLAN and post new articles to a running service.

    PLAN is a TOML file: `contact` (under which webmasters reach you), `feeds`, `sitemaps`, and if you like
    `every_minutes` (15), `delay_seconds` between requests to one host (2), `newest` articles of a source (50).
    Robots.txt is obeyed. What was posted is remembered, in `scraper.sqlite` under COPYTRAIL_DATA unless --state
    names another file.
    """
    file = state or Settings.from_env(os.environ).data / "scraper.sqlite"
    arguments = [str(plan), client.url, str(file), *(["--once"] if once else [])]
    environ = dict(os.environ) | ({"COPYTRAIL_API_KEY": client.key} if client.key else {})
    sys.stdout.flush()
    os.execve(sys.executable, [*role_command(SCRAPER), *arguments], environ)
