"""`copytrail reindex`: a new index from the stored texts, beside the live one, and the switch to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import uuid4

import click

from copytrail import logs
from copytrail.cli.detector import compile_for_others
from copytrail.cli.progress import Remaining
from copytrail.cli.roles import REINDEXER, role_command
from copytrail.cli.supervisor import Child, stop_all, supervise
from copytrail.errors import StoreInUse
from copytrail.settings import Settings
from copytrail.store import keys
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer, die_with_parent, server_url
from copytrail.store.reindex import Reindex

_FEW: Final = 500  # articles to go when the live index stops changing: that should last a second or two


@click.command("reindex")
@click.option(
    "--workers",
    type=click.IntRange(1, keys.SHARDS),
    help="Number of processes instead of COPYTRAIL_WORKERS, one for each core to spare.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(workers: int | None, as_json: bool) -> None:
    """Make the index anew from the stored texts, beside the live one, and switch to it.

    For a program whose index has another version than the stored one, or to repair an index. Services and workers go
    on meanwhile: articles are taken, indexed and found. At the switch those of another version end, and what they have
    not done waits for the new ones. When it is interrupted, run it again: it goes on.
    """
    settings = Settings.from_env(os.environ)
    logs.set_up("reindex", settings.log_format)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    compile_for_others()
    with _store(settings) as url:
        link = Connection(url)
        try:
            done = _reindex(link, replace(settings, redis_url=url), workers or settings.workers, stop)
        finally:
            link.close()
    click.echo(json.dumps(done) if as_json else _said(done))


@contextmanager
def _store(settings: Settings) -> Iterator[str]:
    """The address of the store; an embedded one that nobody runs is run here."""
    if settings.redis_url:
        yield settings.redis_url
        return
    try:
        server = EmbeddedServer(settings.data, settings.fsync)
    except StoreInUse:
        yield server_url(settings.data)
        return
    with server:
        server.start()
        yield server.url


def _reindex(
    link: Connection, settings: Settings, count: int, stop: threading.Event
) -> dict[str, int | float]:
    reindex = Reindex(link, settings)
    if reindex.finish_earlier():
        click.echo(
            "An earlier run had switched already; the index that was replaced is dropped now.", err=True
        )
        if reindex.is_current():
            return {"articles": 0, "seconds": 0.0, "articles_per_second": 0.0}
    began = time.monotonic()
    names = _names(count)
    reindex.begin(names)
    reindex.list_all()
    listed = reindex.left()
    children = _children(settings, names, reindex.generation)
    try:
        with Remaining(listed) as bar:
            supervise(children, stop, until=_Filling(reindex, names, bar).is_done)
    finally:
        stop_all(children)
    if stop.is_set():
        raise click.ClickException("Interrupted. The live index is as it was; run it again and it goes on.")
    reindex.switch()
    seconds = time.monotonic() - began
    return {
        "articles": listed,
        "seconds": round(seconds, 1),
        "articles_per_second": round(listed / seconds, 1),
    }


class _Filling:
    """The next index while reindexers fill it."""

    def __init__(self, reindex: Reindex, names: Sequence[str], bar: Remaining) -> None:
        self._reindex = reindex
        self._names = names
        self._bar = bar
        self._held = False

    def is_done(self) -> bool:
        """Whether it has all that the live one has, which does not change any more then."""
        if not self._reindex.is_filled_by(self._names):
            raise click.ClickException("Another `copytrail reindex` was started and goes on with it.")
        left, held = self._reindex.left(), self._held
        self._bar.show(left)
        if left < _FEW and not held:
            self._reindex.hold()
            self._held = True
        return held and not left


def _names(count: int) -> list[str]:
    run = uuid4().hex[:8]
    return [f"reindexer:{run}:{number}" for number in range(count)]


def _children(settings: Settings, names: Sequence[str], generation: int) -> list[Child]:
    environ = os.environ | settings.to_env()
    return [
        Child(f"reindexer {part + 1}", partial(_start, environ, name, part, len(names), generation))
        for part, name in enumerate(names)
    ]


def _start(environ: Mapping[str, str], name: str, *numbers: int) -> subprocess.Popen[bytes]:
    line = [*role_command(REINDEXER), name, *map(str, numbers)]
    return subprocess.Popen(line, env=environ, stdout=2, start_new_session=True, preexec_fn=die_with_parent)


def _said(done: Mapping[str, int | float]) -> str:
    return (
        f"The new index is live: {done['articles']:,} articles in {done['seconds']:,.1f} s "
        f"({done['articles_per_second']:,.0f} a second)."
    )
