"""The provenance of a cluster: who was first, who took from whom, how sure that is and why.

It is an inference and says so: every statement carries a confidence and reasons an editor could read aloud,
and "undetermined" is an answer. Nothing here depends on the order of members or edges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from copytrail.chronology import timing
from copytrail.cluster import Edge
from copytrail.credits import Credit, Weight
from copytrail.explain import origin_reasons, parent_reasons, unknown_origin_reasons, unknown_parent_reasons
from copytrail.lineage import Derivation, Link, Origin, Provenance, Traced, UnseenSource
from copytrail.member import Member
from copytrail.parents import UNDECIDED, Choice, Profile, choose_parents, direction, profiles
from copytrail.publishers import publisher_key
from copytrail.report import Relation, Report

__all__ = ["Derivation", "Link", "Member", "Origin", "Provenance", "Traced", "UnseenSource", "trace"]

_THIN = 0.2
"""A parent less certain than this is not named."""
_UNSEEN_DOUBT = 0.5
"""What is left of the confidence in an original when it, or several others, credit a source nobody posted."""
_LONE_DOUBT = 0.75
"""The same when one other member alone credits it."""
_FULL = 0.9
"""A text this long, measured by the longest, is full: of full texts the earliest represents the cluster."""


def trace(members: Iterable[Member], edges: Iterable[Edge]) -> Provenance:
    """The provenance of the cluster made of these members (at least one).

    `edges` are the verified pairs among them; weak ones help, pairs with articles outside are ignored.
    """
    known = profiles(sorted(members, key=lambda member: member.id))
    pairs = _between(known, edges)
    unseen = _unseen_sources(known.values())
    choices = choose_parents(known, pairs, {source.name: source.cited_by for source in unseen})
    first = _first(known, choices)
    original, undetermined = _origin(first, known, choices, unseen)
    strongest = _strongest(pairs)
    articles = [
        _traced(p, choices.get(n), _nearest(n, choices, strongest), known, unseen) for n, p in known.items()
    ]
    if original:
        articles[[*known].index(first)] = _as_original(known[first])
    articles.sort(key=lambda traced: (traced.relation is not None, known[traced.member.number].age))
    links = tuple(sorted(_links(known, pairs, choices), key=lambda link: (link.source, link.target)))
    return Provenance(original, undetermined, _representative(articles), tuple(articles), links, unseen)


def _between(known: Mapping[int, Profile], edges: Iterable[Edge]) -> list[Edge]:
    """Edges inside the cluster, one a pair, the end with the smaller id first, in the order of ids."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        if edge.a in known and edge.b in known and edge.a != edge.b:
            a, b = known[edge.a].member.id, known[edge.b].member.id
            found[min(a, b), max(a, b)] = edge if a < b else edge.swapped()
    return [edge for _, edge in sorted(found.items())]


def _unseen_sources(known: Iterable[Profile]) -> tuple[UnseenSource, ...]:
    """Publishers that are credited and not among the members, the most credited first."""
    by_age = sorted(known, key=lambda profile: profile.age)
    seen = frozenset(key for profile in by_age for key in profile.member.publishers)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    cited_by: dict[str, dict[str, None]] = defaultdict(dict)
    for profile in by_age:
        for credit in profile.credits:
            if credit.publisher not in seen:
                names[credit.publisher][credit.name] += 1
                cited_by[credit.publisher][profile.member.id] = None
    found = [UnseenSource(names[key].most_common(1)[0][0], tuple(ids)) for key, ids in cited_by.items()]
    return tuple(sorted(found, key=lambda source: (-len(source.cited_by), source.name)))


def _first(known: Mapping[int, Profile], choices: Mapping[int, Choice]) -> int:
    """The number of the member that was likely first: of those without a parent, who precedes the others."""
    roots = sorted((number for number in known if number not in choices), key=lambda n: known[n].age)
    champion = roots[0]
    for number in roots[1:]:
        if direction(known[number], known[champion]) > 0.5:
            champion = number
    return champion


def _origin(
    first: int, known: Mapping[int, Profile], choices: Mapping[int, Choice], unseen: Sequence[UnseenSource]
) -> tuple[Origin | None, tuple[str, ...]]:
    """The original, or None and why; as sure as its order before the nearest rival."""
    profile = known[first]
    chances = {n: direction(profile, known[n]) for n in known if n not in choices and n != first}
    copies = {n: c.link.direction for n, c in choices.items() if c.link.parent is profile}
    chances |= copies
    if not chances:
        return None, (f"Nothing else is known to compare {profile.member.name} with.",)
    runner_up = min(chances, key=lambda n: (round(chances[n], 9), known[n].age))
    if chances[runner_up] < UNDECIDED:
        return None, unknown_origin_reasons(profile, known[runner_up])
    trust = {source.name: _trust_beside(source, profile, known.values()) for source in unseen}
    doubtful = [name for name, share in trust.items() if share < 1]
    reasons = origin_reasons(profile, known[runner_up], doubtful, len(copies))
    confidence = chances[runner_up] * min(trust.values(), default=1.0)
    return Origin(profile.member.id, confidence, reasons), ()


