"""`copytrail up`: the whole service in one command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import click
import httpx

from copytrail import logs
from copytrail.cli.api import base_url
from copytrail.cli.detector import compile_for_others
from copytrail.cli.roles import SERVICE, WORKER, role_command
from copytrail.cli.supervisor import Child, stop_all, supervise
from copytrail.settings import Settings
from copytrail.store.embedded import EmbeddedServer, die_with_parent

_START_SECONDS = 120.0


@click.command("up")
@click.option("--data", metavar="DIR", help="Folder of the embedded store instead of COPYTRAIL_DATA.")
@click.option("--host", help="Address to listen on instead of COPYTRAIL_HOST.")
@click.option("--port", help="Port instead of COPYTRAIL_PORT; 0 takes a free one.")
@click.option("--workers", help="Number of worker processes instead of COPYTRAIL_WORKERS.")
def command(**chosen: str | None) -> None:
    """Run the whole service until Ctrl-C or SIGTERM: store, HTTP and workers.

    The store is embedded, under the data folder, unless COPYTRAIL_REDIS_URL names one. What dies is started
    again. Prints the address when it is ready.
    """
    given = {f"COPYTRAIL_{name.upper()}": value for name, value in chosen.items() if value is not None}
    settings = Settings.from_env(os.environ | given)
    logs.set_up("up", settings.log_format)
    settings = replace(settings, port=_free_port(settings.host, settings.port))
    compile_for_others()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    store, url = _store(settings)
    roles = _roles(replace(settings, redis_url=url))
    try:
        _run([*store, *roles], settings, stop)
    finally:
        stop_all(roles)
        stop_all(store)


def _run(children: Sequence[Child], settings: Settings, stop: threading.Event) -> None:
    url = base_url(settings.host, settings.port)
    supervise(children, stop, until=partial(_is_ready, url, time.monotonic() + _START_SECONDS))
    if not stop.is_set():
        place = "the store of COPYTRAIL_REDIS_URL" if settings.redis_url else settings.data
        click.echo(f"Copytrail is ready at {url} (interface: {url}/docs). Data: {place}. Ctrl-C stops it.")
    supervise(children, stop)


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0; fixed here because a service that is started again must get the same."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = f"Cannot listen on {host} port {port} ({error.strerror}); choose with --host and --port."
            raise click.ClickException(said) from error
        return int(probe.getsockname()[1])


def _store(settings: Settings) -> tuple[list[Child], str]:
    """The embedded store as a child and its address; no child when the settings name a store elsewhere."""
    if settings.redis_url:
        return [], settings.redis_url
    server = EmbeddedServer(settings.data, settings.fsync)
    return [Child("store", server.start)], server.url


def _roles(settings: Settings) -> list[Child]:
    environ = os.environ | settings.to_env()
    workers = [
        Child(f"worker {number}", partial(_start, WORKER, environ))
        for number in range(1, settings.workers + 1)
    ]
    return [Child("service", partial(_start, SERVICE, environ)), *workers]


def _start(role: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches this process alone, which then ends the others in order.

    Its log is kept; where it listens is told here.
    """
    return subprocess.Popen(
        role_command(role),
        env=environ,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def _is_ready(url: str, deadline: float) -> bool:
    if time.monotonic() > deadline:
        raise click.ClickException(f"Not ready after {_START_SECONDS:g} s; what is missing is said above.")
    try:
        return httpx.get(f"{url}/readyz", timeout=2.0, trust_env=False).is_success
    except httpx.TransportError:
        return False
