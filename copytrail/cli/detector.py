"""The detector as commands use it: compiled, with a word to the person who waits for that."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

_PATIENCE_SECONDS = 3.0


def compile_detector() -> None:
    """Compile once on this machine, and have it at hand in this process."""
    with _told():
        from copytrail.warmup import warm_up  # loaded only where it is used

        warm_up()


def compile_for_others() -> None:
    """Compile once on this machine, for the processes that are started then: this one need not carry it along.

    When that fails, they will say why.
    """
    from copytrail.compiled import FIRST_USE  # loaded only where it is used
    from copytrail.store.embedded import die_with_parent

    if FIRST_USE:
        with _told():
            command = [sys.executable, "-P", "-m", "copytrail.warmup"]
            subprocess.run(command, check=False, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)


@contextmanager
def _told() -> Iterator[None]:
    """Say what is going on when it takes long, which is on the first use."""
    said = "Compiling the detector for this machine: about half a minute, once."
    notice = threading.Timer(_PATIENCE_SECONDS, click.echo, [said], {"err": True})
    notice.daemon = True
    notice.start()
    try:
        yield
    finally:
        notice.cancel()
