"""A running service, as commands name it: `--api URL` and `--api-key KEY`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import click

from copytrail.client import Client
from copytrail.settings import Settings

_Command = Callable[..., Any]

_PATIENCE = 30.0  # seconds for which somebody at a terminal waits for a busy service
_LONG_PATIENCE = 900.0  # a long ingest should survive a full queue and a restart


def _with_client(command: _Command, patience: float) -> _Command:
    """Add the two options to a command and hand it a Client as `client`.

    Without them the service is where the settings would start it, and the key is COPYTRAIL_API_KEY.
    """

    @click.option("--api", "url", metavar="URL", help="Address of the service.")
    @click.option("--api-key", "key", metavar="KEY", help="Its key, instead of COPYTRAIL_API_KEY.")
    @wraps(command)
    def with_client(url: str | None, key: str | None, **given: object) -> object:
        settings = Settings.from_env(os.environ)
        address = url or base_url(settings.host, settings.port)
        with Client(address, key or settings.api_key, patience) as client:
            return command(client=client, **given)

    return with_client


api_option = partial(_with_client, patience=_PATIENCE)
patient_api_option = partial(_with_client, patience=_LONG_PATIENCE)


def base_url(host: str, port: int) -> str:
    """The address under which a service bound to `host` is reached from this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
