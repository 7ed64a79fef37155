"""Two texts side by side on a terminal, and in a file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from copytrail.cli.texts import print_texts
from copytrail.compare import compare
from copytrail.document import analyse

A = (
    "The harbour bridge will close on Monday for nine weeks while engineers replace its bearings, the council said. "
    "Buses will run along the quay instead, every ten minutes, and cyclists may use the old ferry free of charge. "
    "Traders on the island fear for their summer."
)
B = (
    "Nobody had been asked. "
    + A.replace("fear for their summer", "expect a poor season")
    + " \x1b[2JThe end."
)


def printed(**options: object) -> str:
    console = Console(file=io.StringIO(), width=100, **options)  # type: ignore[arg-type]
    a, b = analyse(A), analyse(B)
    print_texts(console, compare(a, b), ("one.txt", a), ("two.txt", b))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_all_of_both_texts_is_there_in_words_where_there_are_no_colours() -> None:
    words = printed().replace(".", "").split()
    assert "\x1b" not in printed()
    assert {"near", "copy", "only", "there"} <= set(words)
    for text in (A, "Nobody had been asked", "expect a poor season", "The end"):
        assert set(text.replace(".", "").split()) <= set(words)


def test_passages_are_coloured_on_a_terminal_and_no_text_steers_it() -> None:
    shown = printed(force_terminal=True, color_system="standard", no_color=False)
    assert "\x1b[1;31m" in shown or "\x1b[31m" in shown
    assert "\x1b[2J" not in shown


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in printed(force_terminal=True)
