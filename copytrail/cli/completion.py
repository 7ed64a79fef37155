"""`copytrail completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print the script with which SHELL completes commands and options.

    \b
    bash:  copytrail completion bash >> ~/.bashrc
    zsh:   copytrail completion zsh >> ~/.zshrc
    fish:  copytrail completion fish > ~/.config/fish/completions/copytrail.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # one of the three that click knows
    click.echo(kind(ctx.find_root().command, {}, "copytrail", "_COPYTRAIL_COMPLETE").source())
