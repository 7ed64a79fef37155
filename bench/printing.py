"""What the benches print: tables for people, or one JSON document; progress on stderr when it is a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import rich.progress
import rich.table
from rich.console import Console

T = TypeVar("T")

WIDTH_OF_A_PIPE: Final = 170  # columns; a terminal has its own


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95% confidence interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, resampled: npt.NDArray[np.float64]) -> Figure:
        """From the values of resamples, the first of which is the sample itself."""
        low, high = np.quantile(resampled[1:], [0.025, 0.975])
        return cls(float(resampled[0]), float(low), float(high))


Cell = str | int | float | Figure | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of figures; `note` says how to read it."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """The table as data: rows as objects by column, a figure as value, low and high."""
        rows = [{c: _datum(cell) for c, cell in zip(self.columns, row, strict=True)} for row in self.rows]
        return {"table": self.name, "title": self.title, "note": self.note, "rows": rows}

    def to_rich(self) -> rich.table.Table:
        """The table as a terminal shows it."""
        table = rich.table.Table()
        for index, column in enumerate(self.columns):
            words = all(isinstance(row[index], str) for row in self.rows)
            table.add_column(column, justify="left" if words else "right")
        for row in self.rows:
            table.add_row(*(_text(cell) for cell in row))
        return table


def print_tables(tables: Iterable[Table], *, as_json: bool) -> None:
    """Print each table as soon as it is there, or all as one JSON document at the end."""
    if as_json:
        print(json.dumps({"tables": [table.to_json() for table in tables]}, indent=1, ensure_ascii=False))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE)
    for table in tables:
        console.print(f"\n[bold]{table.title}[/bold]", table.to_rich(), f"[dim]{table.note}[/dim]", sep="\n")


def progress(items: Sequence[T], what: str) -> Iterator[T]:
    """The items one by one, with a bar on stderr when that is a terminal."""
    console = Console(stderr=True)
    yield from rich.progress.track(
        items, what, console=console, transient=True, disable=not console.is_terminal
    )


def _datum(cell: Cell) -> object:
    if isinstance(cell, Figure):
        return {"value": _rounded(cell.value), "low": _rounded(cell.low), "high": _rounded(cell.high)}
    return _rounded(cell) if isinstance(cell, float) else cell


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _text(cell: Cell) -> str:
    if isinstance(cell, Figure):
        return f"{_number(cell.value)} [dim]{_number(cell.low)}–{_number(cell.high)}[/dim]"
    if isinstance(cell, bool | str):
        return str(cell)
    return "" if cell is None else _number(cell)


def _number(value: float) -> str:
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{round(value):,}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.4f}" if 0 < abs(value) < 0.01 else f"{value:.3f}"
