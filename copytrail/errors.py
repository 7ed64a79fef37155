"""Everything Copytrail raises on purpose.

CopytrailError
├── InvalidArticle            one article cannot be accepted: which field, and what is wrong with it
├── InvalidSettings           the settings have faults: all of them at once
├── InvalidRoster             the operator's list of publishers has faults: all of them at once
├── InvalidArchive            what is to be restored is no archive, not whole, or of another format
├── WorkInterrupted           a process that helped was ended from outside: nothing came of its work
├── FeedCut                   the event feed cannot go on from a cursor: what follows it is no longer kept
└── StoreError
    ├── StoreUnavailable      not reachable, too slow, or unable to confirm a write: try again later
    ├── StoreFull             the store's memory or disk limit is reached: reads go on, writes do not
    ├── QueueFull             too many articles wait for the workers: post more slowly
    ├── StoreInUse            another process owns the data directory
    ├── StoreNotEmpty         a restore needs an empty store, and this one has something in it
    ├── IndexVersionMismatch  the index was written with other parameters than this program has
    └── DamagedStore          what is stored cannot be read as what it should be

Exceptions of other libraries are translated at the edge where they appear, `from exc`.
"""

from __future__ import annotations

from collections.abc import Sequence


class CopytrailError(Exception):
    """The root: catch this to catch every error raised on purpose."""


class InvalidArticle(CopytrailError):
    """One article cannot be accepted: `field` names the input field, `problem` says what is wrong with it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class InvalidSettings(CopytrailError):
    """The settings have faults; `problems` holds one sentence for each, with the setting's name."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            "\n".join(["The settings are not valid:", *(f"  - {problem}" for problem in problems)])
        )
        self.problems = tuple(problems)


class InvalidRoster(CopytrailError):
    """A list of publishers has faults; `problems` holds a sentence on each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class InvalidArchive(CopytrailError):
    """What is to be restored is no archive, not whole, or of a format that this program does not read."""


class WorkInterrupted(CopytrailError):
    """A process that helped was ended from outside: nothing came of its work; the message says what may help."""


class FeedCut(CopytrailError):
    """The feed cannot go on after event `after`: what follows was dropped, or `after` was never told.

    `oldest` is the id of the oldest event kept, 1 when nothing was told yet; `newest` that of the newest, else 0.
    """

    def __init__(self, after: int, oldest: int, newest: int) -> None:
        why = (
            f"The events after {after} are no longer kept; the oldest kept is {oldest}"
            if after < oldest
            else f"The newest event is {newest}: {after} was told before the store was emptied or put back"
        )
        super().__init__(f"{why}. Read the clusters anew, and go on with after={oldest - 1}.")
        self.oldest = oldest
        self.newest = newest


class StoreError(CopytrailError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The store cannot answer or confirm now. `retry_after` is a hint in whole seconds."""

    def __init__(self, message: str, retry_after: int = 2) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreFull(StoreUnavailable):
    """The store reached its memory or disk limit: it answers reads and refuses writes until there is room."""

    def __init__(self, message: str, retry_after: int = 30) -> None:
        super().__init__(message, retry_after)


class QueueFull(StoreUnavailable):
    """More articles wait for the workers than the settings allow: nothing of this post was taken."""

    def __init__(self, message: str, retry_after: int = 10) -> None:
        super().__init__(message, retry_after)


class StoreInUse(StoreError):
    """Another process owns the data directory of the embedded store."""


class StoreNotEmpty(StoreError):
    """A restore needs an empty store, and this one has something in it."""


class IndexVersionMismatch(StoreError):
    """The index was written with other parameters; the message names both versions and what to do."""


class DamagedStore(StoreError):
    """Something stored cannot be read as what it should be; the message says where and what to do."""
