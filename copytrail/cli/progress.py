"""Bars for people who wait for something long: how many, how fast, how long still."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich import progress
from rich.console import Console


class Remaining:
    """A bar of articles still to do, on standard error while it is entered; silent where that is no terminal."""

    def __init__(self, total: int) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task("indexing", total=total, rate="")
        self._total = total

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def show(self, left: int) -> None:
        """Say how many articles are to do; new ones may have come to them."""
        done = max(0, self._total - left)
        seconds = self._bar.tasks[0].elapsed or 0
        rate = f"{done / seconds:,.0f} articles/s" if seconds >= 1 else ""
        self._bar.update(self._task, completed=done, description=f"indexing, {left:,} to go", rate=rate)


class Counting:
    """A bar of articles that are done, of a known number, on standard error; silent where that is no terminal."""

    def __init__(self, doing: str, total: int) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task(doing, total=total, rate="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def reached(self, articles: int) -> None:
        """Say that so many are done."""
        seconds = self._bar.tasks[0].elapsed or 0
        rate = f"{articles / seconds:,.0f} articles/s" if seconds >= 1 else ""
        self._bar.update(self._task, completed=articles, rate=rate)


class Progress:
    """A bar on standard error while it is entered; silent where that is no terminal.

    `total` is the number of bytes to read, None when that is not known. Bytes tell the time left, articles
    the rate: only reading on would tell how many articles there are.
    """

    def __init__(self, total: int | None) -> None:
        self._bar = _bar()
        self._task = self._bar.add_task("posting", total=total, rate="")
        self._articles = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def skip(self, size: int) -> None:
        """Leave out bytes that an earlier run has dealt with."""
        self._bar.reset(self._task, completed=size)

    def advance(self, articles: int, size: int) -> None:
        """Count articles that were posted, and the bytes that they took."""
        self._articles += articles
        seconds = self._bar.tasks[0].elapsed or 0
        rate = f"{self._articles / seconds:,.0f} articles/s" if seconds >= 1 else ""
        said = f"posting, {self._articles:,} articles"
        self._bar.update(self._task, advance=size, description=said, rate=rate)

    def wait(self, queued: int) -> None:
        """Say that everything is posted and so many articles wait for the workers."""
        self._bar.update(self._task, description=f"indexing, {queued:,} to go", rate="")


def _bar() -> progress.Progress:
    console = Console(stderr=True)
    columns = (
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
    )
    return progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
