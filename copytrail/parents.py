"""Who took from whom: for every member of a cluster the most likely parent among the others.

Signs are added up as log odds. Direction asks who came first: times, credit lines, and what a copy loses
(length, figures). The choice among several earlier members asks who fits best: score, containment, passages
and words that no other earlier member has. A source that nobody posted is always a rival.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, log2

from copytrail.chronology import Timing, precedence, timing
from copytrail.cluster import Edge
from copytrail.credits import Credit, Weight, find_credits
from copytrail.member import Member
from copytrail.report import Relation, Report

UNDECIDED = 0.55
"""Below this chance that one came before the other, direction is not told."""
_CREDIT_ODDS = {Weight.QUOTED: 0.75, Weight.REPORTED: 1.5, Weight.ORIGIN: 2.0}
"""Log odds that the credited member is the source: less than two believable times, 2.4, give."""
_LENGTH_ODDS = 0.5
"""Log odds that the fuller text came first, for each doubling of the length up to one."""
_FIGURE_ODDS = 0.1
"""Log odds for each figure that only the fuller text has, up to four."""
_SCORE_WEIGHT, _CONTAINMENT_WEIGHT, _EXCLUSIVE_WEIGHT = 3.0, 3.0, 6.0
_UNSEEN_WEIGHT = 2.0
"""Weight of the rival "none of these": as strong as a candidate with little score and uncertain direction."""
_COMMON_SOURCE_WEIGHT = 6.0
"""The same when child and candidate credit a source that nobody posted: as strong as a good candidate."""
_EARLIEST_WEIGHT = 1.0
"""More is taken from a first publication than from a copy of it."""
_CHANCE_WORDS = 5
"""Words that two texts share with no third by chance."""
_MOST_CANDIDATES = 8
"""Candidates whose words and passages are told apart for one child."""
_LONG_WORD = re.compile(r"\w{4,}")
_FIGURE = re.compile(r"\d[\d.,]{0,20}")
_SAME_TEXT = (Relation.IDENTICAL, Relation.NEAR_COPY)


@dataclass(frozen=True, slots=True)
class Profile:
    """A member with all that is read from it once. `credits` leaves out its own publisher."""

    member: Member
    timing: Timing
    words: frozenset[str]
    figures: frozenset[str]
    credits: tuple[Credit, ...]

    @property
    def age(self) -> tuple[datetime, datetime, str]:
        """Sorts the earliest member first."""
        return self.timing.latest, self.timing.claim or self.timing.latest, self.member.id

    def credit_of(self, other: Member) -> Credit | None:
        """Its weightiest credit line that names the publisher of another member."""
        named = [credit for credit in self.credits if credit.publisher in other.publishers]
        return max(named, key=lambda credit: credit.weight, default=None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible derivation; `report` is seen from the child.

    `direction` is the chance (0 to 1) that the parent came first, `weight` the log odds that it is the
    source. `only_here` is the share (0 to 1) of the child's text that of all earlier members only this one
    matches, `words` what it shares with this one alone, longest first.
    """

    child: Profile
    parent: Profile
    report: Report
    direction: float
    weight: float
    only_here: float = 0.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen parent. `confidence` is from 0 to 1; `same_text` counts rivals with the parent's text."""

    link: Candidate
    confidence: float
    same_text: int = 0


def profiles(members: Iterable[Member]) -> dict[int, Profile]:
    """The profile of every member, by number. A text that repeats is read once."""
    members = list(members)
    publishers = {name for member in members for name in (member.source, member.host) if name}
    read: dict[str, tuple[frozenset[str], frozenset[str], list[Credit]]] = {}
    found = {}
    for member in members:
        if member.text not in read:
            read[member.text] = (*_tokens(member.text), find_credits(member.text, publishers))
        words, figures, credits = read[member.text]
        foreign = tuple(credit for credit in credits if credit.publisher not in member.publishers)
        found[member.number] = Profile(member, timing(member), words, figures, foreign)
    return found


def _tokens(text: str) -> tuple[frozenset[str], frozenset[str]]:
    figures = frozenset(figure.rstrip(".,") for figure in _FIGURE.findall(text))
    return frozenset(_LONG_WORD.findall(text.casefold())), figures


def direction(a: Profile, b: Profile, relation: Relation | None = None) -> float:
    """Chance (0 to 1) that a is a source of b rather than b of a; `direction(b, a)` is one minus it.

    What a copy loses counts between whole texts only: who excerpts may write less or more.
    """
    chance = precedence(a.timing, b.timing)
    odds = log(chance / (1 - chance)) + _credit_odds(b, a) - _credit_odds(a, b)
    if relation in (*_SAME_TEXT, Relation.REWRITE):
        odds += _detail_odds(a, b)
    return 1 / (1 + exp(-odds))


def _credit_odds(profile: Profile, other: Profile) -> float:
    credit = profile.credit_of(other.member)
    return _CREDIT_ODDS[credit.weight] if credit else 0.0


def _detail_odds(a: Profile, b: Profile) -> float:
    """Log odds that a came first because it is the fuller one."""
    doublings = log2((len(a.member.text) + 1) / (len(b.member.text) + 1))
    figures = len(a.figures - b.figures) - len(b.figures - a.figures)
    return _LENGTH_ODDS * max(-1.0, min(1.0, doublings)) + _FIGURE_ODDS * max(-4, min(4, figures))


