"""What the detector knows of each character: its class, what it is compared as, which Latin letter it mimics."""

from __future__ import annotations

from enum import IntEnum
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

SIZE: Final = 0x20000  # code points in the tables; all beyond are rare ideographs or ignorable tags
DROPPED: Final = 0  # `FOLD`: the character says nothing (zero-width, control, unassigned)
COMPLEX: Final = 0xFFFFFFFF  # `FOLD`: depends on its neighbours or becomes several

CLASS: Final = 0x0F  # mask of the class in `KIND`; the rest are flags
SUSPECT: Final = 0x10  # often used to disguise a copy
LATIN: Final = 0x20
UPPER: Final = 0x40
MARK: Final = 0x80  # composes with the character before

# A *sign* is a normalised character as the detector carries it, one uint32: `POINT` masks its code point, the byte
# above `KIND_SHIFT` is its `KIND`, and the bits between spare the loops a second look.
POINT: Final = 0x1FFFFF
POSED: Final = 1 << 21  # looks like another letter, a Latin one
FOREIGN: Final = 1 << 22  # a letter that is not Latin, or posed
WORDY: Final = 1 << 23  # a letter or a figure
KIND_SHIFT: Final = 24
# In place of the code point in `SIGNS`, where no character of the table folds to one as large.
SIGN_DROPPED: Final = 1 << 19
SIGN_COMPLEX: Final = 1 << 20


class Kind(IntEnum):
    """The classes that word and sentence splitting tell apart."""

    OTHER = 0
    LETTER = 1
    DIGIT = 2
    SOLO = 3  # a letter of a script written without spaces: a word of its own
    SPACE = 4
    NEWLINE = 5
    TERMINAL = 6  # ends a sentence
    QUOTE = 7  # opens or closes direct speech
    APOSTROPHE = 8


def _table(name: str) -> npt.NDArray[np.generic]:
    with (files("copytrail") / "data" / "characters.npz").open("rb") as file:
        return np.asarray(np.load(file)[name])


KIND: Final[npt.NDArray[np.uint8]] = _table("kind").astype(np.uint8)
FOLD: Final[npt.NDArray[np.uint32]] = _table("fold").astype(np.uint32)
LOOKALIKE: Final[npt.NDArray[np.uint32]] = _table("latin").astype(np.uint32)


def signs_of(points: npt.NDArray[np.uint32], kind: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """The signs of these code points with these kinds."""
    inside, cls = np.minimum(points, SIZE - 1), kind & np.uint8(CLASS)
    posed = (points < SIZE) & (LOOKALIKE[inside] != inside)
    foreign = (cls == Kind.LETTER) & (posed | (kind & np.uint8(LATIN) == 0))
    wordy = (cls == Kind.LETTER) | (cls == Kind.DIGIT)
    signs = points | kind.astype(np.uint32) << np.uint32(KIND_SHIFT)
    for flag, chosen in ((POSED, posed), (FOREIGN, foreign), (WORDY, wordy)):
        signs |= np.where(chosen, np.uint32(flag), np.uint32(0))
    return signs


def _signs() -> npt.NDArray[np.uint32]:
    special = (FOLD == DROPPED) * np.uint32(SIGN_DROPPED) | (FOLD == COMPLEX) * np.uint32(SIGN_COMPLEX)
    special[-1] = SIGN_COMPLEX  # stands for all characters beyond the table
    flags = KIND.astype(np.uint32) << np.uint32(KIND_SHIFT)
    return np.where(special != 0, special | flags, signs_of(FOLD, KIND))


# `SIGNS[c]`: the sign of character c, or `SIGN_DROPPED` or `SIGN_COMPLEX` with its kind.
SIGNS: Final[npt.NDArray[np.uint32]] = _signs()
