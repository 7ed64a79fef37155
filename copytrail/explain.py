"""Reasons in plain sentences: what an editor could read aloud about who was first and who took from whom."""

from __future__ import annotations

from collections.abc import Sequence

from copytrail.chronology import Doubt, Flag, spoken
from copytrail.chronology import reasons as time_reasons
from copytrail.parents import Candidate, Choice
from copytrail.profile import Profile
from copytrail.report import Relation
from copytrail.wear import IT, Party, is_reversed, wear_reasons

_TELLING_WORDS = 6
"""Words shared with nobody else are told from this many on: fewer are chance."""
_TOLD_WORDS = 3
_TELLING_SHARE = 0.02
"""Share of a text, matched by one candidate alone, that is worth a sentence."""
_SHORTER = 0.1
"""Part of the length that must be missing before a sentence says so."""


def parent_reasons(choice: Choice, unseen: Sequence[str]) -> tuple[str, ...]:
    """Why the chosen parent is likely, and what limits it; `unseen` names sources that both credit."""
    link = choice.link
    child, parent = link.child, link.parent
    found = [
        *time_reasons(parent.member, child.member, parent.timing, child.timing),
        *_own_reasons(link),
        *_match_reasons(link),
        *_slip_reasons(link),
        *_credit_reasons(link),
        *_loss_reasons(link),
    ]
    if choice.same_text:
        found.append(_rivals(choice.same_text, parent.member.name))
    if unseen:
        found.append(f"Both credit {' and '.join(unseen)}, which was not seen: both may come from there.")
    return tuple(found)


def backdated(child: Profile, parent: Profile) -> Doubt | None:
    """Why the published time of a member is not believed beside that of what it comes from; None when it may be."""
    claim, earliest = child.timing.latest, parent.timing.earliest
    if not child.timing.is_claimed or earliest is None or claim >= earliest:
        return None
    said = (
        f"{child.member.name} says it was published {spoken(claim)}, before {parent.member.name}, from which it "
        "likely comes: the time is not believed."
    )
    return Doubt(Flag.BACKDATED, said)


def _own_reasons(link: Candidate) -> list[str]:
    if link.child.shares_publisher(link.parent):
        return [f"Both are published by {link.parent.publisher}: it is an own copy."]
    return []


def _match_reasons(link: Candidate) -> list[str]:
    report, name = link.report, link.parent.member.name
    found = []
    if report.relation is Relation.IDENTICAL:
        found.append(f"Its text is the same as that of {name}.")
    elif report.passages:
        count = len(report.passages)
        found.append(
            f"{_percent(report.a_in_b)} of its words lie in {_count(count, 'passage')} also found in {name}."
        )
    if not report.joins:
        found.append("The pair alone is weak evidence; it belongs here because it resembles several members.")
    if link.only_here >= _TELLING_SHARE:
        found.append(f"{_percent(link.only_here)} of its text matches {name} and no other earlier article.")
    if len(link.words) >= _TELLING_WORDS:
        words = ", ".join(f"“{word}”" for word in link.words[:_TOLD_WORDS])
        found.append(f"Of the earlier articles only {name} also has {words}.")
    return found


def _slip_reasons(link: Candidate) -> list[str]:
    return [
        f"It repeats “{slip.written}” from {link.parent.member.name}, where others have “{slip.elsewhere}”."
        for slip in link.slips[:_TOLD_WORDS]
    ]


def _credit_reasons(link: Candidate) -> list[str]:
    credit, reverse = link.child.credit_of(link.parent), link.parent.credit_of(link.child)
    name = link.parent.member.name
    found = [f"It credits {name}: “{_one_line(credit.quote or credit.name)}”."] if credit else []
    if reverse:
        found.append(f"Against this, {name} credits it: “{_one_line(reverse.quote or reverse.name)}”.")
    return found


def _loss_reasons(link: Candidate) -> list[str]:
    """What a copy of a whole text usually loses."""
    if link.report.relation is Relation.PARTIAL_COPY:
        return []
    child, parent = link.child, link.parent
    shorter = 1 - len(child.member.text) / max(1, len(parent.member.text))
    short = [f"It is {_percent(shorter)} shorter than {parent.member.name}."] if shorter >= _SHORTER else []
    copy, original = Party(child.reading.marks, IT), Party(parent.reading.marks, parent.member.name)
    if not is_reversed(original.marks, copy.marks):
        return short + wear_reasons(original, copy)
    against = f"Against this, the texts look as if {parent.member.name} had been made from it."
    return [*short, against, *wear_reasons(copy, original)]


def unknown_parent_reasons(profile: Profile, choice: Choice | None) -> tuple[str, ...]:
    """Why no parent is named for a member that is not the original."""
    if choice is None:
        doubts = (doubt.sentence for doubt in profile.timing.doubts)
        return ("No article that matches it is clearly earlier.", *doubts)
    return (
        f"{choice.link.parent.member.name} may be its source, but the evidence is thin.",
        *parent_reasons(choice, ()),
    )


def origin_reasons(first: Profile, runner_up: Profile, unseen: Sequence[str], copies: int) -> tuple[str, ...]:
    """Why a member is held to be first; the runner-up is the one that most nearly came before it."""
    found = time_reasons(first.member, runner_up.member, first.timing, runner_up.timing)
    if copies:
        found.append(f"{_count(copies, 'other article')} of the cluster can be traced to it.")
    credits = runner_up.credit_of(first)
    if credits:
        found.append(f"{runner_up.member.name} credits it: “{_one_line(credits.quote or credits.name)}”.")
    if len(first.member.text) > len(runner_up.member.text) * (1 + _SHORTER):
        found.append(f"Its text is fuller than that of {runner_up.member.name}.")
    if unseen:
        names = " and ".join(unseen)
        found.append(
            f"It is the earliest seen, but {names} is credited and was not seen: the original may be there."
        )
    return tuple(found) or (f"We first saw it {spoken(first.timing.seen)}.",)


def unknown_origin_reasons(a: Profile, b: Profile) -> tuple[str, ...]:
    """Why it cannot be said which of the two likeliest members was first."""
    opening = f"Neither times nor texts say whether {a.member.name} or {b.member.name} was first."
    return (opening, *(doubt.sentence for profile in (a, b) for doubt in profile.timing.doubts))


def _rivals(count: int, name: str) -> str:
    others = "Another earlier article carries" if count == 1 else f"{count} other earlier articles carry"
    return f"{others} the text of {name} and may have been the source instead."


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" + "s" * (count != 1)


def _one_line(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= 120 else line[:117] + "…"
