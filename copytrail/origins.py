"""Who was first in a cluster: the member without a parent that came before all others, if that can be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from copytrail.explain import origin_reasons, unknown_origin_reasons
from copytrail.lineage import Origin, UnseenSource
from copytrail.parents import UNDECIDED, Choice, direction
from copytrail.profile import Profile
from copytrail.roster import Roster
from copytrail.sources import trust_beside


def first_of(known: Mapping[int, Profile], choices: Mapping[int, Choice]) -> Profile:
    """The member that was likely first: of those without a parent, who precedes the others."""
    roots = sorted((known[number] for number in known if number not in choices), key=lambda p: p.age)
    champion = roots[0]
    for profile in roots[1:]:
        if direction(profile, champion) > 0.5:
            champion = profile
    return champion


def origin(
    first: Profile,
    known: Mapping[int, Profile],
    choices: Mapping[int, Choice],
    unseen: Sequence[UnseenSource],
    roster: Roster,
) -> tuple[Origin | None, tuple[str, ...]]:
    """The original, or None and why; as sure as its order before the nearest rival."""
    chances = {n: direction(first, known[n]) for n in known if n not in choices and known[n] is not first}
    copies = {n: c.link.direction for n, c in choices.items() if c.link.parent is first}
    chances |= copies
    if not chances:
        return None, (f"Nothing else is known to compare {first.member.name} with.",)
    runner_up = min(chances, key=lambda n: (round(chances[n], 9), known[n].age))
    if chances[runner_up] < UNDECIDED:
        return None, unknown_origin_reasons(first, known[runner_up])
    trust = _trust(first, known.values(), unseen, roster)
    doubtful = [name for name, share in trust.items() if share < 1]
    reasons = origin_reasons(first, known[runner_up], doubtful, len(copies))
    return Origin(first.member.id, chances[runner_up] * min(trust.values(), default=1.0), reasons), ()


def _trust(
    first: Profile, known: Iterable[Profile], unseen: Sequence[UnseenSource], roster: Roster
) -> dict[str, float]:
    """What each unseen source leaves of the trust in the first member, by its name."""
    known = tuple(known)
    return {source.name: trust_beside(source, first, known, roster) for source in unseen}