def _trust_beside(source: UnseenSource, first: Profile, known: Iterable[Profile]) -> float:
    """What is left (0 to 1) of the trust in the first member when the text may come from an unseen source."""
    key = publisher_key(source.name)
    citing = [p for p in known for c in p.credits if c.publisher == key and c.weight > Weight.QUOTED]
    if len(source.cited_by) > 1 or first in citing:
        return _UNSEEN_DOUBT
    return _LONE_DOUBT if citing else 1.0


def _as_original(profile: Profile) -> Traced:
    return Traced(profile.member, None, None, 1.0, _cited(profile))


def _cited(profile: Profile) -> tuple[Credit, ...]:
    """The weightiest credit line for each publisher, in the order of the text."""
    best: dict[str, Credit] = {}
    for credit in profile.credits:
        if credit.publisher not in best or credit.weight > best[credit.publisher].weight:
            best[credit.publisher] = credit
    return tuple(sorted(best.values(), key=lambda credit: credit.start))


def _nearest(n: int, choices: Mapping[int, Choice], strongest: Mapping[int, Edge]) -> Edge | None:
    """The pair, seen from member n, with its likely parent, or else with the member it is most like."""
    if n in choices:
        return Edge(n, choices[n].link.parent.member.number, choices[n].link.report)
    return strongest.get(n)


def _traced(
    profile: Profile,
    choice: Choice | None,
    nearest: Edge | None,
    known: Mapping[int, Profile],
    unseen: Sequence[UnseenSource],
) -> Traced:
    """A member that is not the original."""
    report = nearest.report if nearest else None
    closest, passages = (known[nearest.b].member.id, nearest.report.passages) if nearest else (None, ())
    relation = report.relation if report and report.relation.is_reuse else Relation.REWRITE
    score, coverage = (report.score, report.a_in_b) if report else (0.0, 0.0)
    confidence = choice.confidence if choice else 0.0
    if choice is None or confidence < _THIN or choice.link.direction < UNDECIDED:
        reasons = unknown_parent_reasons(profile, choice)
        derivation = Derivation(None, closest, relation, score, confidence, reasons, passages)
    else:
        pair = {profile.member.id, choice.link.parent.member.id}
        common = [source.name for source in unseen if pair <= set(source.cited_by)]
        reasons = parent_reasons(choice, common)
        derivation = Derivation(closest, closest, relation, score, confidence, reasons, passages)
    return Traced(profile.member, relation, derivation, coverage, _cited(profile))


def _strongest(pairs: Iterable[Edge]) -> dict[int, Edge]:
    """For every member with a pair its strongest one, seen from it."""
    found: dict[int, Edge] = {}
    for edge in pairs:
        for end in (edge, edge.swapped()):
            if end.a not in found or _strength(end.report) < _strength(found[end.a].report):
                found[end.a] = end
    return found


def _strength(report: Report) -> tuple[int, float]:
    """Sorts the strongest relation first, then the highest score."""
    return list(Relation).index(report.relation), -report.score


def _links(
    known: Mapping[int, Profile], pairs: Iterable[Edge], choices: Mapping[int, Choice]
) -> Iterable[Link]:
    """Pairs of reuse, and weak ones that a derivation rests on, from the likely source to the likely copy."""
    derived = {frozenset((n, choice.link.parent.member.number)) for n, choice in choices.items()}
    for edge in pairs:
        if edge.report.relation.is_reuse or frozenset((edge.a, edge.b)) in derived:
            yield _link(known[edge.a], known[edge.b], edge.report)


def _link(a: Profile, b: Profile, report: Report) -> Link:
    """A pair in its likely direction, in the order of time when that is open."""
    chance = direction(a, b, report.relation)
    forward = a.age <= b.age if chance == 0.5 else chance > 0.5
    source, target = (a.member.id, b.member.id) if forward else (b.member.id, a.member.id)
    return Link(source, target, report.relation, report.score, len(report.passages))


def _representative(articles: Sequence[Traced]) -> str:
    """The id of the earliest among the full texts; an excerpt, or a longer piece around one, is not asked."""
    whole = [traced for traced in articles if traced.relation is not Relation.PARTIAL_COPY] or articles
    longest = max(len(traced.member.text) for traced in whole)
    full = [traced.member for traced in whole if len(traced.member.text) >= _FULL * longest]
    return min(full, key=lambda member: (timing(member).latest, member.id)).id
