"""Reasons in plain sentences: what an editor could read aloud about who was first and who took from whom."""

from __future__ import annotations

from collections.abc import Sequence

from copytrail.chronology import reasons as time_reasons
from copytrail.chronology import spoken
from copytrail.parents import Candidate, Choice, Profile
from copytrail.report import Relation

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
        *_match_reasons(link),
        *_credit_reasons(link),
        *_loss_reasons(link),
    ]
    if choice.same_text:
        found.append(_rivals(choice.same_text, parent.member.name))
    if unseen:
        found.append(f"Both credit {' and '.join(unseen)}, which was not seen: both may come from there.")
    return tuple(found)


def _match_reasons(link: Candidate) -> list[str]:
    report, name = link.report, link.parent.member.name
    found = []
    if report.relation is Relation.IDENTICAL:
        found.append(f"Its text is the same as that of {name}.")
    elif report.passages:
        count = len(report.passages)
        found.append(
            f"{_percent(report.a_in_b)} of its words are found in {name}, in {_count(count, 'passage')}."
        )
    if not report.joins:
        found.append("The pair alone is weak evidence; it belongs here because it resembles several members.")
    if link.only_here >= _TELLING_SHARE:
        found.append(f"{_percent(link.only_here)} of its text matches {name} and no other earlier article.")
    if len(link.words) >= _TELLING_WORDS:
        words = ", ".join(f"“{word}”" for word in link.words[:_TOLD_WORDS])
        found.append(f"Of the earlier articles only {name} also has {words}.")
    return found


def _credit_reasons(link: Candidate) -> list[str]:
    credit = link.child.credit_of(link.parent.member)
    reverse = link.parent.credit_of(link.child.member)
    found = [f"It credits {link.parent.member.name}: “{_one_line(credit.quote)}”."] if credit else []
    if reverse:
        found.append(f"Against this, {link.parent.member.name} credits it: “{_one_line(reverse.quote)}”.")
    return found


def _loss_reasons(link: Candidate) -> list[str]:
    """What a copy of a whole text usually loses."""
    if link.report.relation is Relation.PARTIAL_COPY:
        return []
    child, parent = link.child, link.parent
    found = []
    shorter = 1 - len(child.member.text) / max(1, len(parent.member.text))
    if shorter >= _SHORTER:
        found.append(f"It is {_percent(shorter)} shorter than {parent.member.name}.")
    lost, added = len(parent.figures - child.figures), len(child.figures - parent.figures)
    if lost > added:
        found.append(f"It leaves out {_count(lost, 'figure')} that {parent.member.name} has.")
    return found


def unknown_parent_reasons(profile: Profile, choice: Choice | None) -> tuple[str, ...]:
    """Why no parent is named for a member that is not the original."""
    if choice is None:
        doubt = [profile.timing.doubt] if profile.timing.doubt else []
        return ("No article that matches it is clearly earlier.", *doubt)
    return (
        f"{choice.link.parent.member.name} may be its source, but the evidence is thin.",
        *parent_reasons(choice, ()),
    )


def origin_reasons(first: Profile, runner_up: Profile, unseen: Sequence[str], copies: int) -> tuple[str, ...]:
    """Why a member is held to be first; the runner-up is the one that most nearly came before it."""
    found = time_reasons(first.member, runner_up.member, first.timing, runner_up.timing)
    if copies:
        found.append(f"{_count(copies, 'other article')} of the cluster can be traced to it.")
    credits = runner_up.credit_of(first.member)
    if credits:
        found.append(f"{runner_up.member.name} credits it: “{_one_line(credits.quote)}”.")
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
    return (opening, *(profile.timing.doubt for profile in (a, b) if profile.timing.doubt))


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
