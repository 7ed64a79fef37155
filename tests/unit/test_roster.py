from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copytrail.errors import InvalidRoster
from copytrail.member import Member
from copytrail.profile import Profile, profiles
from copytrail.roster import Party, Roster

LIST = """
[[group]]
name = "Harbour Media"
publishers = ["Harbour Ledger", "quaynotes.example"]

[[agency]]
name = "Northern Wire"
publishers = ["northern-wire.example", "NorWire"]

[[licence]]
to = ["Harbour Media"]
from = ["Northern Wire", "Delta Post"]
note = "contract of 2025"
"""


def member(source: str | None = None, url: str | None = None) -> Member:
    return Member(1, "a1", "Text.", datetime(2025, 5, 3, tzinfo=UTC), source=source, url=url)


def profile(source: str | None = None, url: str | None = None, roster: Roster | None = None) -> Profile:
    return profiles([member(source, url)], roster or Roster())[1]


def test_groups_agencies_and_licences_are_read() -> None:
    roster = Roster.parse(LIST)
    assert [group.name for group in roster.groups] == ["Harbour Media"]
    assert roster.is_agency("northernwire")
    assert roster.is_agency("norwire")
    (licence,) = roster.licences
    assert licence.to == roster.groups
    assert [party.name for party in licence.origin] == ["Northern Wire", "Delta Post"]
    assert licence.note == "contract of 2025"


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidRoster) as caught:
        Roster.parse(
            '[[group]]\nname = "!"\npublishers = "one"\n[[agency]]\nnme = "x"\n[[licence]]\nto = []\nfrom = [3]\n'
            "note = 4\n[extra]\n"
        )
    said = "\n".join(caught.value.problems)
    for fault in (
        "extra",
        "group 1: name",
        "group 1: publishers",
        "'nme'",
        "licence 1: to",
        "licence 1: from",
        "note",
    ):
        assert fault in said


def test_what_is_no_toml_and_who_is_in_two_groups_is_refused() -> None:
    with pytest.raises(InvalidRoster, match="no TOML"):
        Roster.parse("[[group")
    group = '[[group]]\nname = "{}"\npublishers = ["Quaynotes"]\n'
    with pytest.raises(InvalidRoster, match="already"):
        Roster.parse(group.format("One House") + group.format("Two House"))


def test_a_name_alone_does_not_pass_for_a_publisher_whose_hosts_are_listed() -> None:
    wire = Party.of("Northern Wire", ["northern-wire.example"])
    assert wire.has(member("Northern Wire"))
    assert wire.has(member("NW", "https://feeds.northern-wire.example/1"))
    assert not wire.has(member("Northern Wire", "https://thief.example/1"))
    assert not wire.has(member(None, "https://evil-northern-wire.example/1"))


def test_one_publisher_is_told_by_group_domain_and_name() -> None:
    roster = Roster.parse(LIST)
    ledger = profile("Harbour Ledger", "https://harbour-ledger.example/1", roster)
    quay = profile("Quaynotes", "https://m.quaynotes.example/2", roster)
    assert ledger.shares_publisher(quay)
    assert ledger.publisher == "Harbour Media"
    bbc = profile("BBC News", "https://www.bbc.co.uk/news/1")
    assert bbc.shares_publisher(profile("BBC", "https://bbc.com/news/2"))
    assert bbc.shares_publisher(profile("BBC Sport", "https://amp.bbc.co.uk/sport/2"))
    assert bbc.shares_publisher(profile("The BBC"))
    assert not bbc.shares_publisher(profile("BBC", "https://bbc-news.thief.example/2"))
    assert not profile(None, "https://a.substack.com/p").shares_publisher(
        profile(None, "https://b.substack.com/p")
    )
    assert not profile().shares_publisher(profile())
