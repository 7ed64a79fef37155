"""Builds the two tables that the detector ships with: characters and term weights.

Run `make tables` after an upgrade of Unicode or of the word lists; both files are part of the index version.
`characters.npz` comes from Python's Unicode database. `terms.npz` comes from the word frequencies of the
`wordfreq` package (its data: CC BY-SA 4.0), summed over the words of each Snowball stem.
"""

from __future__ import annotations

import math
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import regex
import Stemmer
import wordfreq

from copytrail.characters import (
    COMPLEX,
    DROPPED,
    LATIN,
    MARK,
    SIZE,
    SUSPECT,
    UPPER,
    Kind,
)
from copytrail.hashing import hash_points
from copytrail.language import LANGUAGES, STEMMERS, WEIGHT_UNIT, stem_code

DATA = Path(__file__).parent.parent / "copytrail" / "data"
STEMS_PER_LANGUAGE = {"en": 60_000}
STEMS_ELSEWHERE = 15_000
ARTICLE_WORDS = 400
COMMONEST = 80

# Letters of other scripts that look like a Latin one in lower or upper case (after Unicode UTS #39).
LOOKALIKES = (
    "аa вb сc ԁd еe һh нh іi јj кk ӏl мm оo рp ԛq ѕs тt уy ѵv ԝw хx ѐe ёe їi αa βb εe ηn ιi κk νv οo ρp τt υu χx γy "
    "ɑa ɡg ᴄc ᴏo ᴠv ᴡw ᴢz ꜱs ʀr ɩi ϲc ϳj ոn օo սu հh ցg զq"
).split()

SOLO = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
IGNORABLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cn}]")
TERMINAL = regex.compile(r"[\p{Sentence_Terminal}…]")
MAYBE = regex.compile(r"[\p{NFKC_Quick_Check=Maybe}]")
SUSPECTS = regex.compile(
    r"[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\uff21-\uff5a\U0001d400-\U0001d7ff\u24b6-\u24e9\u1d2c-\u1d6a]"
    r"|[\u0300-\u0345\u20d0-\u20f0]"
)
QUOTES = {
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
    if category[0] == "M":
        return Kind.LETTER | MARK
    if category[0] == "L" or category == "Nl":
        latin = LATIN if unicodedata.name(character, "").startswith(("LATIN", "FULLWIDTH LATIN")) else 0
        return Kind.LETTER | latin | (UPPER if category in ("Lu", "Lt") else 0)
    return Kind.OTHER


def fold_of(character: str) -> int:
    """The one code point a character is compared as, or DROPPED, or COMPLEX when it depends on its neighbours."""
    if character in "\n\t\x0b\x0c\x85\u2028\u2029":
        return ord(" ")
    if IGNORABLE.fullmatch(character):
        return DROPPED
    if MAYBE.fullmatch(character) or unicodedata.combining(character):
        return COMPLEX
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return ord(folded) if len(folded) == 1 else COMPLEX


def characters() -> None:
    """Write characters.npz: `kind` (uint8), `fold` and `latin` (uint32), each by code point."""
    every = [chr(c) if not 0xD800 <= c < 0xE000 else "\ufffd" for c in range(SIZE)]
    latin = np.arange(SIZE, dtype=np.uint32)
    for foreign, plain in LOOKALIKES:
        latin[ord(foreign)] = ord(plain)
    np.savez_compressed(
        DATA / "characters.npz",
        kind=np.array([kind_of(c) for c in every], dtype=np.uint8),
        fold=np.array([fold_of(c) for c in every], dtype=np.uint32),
        latin=latin,
    )


def weight_of(share: float) -> int:
    """In units of WEIGHT_UNIT: minus the logarithm of the chance that an article has a word of that share."""
    return min(255, round(-math.log(-math.expm1(-ARTICLE_WORDS * share)) / WEIGHT_UNIT))


def commonest(language: str) -> npt.NDArray[np.uint64]:
    """Hashes of the commonest words of a language, by which it is told from others."""
    words = [word.replace("'", "") for word in wordfreq.top_n_list(language, 3 * COMMONEST) if word.isalpha()]
    points = [np.frombuffer(word.encode("utf-32-le"), np.uint32) for word in words[:COMMONEST]]
    return np.array([hash_points(word) for word in points], dtype=np.uint64)


def stems(language: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Codes and weights of a language's commonest stems.

    The weight is 16 times the inverse document frequency that the stem would have in articles of 400 words.
    """
    stemmer = Stemmer.Stemmer(STEMMERS[language])
    share: dict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict(language, "best").items():
        share[stemmer.stemWord(word.replace("'", "").replace("’", ""))] += frequency
    common = sorted(share, key=lambda stem: (-share[stem], stem))
    common = common[: STEMS_PER_LANGUAGE.get(language, STEMS_ELSEWHERE)]
    codes = np.array([stem_code(language, stem) for stem in common], dtype=np.uint32)
    weights = np.array([weight_of(share[stem]) for stem in common], dtype=np.uint8)
    order = np.argsort(codes, kind="stable")
    return codes[order], weights[order]


def terms() -> None:
    """Write terms.npz: for each language `<code>_codes` (sorted uint32) and `<code>_weights` (uint8)."""
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for language in LANGUAGES:
        columns[f"{language}_codes"], columns[f"{language}_weights"] = stems(language)
        columns[f"{language}_commonest"] = commonest(language)
        print(f"{language}: {len(columns[f'{language}_codes'])} stems", file=sys.stderr)
    np.savez_compressed(DATA / "terms.npz", **columns)  # type: ignore[arg-type]


if __name__ == "__main__":
    characters()
    terms()
