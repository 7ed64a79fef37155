"""Which index is live: every index has a number and knows the parameters it was written with.

While a reindex makes the next one beside it, the live one answers. Who works with the index looks up now and then
which one is live, with questions that it asks anyway, and is refused when that is not of its program's version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from copytrail.errors import IndexVersionMismatch
from copytrail.sketch import INDEX_VERSION
from copytrail.store import keys
from copytrail.store.connection import Command

WRITTEN_AS: Final = f"{INDEX_VERSION}/{keys.LAYOUT}"
"""What this program writes: the parameters of its sketches, and the layout of its keys and values."""

LOOK: Final[Command] = ("MGET", keys.VERSION, keys.GENERATION)
"""The question which index is live; `live` reads the answer."""


def live(answer: Sequence[bytes | None], program: str) -> int:
    """The number of the live index. Raises IndexVersionMismatch when it is not what the program writes."""
    version, generation = answer
    if version and version.decode() != program:
        raise IndexVersionMismatch(version_mismatch(version.decode(), program))
    return int(generation or 0)


def version_mismatch(found: str, program: str) -> str:
    """What to say when the index has another version than the program."""
    if found == keys.RESTORING:
        return (
            "A restore into this store is under way or was interrupted. If it does not run any more, empty the store "
            "(an embedded one: delete its folder) and restore again."
        )
    return (
        f"The index was written as version {found} and this program works with {program}: sketches of one do not "
        "match those of the other. `copytrail reindex` of the newer program makes its index from the stored texts, "
        "while the older program goes on; then start the newer one everywhere."
    )
