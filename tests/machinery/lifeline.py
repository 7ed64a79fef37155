"""A process that dies between two round trips to the store, where the test says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from copytrail.store.connection import Command, Connection


class _Death(BaseException):
    """The process is gone: nobody catches it on the way."""


class Lifeline:
    """A connection whose round trips are counted while its user is about to die."""

    def __init__(self, link: Connection, patch: pytest.MonkeyPatch) -> None:
        self._run = link.run
        self._left: int | None = None
        patch.setattr(link, "run", self._counted)

    @contextmanager
    def ends_after(self, round_trips: int) -> Iterator[None]:
        """What happens inside ends when it wants one round trip more."""
        self._left = round_trips
        try:
            yield
        except _Death:
            pass
        finally:
            self._left = None

    def _counted(self, commands: Sequence[Command]) -> list[Any]:
        if self._left is not None:
            if self._left == 0:
                raise _Death
            self._left -= 1
        return self._run(commands)
