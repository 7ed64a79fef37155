"""A member of a cluster with all that is read from it once: times, telling words, marks of direction, credits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from copytrail.chronology import Timing, timing
from copytrail.credits import Credit, Weight, find_credits
from copytrail.direction import Marks
from copytrail.document import Document, analyse
from copytrail.language import UNKNOWN_WEIGHT
from copytrail.member import Member
from copytrail.publishers import is_agency, publisher_key
from copytrail.roster import Party, Roster
from copytrail.words import NUMBER

_LONG = 4  # letters of a word that tells texts apart
_TELLING_WEIGHT = 6.0
"""The same for words of scripts that write them in one or two characters: as rare as a name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, whoever published it: `words` tell texts apart, `odd` are figures or in no dictionary."""

    words: frozenset[str]
    odd: frozenset[str]
    marks: Marks
    credits: tuple[Credit, ...]

    @classmethod
    def of(cls, text: str, publishers: Iterable[str]) -> Reading:
        """Read a text; `publishers` are names and hosts of publishers that it may credit."""
        document = analyse(text)
        rare = document.weight >= UNKNOWN_WEIGHT
        number = np.asarray(document.flags & np.uint8(NUMBER) != 0)
        telling = (document.stop - document.start >= _LONG) | (document.weight >= _TELLING_WEIGHT)
        return cls(
            words=frozenset(_spelt(document, telling | number)),
            odd=frozenset(_spelt(document, rare | number)),
            marks=Marks.of(document),
            credits=tuple(find_credits(text, publishers)),
        )


def _spelt(document: Document, chosen: np.ndarray) -> Iterator[str]:
    places = np.flatnonzero(chosen)
    for start, stop in zip(document.start[places].tolist(), document.stop[places].tolist(), strict=True):
        yield document.text[start:stop].casefold()


@dataclass(frozen=True, slots=True)
class Profile:
    """A member with what is read from it. `credits` leaves out its own publisher; `group` is the operator's."""

    member: Member
    timing: Timing
    reading: Reading
    credits: tuple[Credit, ...]
    group: Party | None = None

    @property
    def age(self) -> tuple[datetime, datetime, str]:
        """Sorts the earliest member first."""
        return self.timing.latest, self.timing.claim or self.timing.latest, self.member.id

    @property
    def publisher(self) -> str | None:
        """What to call its publisher: the group, else its source, else the domain of its host; None when unknown."""
        return (self.group.name if self.group else self.member.source) or self.member.domain or None

    def credits_of(self, other: Profile) -> Iterator[Credit]:
        """Its credit lines that name the publisher of another member or link to its page."""
        for credit in self.credits:
            if credit.publisher in other.member.publishers or (
                credit.page and credit.page == other.member.page
            ):
                yield credit

    def credit_of(self, other: Profile) -> Credit | None:
        """The weightiest of `credits_of`."""
        return max(self.credits_of(other), key=lambda credit: credit.weight, default=None)

    def shares_publisher(self, other: Profile) -> bool:
        """Whether both are of one publisher: by the operator's groups, by domain, else by name.

        Where both hosts are known a name alone proves nothing: anybody can write "Reuters" over a page. Two domains
        are one publisher when they bear the same name and the sources do too, as bbc.com and bbc.co.uk.
        """
        a, b = self.member, other.member
        if self.group or other.group:
            return self.group == other.group
        same_name = publisher_key(a.source or a.host) == publisher_key(b.source or b.host) != ""
        if a.domain and b.domain:
            return a.domain == b.domain or (same_name and publisher_key(a.domain) == publisher_key(b.domain))
        return same_name


def profiles(members: Iterable[Member], roster: Roster) -> dict[int, Profile]:
    """The profile of every member, by number. A text that repeats is read once."""
    members = list(members)
    parties = (*roster.groups, *roster.agencies)
    publishers = {name for member in members for name in (member.source, member.host) if name}
    publishers |= {name for party in parties for name in (party.name, *party.hosts)}
    readings: dict[str, Reading] = {}
    for member in members:
        if member.text not in readings:
            readings[member.text] = Reading.of(member.text, publishers)
    return {member.number: _profile(member, readings[member.text], roster) for member in members}


def _profile(member: Member, reading: Reading, roster: Roster) -> Profile:
    group = roster.group_of(member)
    own = member.publishers | (group.keys if group else frozenset())
    credits = (*_bylines(member, roster), *reading.credits)
    foreign = tuple(credit for credit in credits if credit.publisher not in own)
    return Profile(member, timing(member), reading, foreign, group)


def _bylines(member: Member, roster: Roster) -> Iterator[Credit]:
    """Agencies among the authors: a credit that stands in no place of the text."""
    for author in member.authors:
        if is_agency(author) or roster.is_agency(publisher_key(author)):
            yield Credit(author, "", 0, 0, Weight.ORIGIN)


def spelling_texts(known: Mapping[int, Profile]) -> list[frozenset[str]]:
    """The words of each distinct text."""
    return [reading.words for reading in {id(p.reading): p.reading for p in known.values()}.values()]
