"""The plan: what to follow, how often, how gently. A TOML file, checked all at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from copytrail.errors import CopytrailError
from copytrail.urls import is_url

_NUMBERS: Mapping[str, tuple[float, float]] = {
    "every_minutes": (1, 10_080),
    "delay_seconds": (0.05, 3600),
    "newest": (1, 10_000),
}
"""The numbers of a plan and what they may be."""


class InvalidPlan(CopytrailError):
    """The plan has faults; the message names all of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan says.

    `contact` is where a webmaster can complain, a web or mail address: it is part of the User-Agent. Sources
    are looked at every `every_minutes`, requests to one host are at least `delay_seconds` apart (robots.txt
    may ask for more), and of one source at most its `newest` articles are taken in a round.
    """

    contact: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    every_minutes: float = 15
    delay_seconds: float = 2
    newest: int = 50

    @classmethod
    def read(cls, file: Path) -> Self:
        """The plan in a file. Raises InvalidPlan."""
        try:
            fields = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InvalidPlan(f"{file} cannot be read as a plan: {error}") from error
        if faults := _faults(fields):
            raise InvalidPlan("\n".join([f"{file} is no plan:", *(f"  - {fault}" for fault in faults)]))
        lists = {name: tuple(fields.get(name, ())) for name in ("feeds", "sitemaps")}
        return cls(**fields | lists)


def _faults(fields: Mapping[str, Any]) -> list[str]:
    known = list(Plan.__dataclass_fields__)
    faults = [f"{name!r} is not known; known are {', '.join(known)}" for name in fields if name not in known]
    contact = fields.get("contact")
    if not isinstance(contact, str) or not contact.isprintable() or not (is_url(contact) or "@" in contact):
        faults.append("contact is missing; give a web or mail address under which webmasters reach you")
    for name in ("feeds", "sitemaps"):
        faults += _list_faults(name, fields.get(name, []))
    return faults + [fault for name in _NUMBERS if (fault := _number_fault(name, fields.get(name, 1)))]


def _list_faults(name: str, value: object) -> list[str]:
    if not isinstance(value, list):
        return [f"{name} is {value!r}; expected a list of addresses"]
    return [
        f"{name}: {each!r} is not an absolute http or https address"
        for each in value
        if not (isinstance(each, str) and is_url(each))
    ]


def _number_fault(name: str, value: object) -> str | None:
    low, high = _NUMBERS[name]
    kinds = (int,) if name == "newest" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        return f"{name} is {value!r}; expected a number from {low:g} to {high:g}"
    return None
