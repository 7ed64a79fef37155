"""Keys of clients, as tests make and send them."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import CliRunner

from copytrail.cli.keys import command

Make = Callable[..., str]
"""Makes a key with the scopes that it is given."""


def run(*words: str) -> str:
    """What `copytrail keys` prints."""
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def bearer(key: str) -> dict[str, str]:
    """The headers that a client sends a key in."""
    return {"Authorization": f"Bearer {key}"}
