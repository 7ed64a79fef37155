"""Who came first: what published and first-seen times prove, and how far a claim is to be believed.

A published time is a claim; a first-seen time is our own observation and bounds it: what was seen, existed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from copytrail.member import Member

# No page on the web is older; an earlier claim is an unset clock.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# How far apart the clocks of publishers and ours may be.
_SKEW = timedelta(minutes=10)
# First seen within this span says nothing of who was first: crawlers fetch a story's articles in any order.
_SAME_CRAWL = timedelta(hours=1)

_OBSERVED = 0.98
"""Chance that a came first when we had seen it before b even claims to exist."""
_CLAIMED = 0.92
"""Chance when both claim times in that order and nothing contradicts them."""
_CONTRADICTED = 0.7
"""Chance when both claim times in that order but we saw them well apart in the other."""
_SEEN_DAYS_APART = 0.75
"""Chance when no claim tells them apart and we saw the other more than a day later."""
_HALF_CLAIMED = 0.6
"""Chance when only the claims or observations of one of them point that way."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When an article came out as far as can be told: between `earliest` and `latest`, likely at `latest`.

    `earliest` is None when nothing bounds it. `claim` is the published time as given, None when impossible.
    `doubt` is a sentence on why the claim is not taken as it is.
    """

    earliest: datetime | None
    latest: datetime
    seen: datetime
    claim: datetime | None
    doubt: str | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether a believable published time stands behind it."""
        return self.earliest is not None


def timing(member: Member) -> Timing:
    """What the two times of a member say together."""
    name, claim, seen = member.name, member.published_at, member.first_seen_at
    if claim is None:
        return Timing(
            None, seen, seen, None, f"{name} gives no published time; we first saw it {spoken(seen)}."
        )
    if claim < _EARLIEST:
        return Timing(None, seen, seen, None, f"{name} gives an impossible published time, {claim.date()}.")
    if claim > seen + _SKEW:
        doubt = f"{name} says it was published {spoken(claim)}, but we had seen it by {spoken(seen)[3:]}."
        return Timing(None, seen, seen, claim, doubt)
    if claim.timetz() == time(0, tzinfo=UTC):
        doubt = f"{name} gives the day it was published, {claim.day} {claim:%B %Y}, but no hour."
        return Timing(claim, max(claim, min(claim + timedelta(days=1), seen)), seen, claim, doubt)
    return Timing(claim, claim, seen, claim)


def precedence(a: Timing, b: Timing) -> float:
    """Chance (0 to 1) that a came out before b; `precedence(b, a)` is one minus it."""
    if _is_before(a, b):
        return _chance(a, b)
    if _is_before(b, a):
        return 1 - _chance(b, a)
    return _chance_by_sight(a, b)


def _chance_by_sight(a: Timing, b: Timing) -> float:
    """Chance that a came first when no believable claims tell: by our observation, else by what is left."""
    gap = b.seen - a.seen
    if abs(gap) > _SAME_CRAWL:
        chance = _SEEN_DAYS_APART if abs(gap) > timedelta(days=1) else _HALF_CLAIMED
        return chance if gap > timedelta() else 1 - chance
    if a.is_claimed or b.is_claimed or a.claim is None or b.claim is None or a.claim == b.claim:
        return 0.5
    # Both are dated after we saw them: a clock is wrong, perhaps ours, and their order may still be right.
    return _HALF_CLAIMED if a.claim < b.claim else 1 - _HALF_CLAIMED


def _is_before(a: Timing, b: Timing) -> bool:
    """Whether all that is believed of a lies before all that is believed of b."""
    if b.earliest is not None:
        return a.latest < b.earliest
    return a.is_claimed and a.latest < b.seen - _SAME_CRAWL


def _chance(a: Timing, b: Timing) -> float:
    """Chance that a came first, its times lying before those of b."""
    if b.earliest is None:
        return _HALF_CLAIMED
    if a.seen + _SKEW < b.earliest:
        return _OBSERVED
    if not a.is_claimed:
        return _HALF_CLAIMED
    return _CONTRADICTED if b.seen + _SAME_CRAWL < a.seen else _CLAIMED


def reasons(a: Member, b: Member, first: Timing, second: Timing) -> list[str]:
    """Sentences on why a may have come out before b, and on what speaks against it."""
    found = []
    if first.is_claimed and second.is_claimed and first.latest < second.latest:
        gap = spoken_gap(second.latest - first.latest)
        found.append(f"{a.name} published it {gap} before {b.name}, {spoken(first.latest)}.")
    elif first.seen + _SAME_CRAWL < second.seen:
        found.append(f"We saw it at {a.name} {spoken_gap(second.seen - first.seen)} before {b.name}.")
    if precedence(first, second) == _CONTRADICTED:
        gap = spoken_gap(first.seen - second.seen)
        found.append(f"The published times say so, but we saw it at {b.name} {gap} before {a.name}.")
    return found + [doubt for doubt in (first.doubt, second.doubt) if doubt]


def spoken(moment: datetime) -> str:
    """A moment as it is said: "on 3 May 2024 at 08:00 UTC"."""
    return f"on {moment.day} {moment:%B %Y} at {moment:%H:%M} UTC"


def spoken_gap(gap: timedelta) -> str:
    """A span of time as it is said, in its largest unit: "3 hours"."""
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = round(gap.total_seconds() / seconds)
        if gap.total_seconds() >= seconds:
            return f"{count} {unit}" + "s" * (count != 1)
    return "less than a minute"
