"""`copytrail doctor`: is everything set up so that nothing gets lost?"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import click
from rich.text import Text

from copytrail import __version__
from copytrail.cli.printing import terminal
from copytrail.errors import InvalidSettings, StoreError
from copytrail.settings import Settings
from copytrail.store import open_running_store
from copytrail.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `ok`, `warning` (works, but look) or `failed`, and a sentence."""

    check: str
    verdict: Literal["ok", "warning", "failed"]
    said: str


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(as_json: bool) -> None:
    """Check the settings and the store that they name, and count what should not be there.

    Reads the whole store, which takes a while on a large one. Exit status 1 when something failed.
    """
    findings = []
    for finding in _examine():
        findings.append(finding)
        if not as_json:
            _print(finding)
    failed = any(finding.verdict == "failed" for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not failed, "findings": [asdict(finding) for finding in findings]}))
    sys.exit(1 if failed else 0)


def _examine() -> Iterator[Finding]:
    yield Finding("version", "ok", f"copytrail {__version__} on Python {platform.python_version()}")
    try:
        settings = Settings.from_env(os.environ)
    except InvalidSettings as error:
        yield from (Finding("settings", "failed", problem) for problem in error.problems)
        return
    yield Finding("settings", "ok", "all valid")
    if not settings.redis_url and not settings.data.exists():
        yield Finding("store", "warning", f"there is none yet at {settings.data}; `copytrail up` makes one")
        return
    try:
        store = open_running_store(settings)
    except StoreError as error:
        yield Finding("store", "failed", str(error))
        return
    try:
        yield Finding("store", "ok", f"answers at {settings.redis_url or settings.data}")
        yield from _examine_store(store)
    except StoreError as error:
        yield Finding("store", "failed", str(error))
    finally:
        store.close()


def _examine_store(store: Store) -> Iterator[Finding]:
    problems = store.health()
    for problem in problems:
        yield Finding(problem.code, "failed" if problem.fatal else "warning", problem.message)
    if not problems:
        yield Finding(
            "safety", "ok", "writes are kept on disk, nothing is evicted, the index is of this version"
        )
    yield from _examine_work(store.stats())
    yield _examine_strays(store.audit())


def _examine_strays(found: dict[str, int]) -> Finding:
    """A name whose post broke off before its article was written is taken up by the next post under it: no fault."""
    strays = {name: count for name, count in found.items() if count and name != "names"}
    if strays:
        listed = ", ".join(f"{count} {name}" for name, count in strays.items())
        return Finding("audit", "failed", f"without an article: {listed}")
    kept = f"; {found['names']} names are kept for posts that broke off" if found["names"] else ""
    return Finding("audit", "ok", f"no strays{kept}")


def _examine_work(stats: dict[str, int | float]) -> Iterator[Finding]:
    yield Finding("articles", "ok", f"{stats['articles']:,} articles in {stats['clusters']:,} clusters")
    waiting = f"{stats['queued']:,} articles wait, the longest for {stats['lag_seconds']:.0f} s"
    if stats["queued"] and not stats["workers"]:
        yield Finding("queue", "failed", f"{waiting}, and no worker runs: start one with `copytrail worker`")
    else:
        yield Finding("queue", "ok", f"{waiting}; workers running: {stats['workers']}")
    if stats["failed"]:
        asked = "GET /v1/articles?status=failed says why"
        yield Finding("failed articles", "warning", f"{stats['failed']:,} articles were set aside; {asked}")


def _print(finding: Finding) -> None:
    mark, style = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "bold red")}[
        finding.verdict
    ]
    terminal().print(
        Text(f"{mark} ", style=style).append(f"{finding.check}: ", style="bold").append(finding.said)
    )
