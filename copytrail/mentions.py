"""Reading a publisher's name right after a phrase such as "according to", or before one such as "reported".

The few words beside the phrase are classified, one letter each; the name is found in that string of letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copytrail.publishers import AGENCIES, host_of, is_nationality, is_publisher, publisher_key, word_set

_WINDOW = 160
"""Code points beside a phrase within which the name must stand: reading it takes bounded time."""
_MOST_WORDS = 14
"""Words looked at: a description and a name as long as "The Press Trust of India"."""
_MOST_NAMES = 4
"""Publishers in one enumeration, as in "with reporting by AP, AFP and Reuters"."""

_WORD = re.compile(r"(?:\b(?:d|l|dell|all|nell)['’])?([^\s,;:!?()\[\]\"“”„«»<>|*_/–—]{1,60})", re.IGNORECASE)
_LINKING = re.compile(
    r"[ \t]{0,3}\n?[ \t]{0,3}[\"“”„«»*_]{0,2}(?:\b(?:d|l|dell|all|nell)['’])?", re.IGNORECASE
)
_ANOTHER = re.compile(r"[\"”*_]{0,2}(?: ?/ ?|,? (?:and|und|et|y|e|en) |, )")
_ENDING = re.compile(r"(?:['’]s?)?\.?$")
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.)+|St\.")

_ENGLISH = word_set("the a an this that")
_DEFINITE = word_set("""the der die das dem den le la les el los il lo gli i de het o os as""")
_DETERMINERS = _ENGLISH | _DEFINITE | word_set("ein eine einem einer un une una uno een um uma")
_NAMING = word_set(
    """broadcaster newspaper tabloid newswire magazine zeitung tageszeitung nachrichtenagentur sender
    magazin quotidien periódico giornale quotidiano krant persbureau omroep emissora tidningen avisen"""
)
"""Nouns that call the name beside them a publisher's."""
_NAMING_AFTER_NEWS = word_set(
    """agency outlet service site website channel network wire organisation organization"""
)
"""The same when "news" or "press" stands before them: "the agency" alone may be anybody's."""
_DESCRIBING = word_set(
    """report reports reporting story article analysis investigation poll survey tally by in from of at on
    with local national regional public state state-run state-owned state-controlled private daily
    weekly paper site website portal channel station network news media press wire service agency
    correspondent reporter earlier recent new exclusive separate online business financial bericht
    agence agencia agenzia agência journal diario"""
)
_JOINING = word_set("of & de del di do da du des la le el y")
_LOWER_NAMES = word_set("dpa tagesschau")
_NEVER_NAMES = word_set(
    """but and he she it they we when while as after before yesterday today earlier meanwhile however
    although since on in at if what these those monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december"""
)

# D article, L description, N noun that means a publisher, P proper name, J joiner of names, X the rest.
_AFTER = re.compile(r"(?P<lead>[DL]*(?:P?L*N+D?)?[DLN]*)(?P<name>P(?:J{0,2}P){0,5})(?P<tail>L*N)?")
_BEFORE = re.compile(r"(?P<lead>(?:D?L*N)?D?)(?P<name>P(?:J{0,2}P){0,5})(?P<tail>L*N)?$")


