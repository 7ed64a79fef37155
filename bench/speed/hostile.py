"""What texts cost that were made to cost much: analysed, sketched, and compared with a variant of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random
from time import process_time
from typing import Final, TypeVar

from bench.printing import Cell, Table
from copytrail.compare import compare
from copytrail.document import analyse
from copytrail.sketch import sketch
from copytrail.warmup import warm_up

T = TypeVar("T")

SIZE: Final = 1_000_000
"""Code points of each text: the most that is taken by default."""

_NEWS: Final = (
    "The harbour bridge will close on Monday, the council said after divers found cracks in two piers. "
)
_CHINESE: Final = "".join(map(chr, range(0x4E00, 0x5600))) + "。" * 100


def _filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def _random_chinese() -> str:
    chance = Random(1)
    return "".join(chance.choice(_CHINESE) for _ in range(SIZE))


def _random_words() -> str:
    chance = Random(2)
    words = ["".join(chance.choices("bcdfghjklmnprstvz", k=3)) for _ in range(3000)]
    return _filled(" ".join(chance.choice(words) + "." * (chance.random() < 0.1) for _ in range(SIZE // 4)))


HOSTILE: Final[Mapping[str, Callable[[], str]]] = {
    "an honest sentence, over and over": lambda: _filled(_NEWS),
    "zero-width spaces between all letters": lambda: _filled("\u200b".join(_NEWS)),
    "soft hyphens alone": lambda: _filled("\u00ad"),
    "bidi marks alone": lambda: _filled("\u202e"),
    "one letter under combining marks": lambda: "a" + _filled("\u0301\u0323"),
    "U+FDFA, of which NFKC makes 18 letters": lambda: _filled("\ufdfa"),
    "parts of Korean letters": lambda: _filled("\u1100\u1161\u11a8"),
    "mathematical letters": lambda: _filled("𝐓𝐡𝐞 "),
    "one word": lambda: _filled("word "),
    "one word without end": lambda: _filled("a"),
    "blanks": lambda: _filled(" "),
    "full stops": lambda: _filled("."),
    "quotation marks that only open": lambda: _filled("“"),
    "sentences of one letter": lambda: _filled("A. "),
    "hyphens": lambda: _filled("a-"),
    "numbers": lambda: _filled("1,234.56 "),
    "one Chinese character": lambda: _filled("水"),
    "three Chinese characters in turn": lambda: _filled("水火山火水水山"),
    "Chinese characters at random": _random_chinese,
    "words at random": _random_words,
    "Thai vowels": lambda: _filled("กาเ"),
    "markup": lambda: _filled("<div>"),
}


def hostile(_: Sequence[str]) -> Iterator[Table]:
    """One table: processor time of each text, and how many times that of honest text it is."""
    warm_up()
    rows: list[list[Cell]] = []
    honest = 0.0
    for name, make in HOSTILE.items():
        text = make()
        document, analysing = _timed(partial(analyse, text))
        sketching = _timed(partial(sketch, document))[1]
        variant = analyse(text[: SIZE // 2] + " " + _NEWS)
        comparing = _timed(partial(compare, document, variant))[1]
        whole = analysing + sketching + comparing
        honest = honest or whole
        flags = ", ".join(sorted(document.disguises))
        rows.append(
            [name, len(text), 1e3 * analysing, 1e3 * sketching, 1e3 * comparing, whole / honest, flags]
        )
    yield Table(
        "hostile",
        "Texts made to cost much, one core",
        ["text", "code points", "ms to analyse", "ms to sketch", "ms to compare", "times honest", "flags"],
        rows,
        "Compared with their own first half and a sentence more.",
    )


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the processor time in seconds."""
    started = process_time()
    return act(), process_time() - started
