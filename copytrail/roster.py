"""What an operator knows of publishers: which names and hosts are one, who sells texts, who may reprint whom.

Written as TOML:

    [[group]]
    name = "Harbour Media"
    publishers = ["Harbour Ledger", "quaynotes.example"]

    [[agency]]
    name = "Northern Wire"
    publishers = ["northern-wire.example"]

    [[licence]]
    to = ["Harbour Media"]
    from = ["Northern Wire", "Delta Post"]
    note = "contract of 2025"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from copytrail.credits import Credit
from copytrail.errors import InvalidRoster
from copytrail.hosts import is_under
from copytrail.member import Member
from copytrail.publishers import host_of, publisher_key

_MOST_NAMES = 1_000
_TABLES: Mapping[str, tuple[str, ...]] = {
    "group": ("name", "publishers"),
    "agency": ("name", "publishers"),
    "licence": ("to", "from", "note"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Publishers that are meant together, under one name: by the keys of their names, and by their hosts."""

    name: str
    keys: frozenset[str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, name: str, publishers: Iterable[str] = ()) -> Self:
        """The party with that name and those further names and hosts."""
        names = [name, *publishers]
        hosts = frozenset(host.removeprefix("www.") for each in names if (host := host_of(each)))
        return cls(name, frozenset(publisher_key(each) for each in names) - {""}, hosts)

    def has(self, member: Member) -> bool:
        """Whether it published an article.

        Where any of its hosts is listed, the article's host must be, or bear the name of a publisher that is listed by
        name alone: anybody can write "Reuters" over a page.
        """
        if not (member.host and self.hosts):
            return publisher_key(member.source or member.host) in self.keys
        listed = any(is_under(member.host, host) for host in self.hosts)
        return listed or publisher_key(member.host) in self.keys - {publisher_key(h) for h in self.hosts}

    def is_credited(self, credit: Credit) -> bool:
        """Whether a credit line means it."""
        return credit.publisher in self.keys


@dataclass(frozen=True, slots=True)
class Licence:
    """Who of `to` may reprint whom of `origin`; `note` says why, as the operator put it."""

    to: tuple[Party, ...]
    origin: tuple[Party, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The operator's list; empty where none is kept."""

    groups: tuple[Party, ...] = ()
    agencies: tuple[Party, ...] = ()
    licences: tuple[Licence, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the list from TOML. Raises InvalidRoster naming every fault at once."""
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise InvalidRoster([f"it is no TOML: {fault}"]) from None
        reader = _Reader()
        found = cls(*reader.read(tables))
        if reader.problems:
            raise InvalidRoster(reader.problems)
        return found

    def group_of(self, member: Member) -> Party | None:
        """The group that published an article, if one did."""
        return next((group for group in self.groups if group.has(member)), None)

    def agency_in(self, credits: Iterable[Credit]) -> Party | None:
        """The first listed agency that the credit lines name."""
        credits = tuple(credits)
        return next((a for a in self.agencies if any(a.is_credited(credit) for credit in credits)), None)

    def is_agency(self, key: str) -> bool:
        """Whether the key of a publisher's name is a listed agency's."""
        return any(key in agency.keys for agency in self.agencies)


@dataclass(slots=True)
class _Reader:
    """Reads the tables and collects what is wrong with them."""

    problems: list[str] = field(default_factory=list)
    _parties: dict[str, Party] = field(default_factory=dict)

    def read(
        self, tables: Mapping[str, Any]
    ) -> tuple[tuple[Party, ...], tuple[Party, ...], tuple[Licence, ...]]:
        self._fault_unknown(tables, _TABLES, "the file")
        groups = tuple(self._named("group", tables))
        agencies = tuple(self._named("agency", tables))
        self._fault_twice(groups)
        return groups, agencies, tuple(self._licences(tables))

    def _named(self, kind: str, tables: Mapping[str, Any]) -> Iterator[Party]:
        for place, table in self._entries(kind, tables):
            name, publishers = self._name(table, place), self._names(table, "publishers", place, least=0)
            if name:
                party = Party.of(name, publishers)
                if publisher_key(name) in self._parties and kind == "agency":
                    self.problems.append(f"{place}: {name!r} is the name of a group as well")
                self._parties.setdefault(publisher_key(name), party)
                yield party

    def _licences(self, tables: Mapping[str, Any]) -> Iterator[Licence]:
        for place, table in self._entries("licence", tables):
            to, origin = (self._names(table, part, place, least=1) for part in ("to", "from"))
            note = table.get("note", "")
            if not isinstance(note, str):
                self.problems.append(f"{place}: note is {note!r}; expected a string")
                note = ""
            yield Licence(self._meant(to), self._meant(origin), note)

    def _meant(self, names: Sequence[str]) -> tuple[Party, ...]:
        """The groups and agencies of these names; any other name or host stands for itself."""
        return tuple(self._parties.get(publisher_key(name)) or Party.of(name) for name in names)

    def _entries(self, kind: str, tables: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        entries = tables.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.problems.append(f"{kind}: expected tables headed [[{kind}]]")
            return
        for number, entry in enumerate(entries, 1):
            self._fault_unknown(entry, _TABLES[kind], f"{kind} {number}")
            yield f"{kind} {number}", entry

    def _name(self, table: Mapping[str, Any], place: str) -> str:
        name = table.get("name")
        if isinstance(name, str) and publisher_key(name):
            return name.strip()
        self.problems.append(f"{place}: name is {name!r}; expected a publisher's name")
        return ""

    def _names(self, table: Mapping[str, Any], part: str, place: str, least: int) -> list[str]:
        names = table.get(part, [])
        if (
            not isinstance(names, list)
            or not least <= len(names) <= _MOST_NAMES
            or not all(isinstance(name, str) and publisher_key(name) for name in names)
        ):
            self.problems.append(
                f"{place}: {part} is {str(names)[:80]!r}; expected a list of publishers' names or hosts"
            )
            return []
        return [name.strip() for name in names]

    def _fault_unknown(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        known = tuple(known)
        self.problems += [
            f"{place}: {name!r} is not known here; known are {', '.join(known)}"
            for name in table
            if name not in known
        ]

    def _fault_twice(self, groups: Sequence[Party]) -> None:
        """A publisher belongs to one group."""
        owner: dict[str, str] = {}
        for group in groups:
            for name in sorted(group.keys):
                if owner.setdefault(name, group.name) != group.name:
                    self.problems.append(f"group {group.name!r}: {name!r} is in {owner[name]!r} already")