@dataclass(frozen=True, slots=True)
class Name:
    """A publisher's name as written, without article and possessive ending: `text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    """One word without the ending that closes a name, and whether it had one."""

    text: str
    start: int
    end: int
    closes: bool

    def kind(self, before: str) -> str:
        """The letter of this word after the word `before`."""
        plain = self.text.casefold()
        lower = self.text == plain
        if plain in _NEVER_NAMES and not (lower and plain in _DESCRIBING):
            return "X"
        if plain in _DETERMINERS and (lower or plain in _ENGLISH):
            return "J" if plain in _JOINING and before[:1].isupper() else "D"
        if plain in _NAMING or (plain in _NAMING_AFTER_NEWS and before.casefold() in ("news", "press")):
            return "P" if before[:1].isupper() and not lower else "N"
        if lower and plain in _JOINING and before[:1].isupper():
            return "J"
        if (lower and plain in _DESCRIBING) or plain.endswith("-based"):
            return "L"
        return "P" if not lower or plain in _LOWER_NAMES or host_of(self.text) else "X"


def names_after(text: str, position: int, known: frozenset[str]) -> list[Name]:
    """Publishers named right after a position, one or an enumeration; empty when somebody else is named."""
    found: list[Name] = []
    while len(found) < _MOST_NAMES and (name := _name_after(text, position, known)):
        found.append(name)
        another = _ANOTHER.match(text, name.end)
        if another is None:
            break
        position = another.end()
    return found


def _name_after(text: str, position: int, known: frozenset[str]) -> Name | None:
    words: list[_Word] = []
    for word in _words(text, position, position + _WINDOW):
        if not _LINKING.fullmatch(text, words[-1].end if words else position, word.start):
            break
        if word.kind(words[-1].text if words else "") == "X":
            break
        words.append(word)
        if word.closes or len(words) == _MOST_WORDS:
            break
    match = _AFTER.match(_kinds(words))
    return _publisher(text, words, match, known) if match else None


def name_before(text: str, position: int, known: frozenset[str]) -> Name | None:
    """The publisher named right before a position, if one is."""
    words: list[_Word] = []
    for word in _words_before(text, position):
        if word.closes or not _LINKING.fullmatch(text, word.end, words[0].start if words else position):
            break
        words.insert(0, word)
        if word.kind("A") == "X" or len(words) == _MOST_WORDS:
            break
    match = _BEFORE.search(_kinds(words))
    return _publisher(text, words, match, known) if match else None


def _words(text: str, start: int, end: int) -> Iterable[_Word]:
    """Words that lie whole within a window."""
    for match in _WORD.finditer(text, start, min(end, len(text))):
        whole = match[1]
        bare = whole if _ABBREVIATION.fullmatch(whole) else _ENDING.sub("", whole, count=1)
        if bare and not text[match.end() : match.end() + 1].isalnum():
            yield _Word(bare, match.start(1), match.start(1) + len(bare), bare != whole)


def _words_before(text: str, position: int) -> Iterable[_Word]:
    """Words before a position, the nearest first; the text is read only as far as somebody asks."""
    floor, end = max(0, position - _WINDOW), position
    while end > floor:
        start = max(text.rfind(" ", floor, end - 1) + 1, floor)
        yield from reversed(list(_words(text, start, end)))
        end = start


def _kinds(words: list[_Word]) -> str:
    befores = ["", *(word.text for word in words)]
    return "".join(word.kind(before) for word, before in zip(words, befores, strict=False))


def _publisher(text: str, words: list[_Word], match: re.Match[str], known: frozenset[str]) -> Name | None:
    """The matched words, if they name a publisher."""
    named = words[match.start("name") : match.end("name")]
    described = "N" in match["lead"] or match["tail"] is not None
    definite = match["lead"].endswith("D") and _is_definite(words[match.end("lead") - 1])
    for candidate, is_definite in _readings(named, definite):
        name = Name(text[candidate[0].start : candidate[-1].end], candidate[0].start, candidate[-1].end)
        is_described = described and not all(is_nationality(word.text) for word in candidate)
        if is_described or is_publisher(name.text, known, is_definite):
            return name
    return None


def _readings(named: list[_Word], definite: bool) -> Iterable[tuple[list[_Word], bool]]:
    """The name as it stands, without a foreign article ("Der NDR"), or its first word ("BBC Scotland")."""
    yield named, definite
    if len(named) > 1 and _is_definite(named[0]):
        yield named[1:], True
    first = named[0].text
    if first.isupper() and publisher_key(first) not in AGENCIES:
        yield named[:1], definite


def _is_definite(word: _Word) -> bool:
    return word.text.casefold() in _DEFINITE
