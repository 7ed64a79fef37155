"""Who took from whom: for every member of a cluster the most likely parent among the others.

Signs are added up as log odds. Direction asks who came first: times, credit lines, and what a rewriter wears off.
The choice among several earlier members asks who fits best: score, containment, and the passages, words and slips
that no other earlier member has. A source that nobody posted is always a rival.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, log2

from copytrail.chronology import doubted, precedence
from copytrail.cluster import Edge
from copytrail.credits import Weight
from copytrail.direction import direction_model
from copytrail.profile import Profile, spelling_texts
from copytrail.report import Relation, Report
from copytrail.slips import Slip, Spellings

UNDECIDED = 0.6
"""Below this chance that one came before the other, direction is not told."""
_CREDIT_ODDS = {Weight.QUOTED: 0.75, Weight.REPORTED: 1.5, Weight.ORIGIN: 2.0}
"""Log odds that the credited member is the source: less than two believable times, 2.4, give."""
_LENGTH_ODDS = 0.5
"""Log odds that the fuller of two near copies came first, for each doubling of the length up to one: copies are cut."""
_SCORE_WEIGHT, _CONTAINMENT_WEIGHT, _EXCLUSIVE_WEIGHT = 3.0, 3.0, 6.0
_SLIP_WEIGHT, _MOST_SLIPS = 2.0, 3
"""Log odds for each slip that child and candidate share: one alone weighs as much as a credit."""
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
_SAME_TEXT = (Relation.IDENTICAL, Relation.NEAR_COPY)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible derivation; `report` is seen from the child.

    `direction` is the chance (0 to 1) that the parent came first, `weight` the log odds that it is the
    source. `only_here` is the share (0 to 1) of the child's text that of all earlier members only this one
    matches, `words` what it shares with this one alone, longest first, `slips` those of them that others spell
    differently.
    """

    child: Profile
    parent: Profile
    report: Report
    direction: float
    weight: float
    only_here: float = 0.0
    words: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen parent. `confidence` is from 0 to 1; `same_text` counts rivals with the parent's text."""

    link: Candidate
    confidence: float
    same_text: int = 0


def direction(a: Profile, b: Profile, relation: Relation | None = None) -> float:
    """Chance (0 to 1) that a is a source of b rather than b of a; `direction(b, a)` is one minus it.

    What the texts say counts when `relation` says that one was made from the whole of the other.
    """
    return 1 / (1 + exp(-_record_odds(a, b) - _text_odds(a, b, relation)))


def _record_odds(a: Profile, b: Profile) -> float:
    """Log odds that a came first by times and credit lines."""
    credits = _credit_odds(b, a) - _credit_odds(a, b)
    chance = precedence(a.timing, b.timing)
    if (chance - 0.5) * credits < 0:
        chance = doubted(chance)
    return log(chance / (1 - chance)) + credits


def _text_odds(a: Profile, b: Profile, relation: Relation | None) -> float:
    """Log odds that b was made from a by what the texts alone say; nothing where only a part was taken."""
    odds = 0.0
    if relation in (*_SAME_TEXT, Relation.REWRITE):
        odds += direction_model().odds(a.reading.marks, b.reading.marks)
    if relation in _SAME_TEXT:
        odds += _cut_odds(a, b)
    return odds


def _credit_odds(profile: Profile, other: Profile) -> float:
    credit = profile.credit_of(other)
    return _CREDIT_ODDS[credit.weight] if credit else 0.0


def _cut_odds(a: Profile, b: Profile) -> float:
    """Log odds that a came first because it is the fuller one."""
    doublings = log2((len(a.member.text) + 1) / (len(b.member.text) + 1))
    return _LENGTH_ODDS * max(-1.0, min(1.0, doublings))


def choose_parents(
    known: Mapping[int, Profile], edges: Sequence[Edge], unseen: Mapping[str, Iterable[str]]
) -> dict[int, Choice]:
    """The most likely parent of every member with an earlier match, by the child's number; never a circle.

    `unseen` maps publishers that nobody posted to the ids of members that credit them.
    """
    spellings = Spellings(spelling_texts(known))
    candidates = {
        number: _told_apart(found, spellings) for number, found in _candidates(known, edges).items()
    }
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
        found[child].append(_candidate(known[child], known[parent], report, max(chance, 1 - chance)))
    return {number: sorted(links, key=_likeliest)[:_MOST_CANDIDATES] for number, links in found.items()}


def _candidate(child: Profile, parent: Profile, report: Report, chance: float) -> Candidate:
    """What the texts say of direction is no part of the weight: it tells who was first, not which of several it was."""
    contained = report.a_in_b if report.relation.is_reuse else 0.0  # passages of a weak pair accuse nobody
    fit = _SCORE_WEIGHT * report.score + _CONTAINMENT_WEIGHT * contained
    return Candidate(child, parent, report, chance, _record_odds(parent, child) + fit)


def _likeliest(link: Candidate) -> tuple[float, object]:
    """Sorts by falling weight; between equals the earlier parent is nearer to the source."""
    return -round(link.weight, 9), link.parent.age


def _told_apart(links: list[Candidate], spellings: Spellings) -> list[Candidate]:
    """Links with what only they can explain: words, slips and stretches that no other candidate has."""
    child = links[0].child.reading
    counts = Counter(word for link in links for word in child.words & link.parent.reading.words)
    shares = _exclusive_shares(links)
    earliest = min(links, key=lambda link: link.parent.age)
    apart = []
    for link, share in zip(links, shares, strict=True):
        parent = link.parent.reading
        words = [word for word in child.words & parent.words if counts[word] == 1]
        slips = spellings.slips(child.odd.intersection(words), child.words, parent.words)
        bonus = _SLIP_WEIGHT * min(_MOST_SLIPS, len(slips))
        if len(links) > 1:
            telling = max(0, len(words) - _CHANCE_WORDS) / (len(child.words) + 1)
            bonus += _EXCLUSIVE_WEIGHT * (share + telling) + _EARLIEST_WEIGHT * (link is earliest)
        words.sort(key=lambda word: (-len(word), word))
        told = (share, tuple(words)) if len(links) > 1 else (0.0, ())
        apart.append(replace(link, weight=link.weight + bonus, only_here=told[0], words=told[1], slips=slips))
    return sorted(apart, key=_likeliest)


def _exclusive_shares(links: Sequence[Candidate]) -> list[float]:
    """Per link, the share of the child's code points in its passages and in no other link's: one sweep."""
    events = sorted(
        (offset, change, place)
        for place, link in enumerate(links)
        if link.report.relation.is_reuse
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
    return _COMMON_SOURCE_WEIGHT if common and not link.child.credit_of(link.parent) else _UNSEEN_WEIGHT
