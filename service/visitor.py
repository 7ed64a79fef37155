"""Who sends the request at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g

from copytrail.access import Key, Scope


@dataclass(frozen=True, slots=True)
class Visitor:
    """A key, or an address where none is asked for; `name` tells clients apart, `trusted` ones are not limited."""

    name: str
    key: Key | None = None
    trusted: bool = False

    def may(self, *needed: Scope) -> bool:
        """Whether one of these scopes is given; everything is where no keys are asked for."""
        return self.key is None or self.key.may(*needed)


def visitor() -> Visitor:
    """Who sends this request. Known to every handler."""
    return cast(Visitor, g.visitor)
