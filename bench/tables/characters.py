"""The table of characters, from Python's Unicode database: class, fold and Latin look-alike of each code point."""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgpack
import numpy as np
import regex
from wordfreq.util import data_path

from bench.tables import DATA
from copytrail.characters import COMPLEX, DROPPED, LATIN, MARK, SIZE, SUSPECT, UPPER, Kind

# Letters of other scripts and the Latin ones they look like in lower or upper case (after Unicode UTS #39).
FOREIGN: Final = "авсԁеһніјкӏморԛѕтуѵԝхѐёїαβεηικνορτυχγɑɡᴄᴏᴠᴡᴢꜱʀɩϲϳոօսհցզ"
LATIN_LOOK: Final = "abcdehhijklmopqstyvwxeeiabenikvoptuxyagcovwzsricjnouhgq"

# Scripts without spaces. Katakana is one too, but a run of it is one word, as it is in Latin letters.
SOLO: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# Vowel signs that Arabic and Hebrew writers may leave out, and the stroke that stretches Arabic words.
OPTIONAL: Final = regex.compile(
    r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670\u06d6-\u06dc\u06df-\u06e4]"
)
# Letters that careful and careless writers use for the same word: Arabic alef, yeh and kaf, Russian ё.
VARIANTS: Final = {
    **dict.fromkeys("\u0622\u0623\u0625\u0671", "\u0627"),  # alef with madda, hamza above and below, wasla
    **dict.fromkeys("\u0649\u06cc", "\u064a"),  # alef maqsura and Persian yeh: yeh
    "\u06a9": "\u0643",  # Persian kaf
    "\u0451": "\u0435",  # ё
}
IGNORABLE: Final = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cn}]")
TERMINAL: Final = regex.compile(r"[\p{Sentence_Terminal}…]")
MAYBE: Final = regex.compile(r"[\p{NFKC_Quick_Check=Maybe}]")
SUSPECTS: Final = regex.compile(
    r"[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\uff21-\uff5a\U0001d400-\U0001d7ff\u24b6-\u24e9\u1d2c-\u1d6a]"
    r"|[\u0300-\u0345\u20d0-\u20f0]"
)
QUOTES: Final = {
    **dict.fromkeys("“”„‟«»「」『』〝〞〟＂", Kind.QUOTE),
    '"': Kind.QUOTE,
    "'": Kind.APOSTROPHE,
    "’": Kind.APOSTROPHE,
    "ʼ": Kind.APOSTROPHE,
    "‘": Kind.APOSTROPHE,
    "`": Kind.APOSTROPHE,
    "´": Kind.APOSTROPHE,
}


def kind_of(character: str) -> int:
    """The class of one character with its flags."""
    return class_of(character) | (SUSPECT if SUSPECTS.fullmatch(character) else 0)


def class_of(character: str) -> int:
    """The class of one character, with the flags UPPER, MARK and LATIN."""
    category = unicodedata.category(character)
    if character in QUOTES:
        return QUOTES[character]
    if character in "\n\r\u2028\u2029\x0b\x0c\x85":
        return Kind.NEWLINE
    if category[0] == "Z" or character == "\t":
        return Kind.SPACE
    if category in ("Nd", "No"):
        return Kind.DIGIT
    if TERMINAL.fullmatch(character):
        return Kind.TERMINAL
    if SOLO.fullmatch(character) and category[0] in "LN":
        return Kind.SOLO
    if category[0] == "M" or MAYBE.fullmatch(unicodedata.normalize("NFKC", character)):
        return Kind.LETTER | MARK
    if category[0] == "L" or category == "Nl":
        latin = LATIN if unicodedata.name(character, "").startswith(("LATIN", "FULLWIDTH LATIN")) else 0
        return Kind.LETTER | latin | (UPPER if category in ("Lu", "Lt") else 0)
    return Kind.OTHER


def simplified() -> Mapping[int, str]:
    """Traditional Chinese characters (by code point) and the simplified ones for them, from the word lists' package."""
    with gzip.open(data_path("_chinese_mapping.msgpack.gz")) as file:
        mapping: Mapping[int, str] = msgpack.load(file, raw=False, strict_map_key=False)
    return mapping


def fold_of(character: str, variants: Mapping[str, str]) -> int:
    """The code point that a character is compared as; DROPPED; or COMPLEX, when it depends on its neighbours."""
    if character in "\n\t\x0b\x0c\x85\u2028\u2029":
        return ord(" ")
    if IGNORABLE.fullmatch(character) or OPTIONAL.fullmatch(character):
        return DROPPED
    if MAYBE.fullmatch(character) or unicodedata.combining(character):
        return COMPLEX
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    if MAYBE.fullmatch(folded):
        return COMPLEX
    return ord(variants.get(folded, folded)) if len(folded) == 1 else COMPLEX


def write_characters() -> None:
    """Write the table: `kind` (uint8), `fold` and `latin` (uint32), each by code point."""
    every = [chr(c) if not 0xD800 <= c < 0xE000 else "\ufffd" for c in range(SIZE)]
    latin = np.arange(SIZE, dtype=np.uint32)
    for foreign, plain in zip(FOREIGN, LATIN_LOOK, strict=True):
        latin[ord(foreign)] = ord(plain)
    variants = {**{chr(point): plain for point, plain in simplified().items()}, **VARIANTS}
    np.savez_compressed(
        DATA / "characters.npz",
        kind=np.array([kind_of(c) for c in every], dtype=np.uint8),
        fold=np.array([fold_of(c, variants) for c in every], dtype=np.uint32),
        latin=latin,
    )


if __name__ == "__main__":
    write_characters()
