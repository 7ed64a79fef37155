"""The table of characters, from Python's Unicode database: class, fold and Latin look-alike of each code point."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

import numpy as np
import regex

from copytrail.characters import COMPLEX, DROPPED, LATIN, MARK, SIZE, SUSPECT, UPPER, Kind

# Letters of other scripts and the Latin ones they look like in lower or upper case (after Unicode UTS #39).
FOREIGN: Final = "авсԁеһніјкӏморԛѕтуѵԝхѐёїαβεηικνορτυχγɑɡᴄᴏᴠᴡᴢꜱʀɩϲϳոօսհցզ"
LATIN_LOOK: Final = "abcdehhijklmopqstyvwxeeiabenikvoptuxyagcovwzsricjnouhgq"

SOLO: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
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
    if TERMINAL.fullmatch(character):
        return Kind.TERMINAL
    if SOLO.fullmatch(character) and category[0] in "LN":
        return Kind.SOLO
    if category in ("Nd", "No"):
        return Kind.DIGIT
    if category[0] == "M" or MAYBE.fullmatch(character):
        return Kind.LETTER | MARK
    if category[0] == "L" or category == "Nl":
        latin = LATIN if unicodedata.name(character, "").startswith(("LATIN", "FULLWIDTH LATIN")) else 0
        return Kind.LETTER | latin | (UPPER if category in ("Lu", "Lt") else 0)
    return Kind.OTHER


def fold_of(character: str) -> int:
    """The code point that a character is compared as; DROPPED; or COMPLEX, when it depends on its neighbours."""
    if character in "\n\t\x0b\x0c\x85\u2028\u2029":
        return ord(" ")
    if IGNORABLE.fullmatch(character):
        return DROPPED
    if MAYBE.fullmatch(character) or unicodedata.combining(character):
        return COMPLEX
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return ord(folded) if len(folded) == 1 else COMPLEX


def write_characters(path: Path) -> None:
    """Write the table: `kind` (uint8), `fold` and `latin` (uint32), each by code point."""
    every = [chr(c) if not 0xD800 <= c < 0xE000 else "\ufffd" for c in range(SIZE)]
    latin = np.arange(SIZE, dtype=np.uint32)
    for foreign, plain in zip(FOREIGN, LATIN_LOOK, strict=True):
        latin[ord(foreign)] = ord(plain)
    np.savez_compressed(
        path,
        kind=np.array([kind_of(c) for c in every], dtype=np.uint8),
        fold=np.array([fold_of(c) for c in every], dtype=np.uint32),
        latin=latin,
    )
