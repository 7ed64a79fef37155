from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.credits import Weight, find_credits
from copytrail.publishers import publisher_key

CREDITED = [
    ("The bridge is unsafe, according to the BBC report.", "BBC", "according to the BBC"),
    ("according to a BBC report on Monday", "BBC", "according to a BBC"),
    ("According to a report by Reuters, it closed", "Reuters", "According to a report by Reuters"),
    ("according to a report in the Guardian", "Guardian", "according to a report in the Guardian"),
    ("On Tuesday Reuters reported the sale", "Reuters", "Reuters reported"),
    ("The Harbour Ledger first reported the sale", "Harbour Ledger", "Harbour Ledger first reported"),
    ("the mayor told the Harbour Ledger on Monday", "Harbour Ledger", "told the Harbour Ledger"),
    (
        "It was first reported by The New York Times.",
        "New York Times",
        "first reported by The New York Times",
    ),
    (
        "first published in the Skerrow Bulletin",
        "Skerrow Bulletin",
        "first published in the Skerrow Bulletin",
    ),
    ("WASHINGTON (AP) — The man", "AP", "WASHINGTON (AP) —"),
    ("LONDON, May 3 (Reuters) - Shares", "Reuters", "LONDON, May 3 (Reuters) -"),
    ("The ship sank on Friday. (AFP)", "AFP", "(AFP)"),
    ("pictures via Reuters showed", "Reuters", "via Reuters"),
    ("Source: Xinhua", "Xinhua", "Source: Xinhua"),
    ("a story by Ritzau news agency", "Ritzau", "by Ritzau"),
    ("By Jane Doe, Associated Press\n\nThe man", "Associated Press", "By Jane Doe, Associated Press"),
    ("according to German broadcaster ZDF", "ZDF", "according to German broadcaster ZDF"),
    (
        "told the London-based Evening Standard newspaper",
        "Evening Standard",
        "told the London-based Evening Standard",
    ),
    ("he told CNN's Jake Tapper", "CNN", "told CNN"),
    ("reported by Radio Free Europe", "Radio Free Europe", "reported by Radio Free Europe"),
    ("laut der Nachrichtenagentur dpa", "dpa", "laut der Nachrichtenagentur dpa"),
    ("Der Spiegel berichtete gestern", "Der Spiegel", "Der Spiegel berichtete"),
    ("selon l'AFP, le ministre", "AFP", "selon l'AFP"),
    ("selon Le Monde, le ministre", "Le Monde", "selon Le Monde"),
    ("según El País", "El País", "según El País"),
    ("secondo l'ANSA", "ANSA", "secondo l'ANSA"),
    ("volgens De Telegraaf", "Telegraaf", "volgens De Telegraaf"),
    ("segundo a Folha de S. Paulo", "Folha de S. Paulo", "segundo a Folha de S. Paulo"),
    ("据新华社报道，桥梁已关闭。", "新华社", "据新华社报道"),
    ("来源：新华社", "新华社", "来源：新华社"),
    ("共同通信によると、橋は閉鎖された。", "共同通信", "共同通信によると"),
    ("연합뉴스에 따르면 다리가", "연합뉴스", "연합뉴스에 따르면"),
    ("نقلا عن رويترز أن", "رويترز", "نقلا عن رويترز"),
    ("לפי רויטרס הגשר", "רויטרס", "לפי רויטרס"),
    ("Reuters'a göre köprü", "Reuters", "Reuters'a göre"),
    ("Reutersin mukaan silta", "Reuters", "Reutersin mukaan"),
    ("сообщает ТАСС. Мост", "ТАСС", "сообщает ТАСС"),
    ("podaje PAP. Most", "PAP", "podaje PAP"),
    ("σύμφωνα με το Reuters η γέφυρα", "Reuters", "σύμφωνα με το Reuters"),
    ("Publié initialement dans Le Monde", "Le Monde", "Publié initialement dans Le Monde"),
    ("Mit Material von dpa", "dpa", "Mit Material von dpa"),
    (
        "This article originally appeared in the Harbour Ledger.",
        "Harbour Ledger",
        "originally appeared in the Harbour Ledger",
    ),
    (
        "see [this](https://www.harbour-times.example/a)",
        "harbour-times.example",
        "[this](https://www.harbour-times.example/a)",
    ),
    (
        '<a href="https://www.bbc.co.uk/news/1">here</a>',
        "bbc.co.uk",
        '<a href="https://www.bbc.co.uk/news/1">here</a>',
    ),
    ("as at https://www.nytimes.com/1.html", "nytimes.com", "https://www.nytimes.com/1.html"),
]

