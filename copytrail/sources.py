"""The publishers that a cluster's members credit: which member each means, and which were never posted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from copytrail.credits import Credit, Weight
from copytrail.lineage import Cited, UnseenSource
from copytrail.profile import Profile
from copytrail.publishers import is_agency
from copytrail.roster import Roster

_UNSEEN_DOUBT = 0.5
"""What is left of the confidence in an original when it, or several others, credit a source nobody posted."""
_LONE_DOUBT = 0.75
"""The same when one other member alone credits it."""


def unseen_sources(known: Iterable[Profile], roster: Roster) -> tuple[UnseenSource, ...]:
    """Publishers that are credited and not among the members, the most credited first."""
    by_age = sorted(known, key=lambda profile: profile.age)
    seen = _seen(by_age, roster)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    cited_by: dict[str, dict[str, None]] = defaultdict(dict)
    for profile in by_age:
        for credit in profile.credits:
            if credit.publisher not in seen:
                key, name = _meant(credit, roster)
                names[key][name] += 1
                cited_by[key][profile.member.id] = None
    found = [
        UnseenSource(name, tuple(ids), is_agency(name) or roster.is_agency(key))
        for key, ids in cited_by.items()
        for name in [names[key].most_common(1)[0][0]]
    ]
    return tuple(sorted(found, key=lambda source: (-len(source.cited_by), source.name)))


def _seen(known: Sequence[Profile], roster: Roster) -> frozenset[str]:
    """Keys of all publishers of members, under every name that the operator's list gives them."""
    own = {key for profile in known for key in profile.member.publishers}
    parties = (*roster.groups, *roster.agencies)
    listed = {key for party in parties if any(party.has(p.member) for p in known) for key in party.keys}
    return frozenset(own | listed)


def _meant(credit: Credit, roster: Roster) -> tuple[str, str]:
    """Key and name of the credited publisher: the operator's where it is listed."""
    parties = (*roster.agencies, *roster.groups)
    party = next((party for party in parties if party.is_credited(credit)), None)
    return (min(party.keys), party.name) if party else (credit.publisher, credit.name)


def trust_beside(source: UnseenSource, first: Profile, known: Iterable[Profile], roster: Roster) -> float:
    """What is left (0 to 1) of the trust in the first member when the text may come from an unseen source."""
    citing = [
        profile
        for profile in known
        for credit in profile.credits
        if credit.weight > Weight.QUOTED and _meant(credit, roster)[1] == source.name
    ]
    if len(source.cited_by) > 1 or first in citing:
        return _UNSEEN_DOUBT
    return _LONE_DOUBT if citing else 1.0


def cited_by(profile: Profile, known: Iterable[Profile]) -> tuple[Cited, ...]:
    """The weightiest credit line for each publisher, in the order of the text, with the member that it means."""
    best: dict[str, Credit] = {}
    for credit in profile.credits:
        if credit.publisher not in best or credit.weight > best[credit.publisher].weight:
            best[credit.publisher] = credit
    if not best:
        return ()
    others = sorted((other for other in known if other is not profile), key=lambda other: other.age)
    ordered = sorted(best.values(), key=lambda credit: (credit.start, credit.name))
    return tuple(Cited(credit, _member_meant(credit, others)) for credit in ordered)


def _member_meant(credit: Credit, others: Sequence[Profile]) -> str | None:
    """The id of the member whose page is linked, else of the earliest one of the publisher."""
    linked = (other.member.id for other in others if credit.page and credit.page == other.member.page)
    named = (other.member.id for other in others if credit.publisher in other.member.publishers)
    return next(linked, None) or next(named, None)
