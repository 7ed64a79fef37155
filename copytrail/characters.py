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
