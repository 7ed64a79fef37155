"""The roles of Copytrail as processes of their own."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from copytrail.settings import Settings

SERVICE, WORKER, SCRAPER, REINDEXER = "service", "worker", "scraper", "worker.reindexer"


def role_command(role: str) -> list[str]:
    """The command line of a role; -P so that a folder of that name at hand is not taken for it."""
    return [sys.executable, "-P", "-m", role]


def become(role: str, environ: dict[str, str]) -> NoReturn:
    """Turn this process into the role. Raises click.UsageError without a store that roles can share."""
    if Settings.from_env(environ).redis_url is None:
        raise click.UsageError(
            f"The {role} alone needs a store that other roles reach too, and COPYTRAIL_REDIS_URL is not set. "
            "Set it, to redis://localhost:6379/0 for example, or run `copytrail up`, which brings its own."
        )
    sys.stdout.flush()
    os.execve(sys.executable, role_command(role), environ)
