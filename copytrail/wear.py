"""What the texts alone say of who took from whom, in sentences: see `copytrail.direction`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from copytrail.direction import SIGNS, Marks, direction_model

_TELLING: Final = 0.4  # log odds from which a sign is told
_MOST: Final = 3  # signs told of one pair
IT: Final = "it"  # what the sentences call the text that the reasons are about


class Party(NamedTuple):
    """A text and what to call it."""

    marks: Marks
    name: str

    @property
    def opening(self) -> str:
        """Its name at the start of a sentence."""
        return "It" if self.name == IT else self.name

    @property
    def sentences(self) -> str:
        """Its sentences, at the start of one."""
        return "Its sentences" if self.name == IT else f"The sentences of {self.name}"

    @property
    def those(self) -> str:
        """Its sentences, where sentences were spoken of."""
        return "its own" if self.name == IT else f"those of {self.name}"


def wear_reasons(original: Party, copy: Party) -> list[str]:
    """Sentences on what the copy seems to have lost of the original, the strongest sign first."""
    weights = direction_model().contributions(original.marks, copy.marks)
    strongest = sorted(zip(weights, SIGNS, strict=True), key=lambda found: (-found[0], found[1]))
    told = [sign for weight, sign in strongest if weight >= _TELLING][:_MOST]
    return [_SENTENCES[sign](original, copy) for sign in told]


def is_reversed(original: Marks, copy: Marks) -> bool:
    """Whether the texts look as if the original had been made from the copy."""
    return direction_model().odds(original, copy) < 0


def _lost(mark: str, thing: str) -> Callable[[Party, Party], str]:
    def sentence(original: Party, copy: Party) -> str:
        lost, added = original.marks.only_here(copy.marks, mark), copy.marks.only_here(original.marks, mark)
        more = f"has {added} of its own" if added else "adds none"
        things = thing + "s" * (lost != 1)
        return f"{copy.opening} leaves out {lost} {things} that {original.name} has, and {more}."

    return sentence


def _speech(original: Party, copy: Party) -> str:
    lost = original.marks.only_here(copy.marks, "direct_speech")
    words = f"{lost} word" + "s" * (lost != 1)
    return f"{copy.opening} leaves out, or tells in its own voice, {words} that {original.name} quotes."


def _shorter(original: Party, copy: Party) -> str:
    lengths = f"{copy.marks.sentence_length:.0f} words on average, not {original.marks.sentence_length:.0f}"
    return f"{copy.sentences} are shorter than {original.those}: {lengths}."


def _even(original: Party, copy: Party) -> str:
    return f"{copy.sentences} are more alike in length than {original.those}."


def _opening(original: Party, copy: Party) -> str:
    lengths = f"{copy.marks.opening_length:.0f} words, not {original.marks.opening_length:.0f}"
    return f"{copy.opening} opens with a shorter sentence than {original.name}: {lengths}."


_SENTENCES: Final = {
    "names": _lost("names", "name"),
    "figures": _lost("figures", "figure"),
    "rare_words": _lost("rare_words", "rare word"),
    "direct_speech": _speech,
    "sentence_length": _shorter,
    "sentence_variety": _even,
    "opening_length": _opening,
}
