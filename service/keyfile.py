"""The keys file as the running service sees it: read again whenever it changes."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock

from copytrail.access import InvalidKeys, Keyring
from copytrail.errors import InvalidSettings
from copytrail.store.protocol import Problem

_log = logging.getLogger(__name__)
_State = tuple[int, int, int]


class KeyFile:
    """The keys of a file. What replaced it and cannot be read changes nothing: the last good keys stay."""

    def __init__(self, path: Path) -> None:
        """Raises InvalidSettings when the file cannot be read as keys: a service starts with good ones."""
        self._path = path
        self._lock = Lock()
        try:
            self._seen: _State | None = _state(path)
            self._ring = Keyring.parse(path.read_text("utf-8"))
        except (InvalidKeys, OSError, UnicodeDecodeError) as fault:
            said = f"COPYTRAIL_API_KEYS_FILE is {str(path)!r}: {fault}; `copytrail keys create` makes one"
            raise InvalidSettings([said]) from fault
        self._fault = ""

    def ring(self) -> Keyring:
        """The keys as they are now."""
        if _state(self._path) != self._seen:
            with self._lock:
                self._read_again()
        return self._ring

    def problems(self) -> list[Problem]:
        """What is wrong with the file at the moment."""
        ring = self.ring()
        if self._fault:
            said = f"The keys file cannot be read ({self._fault}); the keys read before still hold."
            return [Problem("keys_file", said, fatal=False)]
        if not len(ring):
            said = "The keys file holds no key, so nobody is answered: make one with `copytrail keys create`."
            return [Problem("no_keys", said, fatal=False)]
        return []

    def _read_again(self) -> None:
        state = _state(self._path)
        if state == self._seen:
            return
        try:
            self._ring, self._fault = Keyring.parse(self._path.read_text("utf-8")), ""
            _log.info("The keys file changed; it holds %d keys now", len(self._ring))
        except (InvalidKeys, OSError, UnicodeDecodeError) as fault:
            self._fault = str(fault)
            _log.error("The keys file cannot be read: %s; the keys read before still hold", fault)
        self._seen = state


def _state(path: Path) -> _State | None:
    """What changes whenever the file does; None while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
