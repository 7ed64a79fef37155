"""Every promise names its tests, and the tests are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text()
LINKS = re.findall(r"\[`(test_\w+)`\]\(\.\./([\w/.]+)\)", GUARANTEES)
FAULTS = 32


def named_in(file: str) -> set[str]:
    """The names of the tests in a file; none when there is no such file."""
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_linked_test_exists() -> None:
    assert len(LINKS) > FAULTS
    assert [name for name, file in LINKS if name not in named_in(file)] == []
    named = re.findall(r"(?<!/)\btest_\w+", GUARANTEES)  # but for files, whose names follow a slash
    assert named == [name for name, _ in LINKS]


def test_every_fault_has_a_test() -> None:
    rows = dict(re.findall(r"^\| (\d+) \|(.*)$", GUARANTEES, re.MULTILINE))
    assert list(rows) == [str(number) for number in range(1, FAULTS + 1)]
    assert [number for number, row in rows.items() if "[`test_" not in row] == []


def test_every_promise_has_a_test() -> None:
    promises = GUARANTEES.split("## What we do not promise")[0].split("## Fault by fault")[0]
    listed = re.split(r"^- ", promises, flags=re.MULTILINE)[1:]
    assert len(listed) > 10
    assert [promise for promise in listed if "[`test_" not in promise] == []
