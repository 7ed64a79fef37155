"""The detector as commands use it: compiled, with a word to the person who waits for that."""

from __future__ import annotations

import threading

import click

_PATIENCE_SECONDS = 3.0


def compile_detector() -> None:
    """Compile once on this machine, and say so when it takes long, which is on the first use."""
    said = "Compiling the detector for this machine: about half a minute, once."
    notice = threading.Timer(_PATIENCE_SECONDS, click.echo, [said], {"err": True})
    notice.daemon = True
    notice.start()
    from copytrail.warmup import warm_up  # loaded only where it is used

    warm_up()
    notice.cancel()
