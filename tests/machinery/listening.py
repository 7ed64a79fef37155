"""An app on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

from flask import Flask

from copytrail.settings import Settings
from service.server import Server


@contextmanager
def listening(app: Flask, settings: Settings) -> Iterator[Server]:
    """The server that answers for an app, on a free port, while the block runs."""
    server = Server(app, replace(settings, port=0))
    Thread(target=server.run, daemon=True).start()
    try:
        yield server
    finally:
        server.trigger.pull_trigger(server.close)
