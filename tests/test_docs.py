"""What the documents name exists, and what exists is documented."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path

import blocks
import click
import pytest

from copytrail.cli import COMMANDS
from copytrail.settings import Settings
from copytrail.store.keys import WORKERS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
DOCUMENTS = [
    *blocks.DOCUMENTS,
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "seeds/README.md",
    "bench/README.md",
]


def spans(text: str) -> list[str]:
    """Inline code and the lines of code blocks."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(
        r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
    return inline + [line for block in fenced for line in block.splitlines()]


def uses_of(program: str) -> list[list[str]]:
    """Every command line of `program` in the documents, split into words."""
    pattern = re.compile(rf"^(?:\$ )?(?:\.venv/bin/)?{program} (.*?)(?:\s#.*)?$")
    text = "\n".join((ROOT / name).read_text() for name in DOCUMENTS)
    return [shlex.split(found[1]) for span in spans(text) if (found := pattern.match(span.strip()))]


@pytest.mark.parametrize("words", uses_of("copytrail"), ids=" ".join)
def test_a_documented_command_line_exists(words: list[str]) -> None:
    name, *rest = words
    assert name in COMMANDS
    command: click.Command = import_module(f"copytrail.cli.{name}").command
    if isinstance(command, click.Group) and rest:
        command = command.commands[rest.pop(0)]
    known = {flag for parameter in command.params for flag in parameter.opts} | {"-h", "--help"}
    assert {word.split("=")[0] for word in rest if word.startswith("-") and word != "-"} <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`copytrail {name}" in README


def test_documented_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    used = {words[0] for words in uses_of("make") if "=" not in words[0]}
    assert used
    assert used <= targets


def test_the_health_check_of_a_worker_reads_the_key_that_workers_keep() -> None:
    assert f'"{WORKERS}"' in (ROOT / "docker-compose.yml").read_text()


def settings_table() -> str:
    rows = [f"| `{name}` | {default or 'unset'} | {meaning} |" for name, default, meaning in Settings.table()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def test_the_readme_lists_exactly_the_settings_that_exist() -> None:
    written = README.split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    assert written.strip() == settings_table(), "Paste this between the marks:\n" + settings_table()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_paths_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    paths = [
        span
        for span in spans(text)
        if re.fullmatch(r"(copytrail|service|worker|seeds|bench|tests)/[\w./-]*", span)
    ]
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert missing + [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def anchors(document: Path) -> set[str]:
    """The fragments that the headings of a document can be linked by."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_to_headings_lead_somewhere(document: str) -> None:
    here = ROOT / document
    links = re.findall(r"\]\(((?!http)[^)#]*)#([^)]+)\)", here.read_text())
    assert [
        link for link in links if link[1] not in anchors(here.parent / link[0] if link[0] else here)
    ] == []
