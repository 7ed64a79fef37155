"""What a client may believe: every operation with what became of it, and what may therefore be stored in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class Outcome(StrEnum):
    """What the client knows of an operation.

    OK: it was acknowledged. FAILED: it was refused and changed nothing. UNKNOWN: no answer came, or one that promises
    nothing (503).
    """

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Difference:
    """A key whose article is not what the ledger allows: the texts it may have (None: not stored) and the one found."""

    key: str
    allowed: frozenset[str | None]
    found: str | None


@dataclass
class Ledger:
    """The states that each key may be in. Keys are written by one thread at a time; the ledger by any."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    _states: dict[str, frozenset[str | None]] = field(default_factory=dict)
    _uncertain: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def note(self, key: str, text: str | None, outcome: Outcome) -> None:
        """An operation that was to leave `text` under the key (None: deleted) came out so."""
        with self._lock:
            self.outcomes[outcome] += 1
            before = self._states.get(key, frozenset({None}))
            if outcome is Outcome.OK:
                self._states[key] = frozenset({text})
            elif outcome is Outcome.UNKNOWN:
                self._states[key] = before | {text}
                self._uncertain.add(key)
            else:
                self._states[key] = before

    def settled(self) -> list[str]:
        """Keys with a stored article that nothing uncertain happened to: safe to operate on again.

        After an operation without an answer a late effect could overtake the next one, so such keys are left alone.
        """
        with self._lock:
            return [
                key
                for key, states in self._states.items()
                if key not in self._uncertain and states != frozenset({None})
            ]

    def written(self) -> list[str]:
        """Every key that was ever written."""
        with self._lock:
            return list(self._states)

    def differences(self, found: Mapping[str, str | None]) -> list[Difference]:
        """The keys whose stored text (None: not stored) cannot be, given what was acknowledged."""
        return [
            Difference(key, states, found[key])
            for key, states in self._states.items()
            if found[key] not in states
        ]
