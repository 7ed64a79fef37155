"""`copytrail serve`: the HTTP service alone, for a container or a process manager."""

from __future__ import annotations

import os

import click

from copytrail.cli.roles import SERVICE, become


@click.command("serve")
@click.option("--host", help="Address to listen on instead of COPYTRAIL_HOST.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on instead of COPYTRAIL_PORT.")
def command(host: str | None, port: int | None) -> None:
    """Run the HTTP service alone until SIGTERM or Ctrl-C, on the store that COPYTRAIL_REDIS_URL names."""
    chosen = {"COPYTRAIL_HOST": host or "", "COPYTRAIL_PORT": "" if port is None else str(port)}
    become(SERVICE, dict(os.environ) | {name: value for name, value in chosen.items() if value})