NOT_CREDITED = [
    "according to police",
    "according to a report by the finance ministry",
    "officials said on Monday",
    "according to John Smith",
    "according to White House Press Secretary Sean Spicer",
    "according to data from International Data Corp",
    "Apple reported a loss",
    "Bloomberg reported net income of 3 million",
    "according to the Environmental Protection Agency",
    "according to the Bureau of Labor Statistics",
    "according to the Reuters Institute",
    "according to a study in the British Medical Journal",
    "according to Cambridge University Press",
    "he told reporters at a news conference",
    "via the Suez Canal",
    "British newspapers reported heavy losses",
    "second reports of fighting in the Post office",
    "Sen. Bob Casey (PA) voted for it",
    "He told Michael Fox everything",
    "[follow us](https://facebook.com/page) and [this](https://www.gov.example/report)",
    "according to several media reports",
    "据警方报道",
    "сообщает полиция",
    "polisin açıklamasına göre",
]


@pytest.mark.parametrize(("text", "name", "quote"), CREDITED)
def test_credit_lines_are_found_with_their_words(text: str, name: str, quote: str) -> None:
    assert [(credit.name, credit.quote) for credit in find_credits(text)] == [(name, quote)]


@pytest.mark.parametrize("text", NOT_CREDITED)
def test_people_and_institutions_are_not_publishers(text: str) -> None:
    assert find_credits(text) == []


def test_an_enumeration_credits_each_publisher() -> None:
    found = find_credits("Additional reporting by the Associated Press, AFP and Reuters.")
    assert [credit.name for credit in found] == ["Associated Press", "AFP", "Reuters"]
    assert {credit.weight for credit in found} == {Weight.ORIGIN}


def test_a_known_source_is_recognised_whatever_its_shape() -> None:
    text = "Quaynotes reported the vote."
    assert find_credits(text) == []
    assert [credit.name for credit in find_credits(text, ["www.quaynotes.example"])] == ["Quaynotes"]


def test_origins_weigh_more_than_reports_and_reports_more_than_quotes() -> None:
    weights = [find_credits(t)[0].weight for t in ("via Reuters", "Reuters reported", "told Reuters")]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


@pytest.mark.parametrize(
    "names",
    [
        ("BBC", "The BBC", "BBC News", "bbc.co.uk", "https://www.bbc.co.uk/news/1", "news.bbc.co.uk"),
        ("AP", "Associated Press", "The Associated Press", "apnews.com", "AP News"),
        ("The New York Times", "nytimes.com", "NYT"),
        ("The Guardian", "Guardian", "www.theguardian.com"),
        ("Harbour Ledger", "The Harbour Ledger", "harbour-ledger.example", "HARBOUR LEDGER"),
        ("El País", "El Pais", "elpais.com"),
        ("AFP", "Agence France-Presse"),
    ],
)
def test_spellings_of_one_publisher_share_a_key(names: tuple[str, ...]) -> None:
    assert len({publisher_key(name) for name in names}) == 1


def test_different_publishers_have_different_keys() -> None:
    names = [
        "BBC",
        "NBC",
        "The Times",
        "New York Times",
        "The News",
        "Daily News",
        "AP",
        "AFP",
        "Sky News",
        "Fox News",
    ]
    assert len({publisher_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "piece",
    [
        "according to the ",
        "told ",
        "A",
        "Times ",
        "The Harbour Ledger and ",
        "reported ",
        "first first ",
        "(AP/",
        "(Reuters",
        "[a](https://a",
        "<a href=",
        "https://",
        "https://a.",
        "by \n",
        "l'",
        "\n",
        " \t",
        "a\u0301",
        "ﷺ",
        "据新华",
        "共同通信が",
        "Reuters'a gör göre ",
        "Associated Press, ",
    ],
)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    started = time.perf_counter()
    find_credits(text)
    assert time.perf_counter() - started < 5


PIECES = st.lists(
    st.one_of(st.sampled_from([text for text, _, _ in CREDITED] + NOT_CREDITED), st.text(max_size=20)),
    max_size=8,
).map(" ".join)


@given(PIECES)
def test_offsets_point_at_the_quote_in_order_and_without_overlaps(text: str) -> None:
    found = find_credits(text, ["Quaynotes"])
    assert all(text[credit.start : credit.end] == credit.quote and credit.name for credit in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


@given(st.text(alphabet="abc tehnws.-", max_size=40))
def test_case_does_not_change_a_key(name: str) -> None:
    assert publisher_key(name) == publisher_key(name.upper())


@given(st.text(max_size=60))
def test_a_key_is_empty_only_without_letters_and_digits(name: str) -> None:
    assert bool(publisher_key(name)) <= any(c.isalnum() for c in name)
