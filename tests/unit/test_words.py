"""Words, sentences and direct speech, with their places in the text as given."""

from hypothesis import given
from hypothesis import strategies as st
from reading import flagged, sentences, words

from copytrail.document import analyse
from copytrail.spelling import DISGUISED
from copytrail.words import NUMBER, OPENS_PARAGRAPH, QUOTED


def test_words_of_many_scripts() -> None:
    assert words("It's 1,000.5 km — naïve, Москва 東京 ไทย!") == [
        "It's", "1,000.5", "km", "naïve", "Москва", "東京", "ไทย",
    ]  # fmt: skip


def test_apostrophes_and_case_do_not_make_another_word() -> None:
    a, b = analyse("Don’t WAIT for O’Brien"), analyse("don't wait for o'brien")
    assert a.hash.tolist() == b.hash.tolist()


def test_thousands_separators_do_not_make_another_number() -> None:
    assert analyse("1,250,000 euros").hash.tolist() == analyse("1250000 euros").hash.tolist()
    assert flagged("In 2031 about 1,250 of 40 left", NUMBER) == ["2031", "1,250", "40"]


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Dr. J. Smith met Mr. Lee at 3.30 p.m. in Bergen. “Why now?” she asked. Nobody knew\n\nA headline\nThe end."
    assert sentences(text) == [
        "Dr. J. Smith met Mr. Lee at 3.30 p.m. in Bergen",
        "Why now?” she asked",
        "Nobody knew",
        "A headline",
        "The end",
    ]


def test_a_long_list_without_full_stops_is_cut() -> None:
    assert max(len(sentence.split()) for sentence in sentences("one two three " * 200)) <= 80


def test_direct_speech_is_marked_until_it_ends_or_the_paragraph_does() -> None:
    assert flagged("She said: “We leave now.” He stayed.", QUOTED) == ["We", "leave", "now"]
    assert flagged('He said "no deal" and left.', QUOTED) == ["no", "deal"]
    assert flagged("‘We can’t go,’ they said.", QUOTED) == ["We", "can’t", "go"]
    assert flagged("„Nein danke“, sagte er. «Non merci», dit-elle.", QUOTED) == [
        "Nein",
        "danke",
        "Non",
        "merci",
    ]
    assert flagged("“Open for ever\n\nNext paragraph.", QUOTED) == ["Open", "for", "ever"]


def test_paragraphs_are_marked() -> None:
    assert flagged("One two.\n\nThree four.\r\n\r\nFive\nSix", OPENS_PARAGRAPH) == ["One", "Three", "Five"]


def test_look_alike_letters_are_read_as_latin_and_flagged() -> None:
    disguised = analyse("The pоlice сlosed the bridge")  # Cyrillic о and с
    assert disguised.hash.tolist() == analyse("The police closed the bridge").hash.tolist()
    assert disguised.disguises == {"homoglyphs"}
    assert flagged("Полиция закрыла мост", DISGUISED) == []


@given(st.text(max_size=300))
def test_offsets_are_in_order_and_inside(text: str) -> None:
    document = analyse(text)
    assert (document.start < document.stop).all()
    # One character such as ½ may hold two words, so neighbours may share a place but never go back.
    assert (document.start[1:] >= document.start[:-1]).all() and (
        document.stop[1:] >= document.stop[:-1]
    ).all()
    assert len(document) == 0 or document.stop[-1] <= len(text)
    assert document.sentence[-1] == len(document)
