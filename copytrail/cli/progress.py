"""Bars for people who wait for something long: how many, how fast, how long still."""

from __future__ import annotations

from typing import Self

from rich import progress
from rich.console import Console


class _Bar:
    """A bar on standard error while it is entered; silent where that is no terminal."""

    def __init__(self, doing: str, total: int | None) -> None:
        console = Console(stderr=True)
        self._bar = progress.Progress(
            *_columns(), console=console, transient=True, disable=not console.is_terminal
        )
        self._task = self._bar.add_task(doing, total=total, rate="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def _rate(self, count: int, what: str = " articles") -> str:
        """How fast so many articles, or what else, were done since the bar began; nothing within the first second."""
        seconds = self._bar.tasks[0].elapsed or 0
        return f"{count / seconds:,.0f}{what}/s" if seconds >= 1 else ""


class Remaining(_Bar):
    """A bar of articles still to do."""

    def __init__(self, total: int) -> None:
        super().__init__("indexing", total)
        self._total = total

    def show(self, left: int) -> None:
        """Say how many articles are to do; new ones may have come to them."""
        done = max(0, self._total - left)
        said = f"indexing, {left:,} to go"
        self._bar.update(self._task, completed=done, description=said, rate=self._rate(done))


class Counting(_Bar):
    """A bar of articles that are done, of a known number."""

    def reached(self, articles: int) -> None:
        """Say that so many are done."""
        self._bar.update(self._task, completed=articles, rate=self._rate(articles))


class Progress(_Bar):
    """A bar of bytes that were read, of `total`, None when that is not known.

    Bytes tell the time left, articles the rate: only reading on would tell how many articles there are.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__("posting", total)
        self._articles = 0

    def skip(self, size: int) -> None:
        """Leave out bytes that an earlier run has dealt with."""
        self._bar.reset(self._task, completed=size)

    def advance(self, articles: int, size: int) -> None:
        """Count articles that were posted, and the bytes that they took."""
        self._articles += articles
        said = f"posting, {self._articles:,} articles"
        self._bar.update(self._task, advance=size, description=said, rate=self._rate(self._articles))

    def wait(self, queued: int) -> None:
        """Say that everything is posted and so many articles wait for the workers."""
        self._bar.update(self._task, description=f"indexing, {queued:,} to go", rate="")


class Steps(_Bar):
    """A bar for each step of something long. The first one reads files: `total` is the number of their bytes."""

    def __init__(self, first: str, total: int | None) -> None:
        super().__init__(first, total)
        self._first = self._doing = first
        self._articles = 0

    def advance(self, size: int) -> None:
        """Count one article of the first step, and the bytes that it took."""
        self._articles += 1
        said = f"{self._first}, {self._articles:,} articles"
        self._bar.update(self._task, advance=size, description=said, rate=self._rate(self._articles))

    def show(self, doing: str, done: int, total: int) -> None:
        """Say how much of a later step is done."""
        if doing != self._doing:
            self._bar.reset(self._task, description=doing, total=total)
            self._doing = doing
        self._bar.update(self._task, completed=done, rate=self._rate(done, ""))


def _columns() -> list[progress.ProgressColumn]:
    return [
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
    ]
