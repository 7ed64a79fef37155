"""Who came first: what published and first-seen times prove, and how far a claim is to be believed.

A published time is a claim; a first-seen time is our own observation and bounds it: what was seen, existed. Both are
kept. A claim that cannot be true is set aside; one that something speaks against is believed less; both are flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from copytrail.member import Member

# No page on the web is older; an earlier claim is an unset clock.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# How far apart the clocks of publishers and ours may be.
SKEW = timedelta(minutes=10)
# First seen within this span says nothing of who was first: crawlers fetch a story's articles in any order.
_SAME_CRAWL = timedelta(hours=1)

_OBSERVED = 0.98
"""Chance that a came first when we had seen it before b even claims to exist."""
_CLAIMED = 0.92
"""Chance when both claim times in that order and nothing contradicts them."""
_CONTRADICTED = 0.7
"""Chance when both claim times in that order and something speaks against it: we saw them well apart in the other
order, the text of a is newer than b, or a itself credits b."""
_SEEN_DAYS_APART = 0.75
"""Chance when no claim tells them apart and we saw the other more than a day later."""
_HALF_CLAIMED = 0.62
"""Chance when only the claims or observations of one of them point that way."""


class Flag(StrEnum):
    """What is the matter with the times of an article."""

    NO_TIME = "no_published_time"
    DAY_ONLY = "day_only"
    IMPOSSIBLE = "impossible_time"
    AFTER_SEEN = "after_first_seen"
    BACKDATED = "backdated"
    MODIFIED_BEFORE = "modified_before_published"
    CHANGED = "changed_since"


class Doubt(NamedTuple):
    """Why times are not taken as they are: a flag and a sentence."""

    flag: Flag
    sentence: str


@dataclass(frozen=True, slots=True)
class Timing:
    """When an article came out as far as can be told: between `earliest` and `latest`, likely at `latest`.

    `earliest` is None when nothing bounds it. `claim` is the published time as given, None when impossible. `seen` is
    when we first saw the article, `changed` when the text that we hold was written as far as we know, None when that
    was at first. `doubts` say why the claim is not taken as it is.
    """

    earliest: datetime | None
    latest: datetime
    seen: datetime
    claim: datetime | None
    changed: datetime | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_claimed(self) -> bool:
        """Whether a believable published time stands behind it."""
        return self.earliest is not None

    @property
    def held(self) -> datetime:
        """When the text that we hold had been seen, or was changed, for the first time."""
        return max(self.seen, self.changed or self.seen)


def timing(member: Member) -> Timing:
    """What the times of a member say together."""
    claim, seen = member.published_at, member.first_seen_at
    doubts, changed = _changes(member)
    if claim is not None and (why := _impossible(member, claim)):
        kept = claim if why.flag is Flag.AFTER_SEEN else None
        return Timing(None, seen, seen, kept, changed, (why, *doubts))
    if claim is None:
        said = f"{member.name} gives no published time; we first saw it {spoken(seen)}."
        return Timing(None, seen, seen, None, changed, (Doubt(Flag.NO_TIME, said), *doubts))
    if claim.timetz() == time(0, tzinfo=UTC):
        said = f"{member.name} gives the day it was published, {claim.day} {claim:%B %Y}, but no hour."
        latest = max(claim, min(claim + timedelta(days=1), seen))
        return Timing(claim, latest, seen, claim, changed, (Doubt(Flag.DAY_ONLY, said), *doubts))
    return Timing(claim, claim, seen, claim, changed, doubts)


def _impossible(member: Member, claim: datetime) -> Doubt | None:
    name, seen = member.name, member.first_seen_at
    if claim < _EARLIEST:
        return Doubt(Flag.IMPOSSIBLE, f"{name} gives an impossible published time, {claim.date()}.")
    if claim > seen + SKEW:
        said = f"{name} says it was published {spoken(claim)}, but we had seen it by {spoken(seen)[3:]}."
        return Doubt(Flag.AFTER_SEEN, said)
    return None


def _changes(member: Member) -> tuple[tuple[Doubt, ...], datetime | None]:
    """Doubts about the claimed last change, and when the text was last changed as far as is known."""
    name, seen = member.name, member.first_seen_at
    claim, modified, received = member.published_at, member.modified_at, member.updated_at
    changed = received if received and received > seen else None
    if modified is None or claim is None:
        return (), changed
    if modified < claim - SKEW and claim.timetz() != time(0, tzinfo=UTC):
        said = f"{name} says it was last changed {spoken(modified)}, before it was published {spoken(claim)}."
        return (Doubt(Flag.MODIFIED_BEFORE, said),), changed
    believed = claim + SKEW < modified <= max(seen, received or seen) + SKEW
    return (), max(filter(None, (changed, modified if believed else None)), default=None)


def precedence(a: Timing, b: Timing) -> float:
    """Chance (0 to 1) that a came out before b; `precedence(b, a)` is one minus it."""
    if _is_before(a, b):
        return _chance(a, b)
    if _is_before(b, a):
        return 1 - _chance(b, a)
    return _chance_by_sight(a, b)


def doubted(chance: float) -> float:
    """A chance by claims against which something else speaks, such as that the earlier one credits the later one."""
    return min(_CONTRADICTED, max(1 - _CONTRADICTED, chance)) if chance != _OBSERVED else chance


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
    if a.held + SKEW < b.earliest:
        return _OBSERVED
    if not a.is_claimed:
        return _HALF_CLAIMED
    return _CONTRADICTED if _seen_reversed(a, b) or changed_since(a, b) else _CLAIMED


def _seen_reversed(a: Timing, b: Timing) -> bool:
    return b.seen + _SAME_CRAWL < a.seen


def changed_since(a: Timing, b: Timing) -> bool:
    """Whether the text of a that we hold is newer than b, so that its own claim cannot vouch for it."""
    return a.changed is not None and a.latest < b.latest < a.changed


def reasons(a: Member, b: Member, first: Timing, second: Timing) -> list[str]:
    """Sentences on why a may have come out before b, and on what speaks against it."""
    found = []
    if first.is_claimed and second.is_claimed and first.latest < second.latest:
        gap = spoken_gap(second.latest - first.latest)
        found.append(f"{a.name} published it {gap} before {b.name}, {spoken(first.latest)}.")
    elif first.seen + _SAME_CRAWL < second.seen:
        found.append(f"We saw it at {a.name} {spoken_gap(second.seen - first.seen)} before {b.name}.")
    if precedence(first, second) == _CONTRADICTED and _seen_reversed(first, second):
        gap = spoken_gap(first.seen - second.seen)
        found.append(f"The published times say so, but we saw it at {b.name} {gap} before {a.name}.")
    if changed_since(first, second):
        found.append(_changed_reason(a, b, first))
    return found + [doubt.sentence for doubt in (*first.doubts, *second.doubts)]


def _changed_reason(a: Member, b: Member, first: Timing) -> str:
    when = spoken(first.changed or first.seen)
    return f"{a.name} changed its text {when}, after {b.name} came out; what it said before was not kept."


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