def choose_parents(
    known: Mapping[int, Profile], edges: Sequence[Edge], unseen: Mapping[str, Iterable[str]]
) -> dict[int, Choice]:
    """The most likely parent of every member with an earlier match, by the child's number; never a circle.

    `unseen` maps publishers that nobody posted to the ids of members that credit them.
    """
    candidates = {number: _told_apart(found) for number, found in _candidates(known, edges).items()}
    same_text = {frozenset((e.a, e.b)) for e in edges if e.report.relation in _SAME_TEXT}
    chosen = _without_circles([link for links in candidates.values() for link in links])
    return {number: _weighed(link, candidates[number], same_text, unseen) for number, link in chosen.items()}


def _candidates(known: Mapping[int, Profile], edges: Sequence[Edge]) -> dict[int, list[Candidate]]:
    """Earlier matches of every member, the likeliest first."""
    found: dict[int, list[Candidate]] = defaultdict(list)
    for edge in edges:
        chance = direction(known[edge.a], known[edge.b], edge.report.relation)
        if chance == 0.5:
            continue
        child, parent = (edge.b, edge.a) if chance > 0.5 else (edge.a, edge.b)
        report = edge.report if child == edge.a else edge.report.swapped()
        chance = max(chance, 1 - chance)
        weight = (
            log(chance / (1 - chance)) + _SCORE_WEIGHT * report.score + _CONTAINMENT_WEIGHT * report.a_in_b
        )
        found[child].append(Candidate(known[child], known[parent], report, chance, weight))
    return {number: sorted(links, key=_likeliest)[:_MOST_CANDIDATES] for number, links in found.items()}


def _likeliest(link: Candidate) -> tuple[float, object]:
    """Sorts by falling weight; between equals the earlier parent is nearer to the source."""
    return -round(link.weight, 9), link.parent.age


def _told_apart(links: list[Candidate]) -> list[Candidate]:
    """Links with what only they can explain: words and stretches that no other candidate has."""
    if len(links) < 2:
        return links
    counts = Counter(word for link in links for word in link.child.words & link.parent.words)
    shares = _exclusive_shares(links)
    earliest = min(links, key=lambda link: link.parent.age)
    apart = []
    for link, share in zip(links, shares, strict=True):
        words = [word for word in link.child.words & link.parent.words if counts[word] == 1]
        telling = max(0, len(words) - _CHANCE_WORDS) / (len(link.child.words) + 1)
        bonus = _EXCLUSIVE_WEIGHT * (share + telling) + _EARLIEST_WEIGHT * (link is earliest)
        words.sort(key=lambda word: (-len(word), word))
        apart.append(
            Candidate(
                link.child, link.parent, link.report, link.direction, link.weight + bonus, share, tuple(words)
            )
        )
    return sorted(apart, key=_likeliest)


def _exclusive_shares(links: Sequence[Candidate]) -> list[float]:
    """Per link, the share of the child's code points in its passages and in no other link's: one sweep."""
    events = sorted(
        (offset, change, place)
        for place, link in enumerate(links)
        for passage in link.report.passages
        for offset, change in ((passage.a[0], 1), (passage.a[1], -1))
    )
    exclusive, open_at, last = [0] * len(links), Counter[int](), 0
    for offset, change, place in events:
        if len(open_at) == 1:
            exclusive[next(iter(open_at))] += offset - last
        open_at[place] += change
        if not open_at[place]:
            del open_at[place]
        last = offset
    return [
        length / max(1, len(link.child.member.text)) for length, link in zip(exclusive, links, strict=True)
    ]


def _without_circles(links: Iterable[Candidate]) -> dict[int, Candidate]:
    """The best parent for each child, strongest links first, leaving out any that would close a circle."""
    chosen: dict[int, Candidate] = {}
    for link in sorted(links, key=lambda found: (*_likeliest(found), found.child.member.id)):
        child, ancestor = link.child.member.number, link.parent.member.number
        while ancestor != child and ancestor in chosen:
            ancestor = chosen[ancestor].parent.member.number
        if ancestor != child:
            chosen.setdefault(child, link)
    return chosen


def _weighed(
    link: Candidate,
    rivals: Sequence[Candidate],
    same_text: set[frozenset[int]],
    unseen: Mapping[str, Iterable[str]],
) -> Choice:
    """How sure the choice is: its share among its rivals, half of the shares of those with the same text."""
    parent = link.parent.member.number
    peak = max(rival.weight for rival in rivals)
    same = [r for r in rivals if frozenset((r.parent.member.number, parent)) in same_text]
    alike = sum(exp(rival.weight - peak) for rival in same)
    total = sum(exp(rival.weight - peak) for rival in rivals) + exp(_unseen_weight(link, unseen) - peak)
    return Choice(link, link.direction * (exp(link.weight - peak) + alike / 2) / total, len(same))


def _unseen_weight(link: Candidate, unseen: Mapping[str, Iterable[str]]) -> float:
    """Weight of a source that is not among the members."""
    pair = {link.child.member.id, link.parent.member.id}
    common = any(pair <= set(cited_by) for cited_by in unseen.values())
    return (
        _COMMON_SOURCE_WEIGHT if common and not link.child.credit_of(link.parent.member) else _UNSEEN_WEIGHT
    )
