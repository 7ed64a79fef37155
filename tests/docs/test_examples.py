"""Whatever the documents show works: commands, Python, JSON, in the order in which a reader meets them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from beside import beside
from blocks import DOCUMENTS, ROOT, Block, blocks
from live import copytrail, demo_site, web

from copytrail.client import Client
from copytrail.settings import Settings
from copytrail.store.redis import RedisStore
from worker.courier import Courier

__all__ = ["copytrail", "demo_site", "web"]

ENDLESS = "runs until Ctrl-C; what the documents ask stands beside the test already"
ENGINE = "needs a container engine; `make compose-test` and `make compose-scraper-test` run it"
NOT_RUN: Mapping[str, str] = {
    "make ": "makes an environment of its own; tests/journey runs what `make demo` does",
    "docker compose ": ENGINE,
    "copytrail up": ENDLESS,
    "copytrail restore ": "needs an empty store; tests/journey/test_backup.py runs it",
    "copytrail serve": ENDLESS,
    "copytrail worker": ENDLESS,
    "python -m seeds.site": ENDLESS,
}
"""Beginnings of lines that are left out of what is run, and why."""
SHELL = ["bash", "-euo", "pipefail", "-c"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Webhooks may reach this machine, as the page about them says."""
    return Settings(redis_url=settings.redis_url, webhook_private="127.0.0.1")


class Reader:
    """Somebody who follows a document in a folder of their own, with the service running."""

    def __init__(self, folder: Path, service: Client, site: str, redis_url: str, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._said = ""
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._ports = {"8080": service.url, "8081": site, "9000": f"http://127.0.0.1:{_free_port()}"}
        self._schemas = service.call("GET", "openapi.json")
        for name, place in (
            ("seeds", ROOT / "seeds"),
            ("deploy", ROOT / "deploy"),
            (".venv", Path(sys.prefix)),
        ):
            (folder / name).symlink_to(place)
        (folder / ".curlrc").write_text("fail-with-body\n")  # an error answer is a failure of the document
        self._environ = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CURL_HOME": str(folder),
            "COPYTRAIL_REDIS_URL": redis_url,
            "COPYTRAIL_PORT": str(urlsplit(service.url).port),
            "COPYTRAIL_DATA": str(folder / "data"),
            "no_proxy": "127.0.0.1,localhost",
        }

    def follow(self, block: Block) -> None:
        """Do what a reader does with the block: run it, save it, or believe it."""
        text = block.text
        for port, place in self._ports.items():
            text = re.sub(rf"\b{port}\b", str(urlsplit(place).port), text)
        match block.language:
            case "sh" if block.word == "background":
                self._begin(text)
            case "sh":
                self._run(_runnable(text))
            case "python" | "toml" if block.word:
                (self._folder / block.word).write_text(text, "utf-8")
            case "python":
                exec(compile("\n" * (block.line - 1) + text, "document", "exec"), self._names)
            case "json" if block.word:
                self._validate(block)

    def _run(self, script: str) -> None:
        self._said = ""
        ended = subprocess.run(
            [*SHELL, script], cwd=self._folder, env=self._environ, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"
        self._said = ended.stdout.strip().rpartition("\n")[2]

    def _begin(self, script: str) -> None:
        begun = subprocess.Popen([*SHELL, f"exec {script}"], cwd=self._folder, env=self._environ)
        self._stack.callback(begun.wait)
        self._stack.callback(begun.kill)

    def _validate(self, block: Block) -> None:
        """A shape's example is as the interface describes it; after a command it is what that has just answered."""
        shapes = self._schemas["components"]["schemas"]
        schema = {"$ref": f"#/components/schemas/{block.word}", "components": self._schemas["components"]}
        value = json.loads(block.text)
        jsonschema_rs.validator_for(schema).validate(value)
        assert set(value) <= set(shapes[block.word]["properties"])
        if self._said:
            assert _timeless(value) == _timeless(json.loads(self._said))
            self._said = ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _timeless(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same without times, with two decimals."""
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if not name.endswith("at")}
    if isinstance(value, list):
        return [_timeless(each) for each in value]
    return round(value, 2) if isinstance(value, float) else value


def _runnable(script: str) -> str:
    return "".join(line for line in script.splitlines(True) if not line.startswith(tuple(NOT_RUN)))


@pytest.fixture
def courier(store: RedisStore, settings: Settings) -> Iterator[None]:
    """Webhooks are delivered."""
    with beside(Courier(store, settings).run):
        yield


@pytest.fixture
def reader(
    copytrail: Client,
    working: None,
    courier: None,
    web: str,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Reader]:
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:
        yield Reader(tmp_path, copytrail, web, settings.redis_url or "", stack)


@pytest.mark.skipif(which("curl") is None, reason="the documents show curl, which is not on this machine")
@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_shows_works(document: str, reader: Reader) -> None:
    for block in blocks(document):
        reader.follow(block)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_block_says_what_it_is(document: str) -> None:
    """So that no command hides from the test above: output is `text`."""
    unknown = [block.line for block in blocks(document) if block.language not in KNOWN]
    assert not unknown, f"{document}: mark the blocks at these lines as one of {sorted(KNOWN)}"


KNOWN = {"sh", "python", "py", "json", "toml", "text", "ini", "yaml"}
"""`py` is a signature, `ini` and `yaml` are pieces of other programs' files."""


@pytest.mark.parametrize("line", NOT_RUN)
def test_nothing_is_left_out_that_no_document_has(line: str) -> None:
    assert any(
        written.startswith(line)
        for name in DOCUMENTS
        for block in blocks(name)
        for written in block.text.splitlines()
    )
