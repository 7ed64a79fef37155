"""Credit lines: where a text itself says that it comes from, or leans on, a publisher.

Precision goes before completeness. A name counts when it is a publisher's by its shape, by being well known,
or by being the source of another article at hand: "according to police" and "officials said" credit people.
Every search takes time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from copytrail.known_names import Known, known_names
from copytrail.mentions import name_before, names_after
from copytrail.publishers import host_of, is_agency, is_publisher, is_publisher_host, publisher_key, word_set
from copytrail.urls import canonical_url


class Weight(IntEnum):
    """How much a credit says about where the text comes from, in rising order."""

    QUOTED = 1
    """One statement comes from there: "told the BBC"."""
    REPORTED = 2
    """The story was told there: "according to a BBC report", "Reuters reported"."""
    ORIGIN = 3
    """The text comes from there: "LONDON (Reuters) -", "first published in", "source:"."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A publisher's name as the text writes it, and the words that credit it.

    `quote` is `text[start:end]`; offsets count code points of the text as it was given, end exclusive. A credit that
    stands in the byline and not in the text has an empty quote at 0. `page` is the canonical address of a link.
    """

    name: str
    quote: str
    start: int
    end: int
    weight: Weight = Weight.REPORTED
    page: str = ""

    @property
    def publisher(self) -> str:
        """The key that all spellings of this publisher share."""
        return publisher_key(self.name)

    def to_json(self) -> dict[str, object]:
        """The credit as in the contract."""
        place = {"quote": self.quote, "start": self.start, "end": self.end}
        return {"name": self.name, **place, "kind": self.weight.name.lower()}


_BEFORE_NAME = re.compile(
    r"""(?<!\w)(?:
    (?P<ORIGIN> (?:first|originally)\ (?:published|appeared|posted|reported|ran)\ (?:in|by|on|at|with)
        | syndicated\ (?:from|by)
        | (?:publié|paru)\ (?:initialement|d[’']abord)\ (?:dans|par|sur)
        | publicado\ (?:originalmente|por\ primera\ vez|primeiro)\ (?:en|no|na|em|por)
        | pubblicato\ (?:originariamente|per\ primo)\ (?:su|da|in)
        | oorspronkelijk\ (?:gepubliceerd|verschenen)\ (?:in|op|door|bij)
        | ursprungligen\ publicerad\ (?:i|på|av) | oprindeligt\ (?:bragt|udgivet)\ (?:i|på|af)
        | opprinnelig\ publisert\ (?:i|på|av)
        | mit\ Material\ (?:von|der) | con\ información\ de | com\ informações\ (?:da|do|de)
        | (?:additional\ )?reporting\ (?:by|from) | via | courtesy\ of | (?:republished|reprinted)\ from
        | with\ permission\ (?:from|of) | zuerst\ erschienen\ (?:in|bei|auf)
        | (?:sources?|quelle|fuente|fonte|bron)\ ?: )
    | (?P<REPORTED> according\ to | (?:reported|published)\ (?:by|in|on) | citing | cites | quoting
        | by(?=\ [^.\n]{1,60}\ news\ agency)
        | laut | nach\ angaben | selon | d[’']après | según | secondo | volgens
        | segundo | de\ acordo\ com | enligt | ifølge | według )
    | (?P<QUOTED> told | tells | interview(?:ed)?\ (?:with|by) | speaking\ (?:to|on) | spoke\ (?:to|with|on)
        | (?:in\ )?(?:a\ )?statement\ to )
    )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
_AFTER_NAME = re.compile(
    r"""(?<=\s)(?:(?:first|exclusively|also|has|had|have)\ ){0,2}
    (?:reported|reports|revealed|reveals|wrote|writes|broke\ the\ (?:news|story)|berichtete|berichtet
    |meldete|meldet|rapporte|rapportait|informó|informa|riporta|meldt|meldde|noticiou|rapporterar)(?!\w)
    (?!\ (?:an?\ )?(?:first|second|third|fourth|half|full|quarterly|annual|net|gross|pre-tax|profit|loss
        |earnings|revenue|sales))""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = re.compile(r"\((?P<name>[^\W\d_][\w.& /-]{1,40})\)")
_PLACE = re.compile(r"[^\W\d_][^\n()]{1,60}[ ,]")
_DASH = re.compile(r"[ ]{0,2}[-–—](?!\w)")
_AMBIGUOUS = word_set("aap anp apa cp ctk lusa pa pti sda tt")
"""Agencies whose letters mean other things too: in brackets they count only behind a place, as a dateline."""

_BYLINE_REACH = 400
"""Code points from either end of a text within which a line of agency names alone is a byline or a footer."""
_LINE = re.compile(r"^[^\n]{2,80}$", re.MULTILINE)
_BY = re.compile(r"^(?:by|von|par|por|di|door) ", re.IGNORECASE)
_BYLINE_PARTS = re.compile(r"[,/|·•–—]| (?:and|with|und|et|y|e) ")

_LINK = re.compile(
    r"""\[[^\[\]\n]{1,200}\]\((?P<markdown>https?://[^\s()<>]{1,500})\)
    |<a\s[^<>]{0,300}?href\s?=\s?["']?(?P<html>https?://[^\s"'<>]{1,500})[^<>]{0,300}>[^<>]{0,200}</a>
    |(?<![\w("'=\]])(?P<bare>https?://[^\s"'<>()\[\]]{1,500})""",
    re.VERBOSE | re.IGNORECASE,
)


def find_credits(text: str, publishers: Iterable[str] = ()) -> list[Credit]:
    """Every credit line of a text, in order and without overlaps.

    `publishers` are names or hosts known to be publishers', such as the sources of the other articles at
    hand; they are recognised whatever their shape.
    """
    publishers = tuple(publishers)
    known = frozenset(publisher_key(name) for name in publishers) - {""}
    found = [*_after_phrases(text, known), *_before_verbs(text, known), *_in_brackets(text, known)]
    found += (_credit_of(text, each) for each in known_names(text, publishers))
    return _without_overlaps([*found, *_bylines(text), *_links(text, known)])


def _credit_of(text: str, found: Known) -> Credit:
    weight = Weight.ORIGIN if found.is_origin else Weight.REPORTED
    return _credit(text, found.name, found.start, found.end, weight)


def _credit(text: str, name: str, start: int, end: int, weight: Weight) -> Credit:
    return Credit(name, text[start:end], start, end, weight)


def _after_phrases(text: str, known: frozenset[str]) -> Iterator[Credit]:
    """ "According to a BBC report", "told the Harbour Ledger", "source: Reuters"."""
    for phrase in _BEFORE_NAME.finditer(text):
        start = phrase.start()
        for name in names_after(text, phrase.end(), known):
            yield _credit(text, name.text, start, name.end, Weight[phrase.lastgroup or "REPORTED"])
            start = name.end


def _before_verbs(text: str, known: frozenset[str]) -> Iterator[Credit]:
    """ "Reuters reported", "the Harbour Ledger first reported"."""
    for verb in _AFTER_NAME.finditer(text):
        if name := name_before(text, verb.start(), known):
            yield _credit(text, name.text, name.start, verb.end(), Weight.REPORTED)


def _in_brackets(text: str, known: frozenset[str]) -> Iterator[Credit]:
    """ "(AP)" anywhere; at the head of a line, behind a place, any publisher: "LONDON (Reuters) -"."""
    for brackets in _BRACKETS.finditer(text):
        head = text.rfind("\n", 0, brackets.start()) + 1
        dash = _DASH.match(text, brackets.end())
        opens_line = brackets.start() == head or _PLACE.fullmatch(text, head, brackets.start())
        parts = brackets["name"].strip().split("/")
        if opens_line and dash and all(is_publisher(part, known) for part in parts):
            yield _credit(text, parts[0], head, dash.end(), Weight.ORIGIN)
        elif all(is_agency(part) and publisher_key(part) not in _AMBIGUOUS for part in parts):
            yield _credit(text, parts[0], brackets.start(), brackets.end(), Weight.REPORTED)


def _bylines(text: str) -> Iterator[Credit]:
    """Agencies that stand on a line of their own at the head or foot: "By Jane Doe, Associated Press"."""
    for line in _LINE.finditer(text):
        if min(line.start(), len(text) - line.end()) > _BYLINE_REACH:
            continue
        names, signed = _BY.subn("", line[0].strip(), count=1)
        parts = [part.strip() for part in _BYLINE_PARTS.split(names)]
        agencies = [part for part in parts if part[:1].isupper() and is_agency(part)]
        if agencies and (len(agencies) == len(parts) or (signed and len(parts) == 2)):
            yield _credit(text, agencies[-1], line.start(), line.end(), Weight.ORIGIN)


def _links(text: str, known: frozenset[str]) -> Iterator[Credit]:
    """Links to publishers in Markdown, in HTML, or bare."""
    for link in _LINK.finditer(text):
        address = link[link.lastgroup or 0]
        host = host_of(address).removeprefix("www.")
        if host and is_publisher_host(host, known):
            start, end = link.span()
            yield Credit(host, text[start:end], start, end, Weight.REPORTED, canonical_url(address))


def _without_overlaps(found: Iterable[Credit]) -> list[Credit]:
    """In order; of credits that overlap the weightier stays, then the longer."""
    kept: list[Credit] = []
    for credit in sorted(found, key=lambda c: (c.start, c.end)):
        if not kept or credit.start >= kept[-1].end:
            kept.append(credit)
        elif (credit.weight, credit.end - credit.start) > (kept[-1].weight, kept[-1].end - kept[-1].start):
            kept[-1] = credit
    return kept
