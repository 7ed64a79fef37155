"""What the scraper knows: which articles were listed, which of them are done, when to try the others again.

One SQLite file, for one process and one thread. Articles go by the canonical form of their address.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from copytrail.article import rfc3339
from copytrail.urls import canonical_url
from scraper.listings import Lead

MOST_TRIES: Final = 6
"""After which a page that fails is left alone until its listing states another time: about a day and a half."""

_FIRST_PAUSE, _FACTOR = 60.0, 4  # seconds until a failed page is tried again, and how that grows
_FORGET_SECONDS: Final = 180 * 86_400
"""After which an article that no listing names any more is forgotten."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS listings (url TEXT PRIMARY KEY, etag TEXT, modified TEXT);
CREATE TABLE IF NOT EXISTS pages (
    key TEXT PRIMARY KEY,           -- the canonical form of url
    url TEXT NOT NULL,
    stamp TEXT NOT NULL,            -- the time its listing states, or ''
    hints TEXT NOT NULL,            -- JSON
    due REAL,                       -- when to ask for it, in seconds since 1970; NULL: done
    tries INTEGER NOT NULL DEFAULT 0,
    said TEXT,                      -- what became of it
    etag TEXT,
    modified TEXT,
    listed REAL NOT NULL            -- when a listing named it last
);
CREATE INDEX IF NOT EXISTS pages_due ON pages (due) WHERE due IS NOT NULL;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What a server said of a document when it sent it: for asking whether it has changed since."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A page to ask for."""

    key: str
    url: str
    hints: Mapping[str, str]
    known: Known


class Frontier:
    """The file at `path`, made when there is none."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def listing(self, url: str) -> Known:
        """What is known of a feed or sitemap."""
        row = self._file.execute("SELECT etag, modified FROM listings WHERE url = ?", [url]).fetchone()
        return Known(*row) if row else Known()

    def keep_listing(self, url: str, known: Known) -> None:
        """Remember it for the next time."""
        row = [url, known.etag, known.modified]
        self._file.execute("INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", row)

    def add(self, leads: Iterable[Lead], now: datetime) -> int:
        """Keep what a listing names; new articles and those whose stamp changed are due. Returns how many."""
        return sum(self._add(lead, now.timestamp()) for lead in leads)

    def _add(self, lead: Lead, now: float) -> bool:
        key, stamp = canonical_url(lead.url), rfc3339(lead.stamp) if lead.stamp else ""
        row = self._file.execute("SELECT stamp FROM pages WHERE key = ?", [key]).fetchone()
        if row and (row[0] == stamp or not stamp):
            self._file.execute("UPDATE pages SET listed = ? WHERE key = ?", [now, key])
            return False
        self._file.execute(
            "INSERT INTO pages (key, url, stamp, hints, due, listed) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET url = excluded.url, stamp = excluded.stamp, hints = excluded.hints,"
            " due = excluded.due, listed = excluded.listed, tries = 0, said = NULL",
            [key, lead.url, stamp, json.dumps(dict(lead.hints)), now, now],
        )
        return True

    def due(self, now: datetime) -> list[Due]:
        """The pages to ask for now, those that were listed first first."""
        rows = self._file.execute(
            "SELECT key, url, hints, etag, modified FROM pages WHERE due <= ? ORDER BY due", [now.timestamp()]
        )
        return [
            Due(key, url, json.loads(hints), Known(etag, modified))
            for key, url, hints, etag, modified in rows.fetchall()
        ]

    def done(self, key: str, said: str, known: Known | None = None) -> None:
        """The page needs no other try; `said` is what became of it, `known` what to ask with when it changes."""
        self._file.execute("UPDATE pages SET due = NULL, said = ? WHERE key = ?", [said, key])
        if known:
            values = [known.etag, known.modified, key]
            self._file.execute("UPDATE pages SET etag = ?, modified = ? WHERE key = ?", values)

    def failed(self, key: str, said: str, now: datetime, wait: float | None = None) -> None:
        """Try the page again after `wait` seconds, else later each time; after MOST_TRIES it is done."""
        (tries,) = self._file.execute("SELECT tries FROM pages WHERE key = ?", [key]).fetchone()
        pause = max(wait or 0, _FIRST_PAUSE * _FACTOR**tries)
        due = now.timestamp() + pause if tries + 1 < MOST_TRIES else None
        values = [due, tries + 1, said, key]
        self._file.execute("UPDATE pages SET due = ?, tries = ?, said = ? WHERE key = ?", values)

    def postpone(self, key: str, seconds: float, now: datetime) -> None:
        """Ask for the page later: its host is not to be asked before. This counts as no try."""
        self._file.execute("UPDATE pages SET due = ? WHERE key = ?", [now.timestamp() + seconds, key])

    def forget(self, now: datetime) -> None:
        """Drop the articles that no listing has named for half a year."""
        self._file.execute("DELETE FROM pages WHERE listed < ?", [now.timestamp() - _FORGET_SECONDS])
