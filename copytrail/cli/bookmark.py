"""How far an ingest came, kept in the user's state folder so that an interrupted one can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import xxhash

from copytrail.cli.reading import STDIN


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The place reached in one list of files on the way to one service.

    `state` says what the files were (path, size, time of change): with other content it counts as no
    bookmark. `file` is None for standard input, which cannot be read again, and where there is no place to
    keep it.
    """

    file: Path | None
    state: str

    @classmethod
    def of(cls, files: Sequence[Path], api: str) -> Self:
        """The bookmark for these files and this service."""
        folder = _state_folder()
        if STDIN in files or folder is None:
            return cls(None, "")
        paths = [str(file.resolve()) for file in files]
        name = xxhash.xxh3_64_hexdigest("\n".join([api, *paths]).encode())
        stats = [file.stat() for file in files]
        state = xxhash.xxh3_64_hexdigest(repr([(each.st_size, each.st_mtime_ns) for each in stats]).encode())
        return cls(folder / f"{name}.json", state)

    def read(self) -> int:
        """How many articles were posted before the interruption; 0 when there was none."""
        try:
            kept = json.loads(self.file.read_text()) if self.file else {}
            return int(kept["done"]) if kept.get("state") == self.state else 0
        except (OSError, ValueError, KeyError):
            return 0

    def write(self, done: int) -> None:
        """Keep the place: written aside and renamed, so that a crash leaves the old or the new one.

        Where it cannot be written, a full disk say, the older place stays: some articles would be posted
        twice, which changes nothing.
        """
        if self.file is None:
            return
        aside = self.file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            aside.write_text(json.dumps({"state": self.state, "done": done}))
            aside.replace(self.file)

    def remove(self) -> None:
        """Forget the place: everything was posted."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def _state_folder() -> Path | None:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(home) / "copytrail" / "ingest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a read-only home: ingest works, it only cannot resume
        return None
    return folder if os.access(folder, os.W_OK) else None
