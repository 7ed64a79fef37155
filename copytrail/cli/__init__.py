"""The command `copytrail`: one file for each command, imported when it is called.

Exit status: 0 done, 1 failed, 2 wrong usage. With `--json` nothing but JSON is written to standard output.
"""

from __future__ import annotations

from importlib import import_module

import click

from copytrail import __version__
from copytrail.errors import CopytrailError, InvalidSettings
from copytrail.logs import plain

COMMANDS = {
    "up": "the whole service in one command",
    "serve": "the HTTP service alone",
    "worker": "one worker alone",
    "ingest": "post articles to a running service",
    "scrape": "follow feeds and sitemaps and post what is new",
    "check": "what an article would match, storing nothing",
    "compare": "compare two texts, or a stream of pairs",
    "cluster": "cluster a file of articles, without a server",
    "clusters": "list the clusters of a running service",
    "show": "one article or one cluster",
    "export": "clusters, or the provenance of one, for other programs and for print",
    "keys": "make, list, replace and revoke the keys of clients",
    "reindex": "make the index anew from the stored texts, beside the live one",
    "doctor": "check that everything is set up safely",
    "backup": "keep everything in one file, while the service runs",
    "restore": "put a backup into an empty store",
    "completion": "complete commands and options in a shell",
}
"""Every command and what it does, in the order in which somebody new needs them."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"copytrail.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except InvalidSettings as error:
            raise click.UsageError(plain(str(error))) from error
        except CopytrailError as error:
            raise click.ClickException(plain(str(error))) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="copytrail %(version)s")
def main() -> None:
    """Find news articles that are the same text: copied, edited, excerpted or rewritten."""
