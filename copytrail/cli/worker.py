"""`copytrail worker`: one worker alone, for a container or a process manager."""

from __future__ import annotations

import os

import click

from copytrail.cli.roles import WORKER, become


@click.command("worker")
def command() -> None:
    """Run one worker until SIGTERM or Ctrl-C, on the store that COPYTRAIL_REDIS_URL names.

    Start as many as there are cores to spare; they share the queue.
    """
    become(WORKER, dict(os.environ))
