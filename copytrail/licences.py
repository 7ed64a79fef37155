"""Permitted reuse: reprints by licence and by customers of agencies, as the operator's list has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copytrail.credits import Weight
from copytrail.profile import Profile
from copytrail.roster import Licence, Party, Roster


@dataclass(frozen=True, slots=True)
class Permission:
    """Whose text may be reused, and why, in a sentence."""

    source: str
    reason: str

    def to_json(self) -> dict[str, object]:
        """The permission as in the contract."""
        return {"source": self.source, "reason": self.reason}


def permission(roster: Roster, copy: Profile, parent: Profile | None) -> Permission | None:
    """What permits the copy to reuse its parent's text, or a source that it credits; None when nothing is known.

    A licence permits by who reprints whom. An agency's text is permitted to whoever names it as the origin, as its
    customers must; a copy that leaves the credit out is none of theirs as far as can be told.
    """
    return _by_licence(roster.licences, copy, parent) or _by_agency(roster, copy)


def _by_licence(licences: Iterable[Licence], copy: Profile, parent: Profile | None) -> Permission | None:
    for licence in licences:
        to = next((party for party in licence.to if _is_of(party, copy)), None)
        origin = next((party for party in licence.origin if _is_source(party, copy, parent)), None)
        if to and origin:
            note = f" ({licence.note})" if licence.note else ""
            return Permission(origin.name, f"{to.name} may reprint {origin.name}{note}.")
    return None


def _by_agency(roster: Roster, copy: Profile) -> Permission | None:
    agency = roster.agency_in(credit for credit in copy.credits if credit.weight is Weight.ORIGIN)
    if agency is None:
        return None
    return Permission(
        agency.name, f"It credits {agency.name}, an agency whose customers may reprint its texts."
    )


def _is_of(party: Party, profile: Profile) -> bool:
    return party.has(profile.member) or party == profile.group


def _is_source(party: Party, copy: Profile, parent: Profile | None) -> bool:
    """Whether a party is the parent's publisher, or credited by the copy as where its text comes from."""
    credited = any(party.is_credited(c) for c in copy.credits if c.weight is Weight.ORIGIN)
    return credited or (parent is not None and _is_of(party, parent))
