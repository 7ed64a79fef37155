"""API keys: how they are made, kept, and known again; what their scopes allow.

A key is `ct_`, its id (10 hexadecimal digits, no secret), `_` and 256 random bits. Of a key only its SHA-256 is kept,
one JSON object a line:

    {"id": "…", "name": "…", "scopes": ["ingest"], "sha256": "…", "created_at": "…", "expires_at": null}

A slow hash, as passwords need, would add nothing: nobody can guess 256 random bits, however fast each try is. It would
only let anybody keep the service busy with wrong keys.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from copytrail.article import rfc3339
from copytrail.errors import CopytrailError
from copytrail.formats import read_time

SECRET_BYTES: Final = 32
ID_BYTES: Final = 5

_KEY: Final = re.compile(r"ct_([0-9a-f]{10})_([0-9a-f]{64})")
_FIELDS: Final = frozenset({"id", "name", "scopes", "sha256", "created_at", "expires_at"})
_NAME_CHARACTERS: Final = 100
_NOBODY: Final = "0" * 64


class Scope(StrEnum):
    """What a key may do: post articles, read everything, or everything there is."""

    INGEST = "ingest"
    READ = "read"
    ADMIN = "admin"


class InvalidKeys(CopytrailError):
    """The keys file cannot be read as keys; the message names the line."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it is kept. It holds from `created_at` until `expires_at` (UTC), for ever when that is None."""

    id: str
    name: str
    scopes: frozenset[Scope]
    sha256: str
    created_at: datetime
    expires_at: datetime | None = None

    def may(self, *needed: Scope) -> bool:
        """Whether the key has one of the scopes needed; `admin` stands for all."""
        return Scope.ADMIN in self.scopes or bool(self.scopes.intersection(needed))

    def holds(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at

    def line(self) -> str:
        """The key as a line of the keys file."""
        fields = {
            "id": self.id,
            "name": self.name,
            "scopes": sorted(self.scopes),
            "sha256": self.sha256,
            "created_at": rfc3339(self.created_at),
            "expires_at": rfc3339(self.expires_at) if self.expires_at else None,
        }
        return json.dumps(fields, ensure_ascii=False) + "\n"


class Keyring:
    """The keys of one file."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    @classmethod
    def parse(cls, text: str) -> Self:
        """The keys in a file's text. Raises InvalidKeys for the first line that is neither a key nor empty."""
        lines = enumerate(text.splitlines(), 1)
        keys = [_parsed(number, line) for number, line in lines if line.strip()]
        ring = cls(keys)
        if len(ring) < len(keys):
            raise InvalidKeys("two lines have the same id; every key needs its own")
        return ring

    def __len__(self) -> int:
        return len(self._keys)

    def keys(self) -> list[Key]:
        """All keys in the order of the file."""
        return list(self._keys.values())

    def get(self, key_id: str, now: datetime) -> Key | None:
        """The key with this id, unless it is unknown or has expired."""
        key = self._keys.get(key_id)
        return key if key and key.holds(now) else None

    def find(self, token: str, now: datetime) -> Key | None:
        """The key that a client shows, None when it is unknown, wrong or expired.

        The comparison takes the same time wherever the first difference is, for an unknown id too.
        """
        match = _KEY.fullmatch(token)
        key = self.get(match[1], now) if match else None
        same = hmac.compare_digest(digest(token), key.sha256 if key else _NOBODY)
        return key if same else None


def new_token(key_id: bytes, secret: bytes) -> str:
    """The key a client sends, of ID_BYTES and SECRET_BYTES random bytes."""
    return f"ct_{key_id.hex()}_{secret.hex()}"


def new_key(
    token: str, name: str, scopes: Collection[Scope], now: datetime, expires_at: datetime | None = None
) -> Key:
    """What is kept of a new token. Raises ValueError for a name that is empty, too long or not printable."""
    if not 1 <= len(name) <= _NAME_CHARACTERS or not name.isprintable():
        raise ValueError(f"{name[:40]!r} is not 1 to {_NAME_CHARACTERS} printable characters")
    if not scopes:
        raise ValueError(f"a key needs a scope: {', '.join(Scope)}")
    return Key(token.split("_")[1], name, frozenset(scopes), digest(token), now, expires_at)


def digest(token: str) -> str:
    """What is kept instead of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def without_secrets(text: str) -> str:
    """The text with the secret part of every key in it blacked out."""
    return _KEY.sub(r"ct_\1_…", text)


def _parsed(number: int, line: str) -> Key:
    try:
        return _key(json.loads(line))
    except (ValueError, RecursionError) as fault:
        raise InvalidKeys(f"line {number} is not a key: {fault}") from None


def _key(fields: object) -> Key:
    if not isinstance(fields, Mapping):
        raise ValueError("expected a JSON object")
    if unknown := set(fields) - _FIELDS:
        raise ValueError(f"unknown field {min(unknown)!r}; known are {', '.join(sorted(_FIELDS))}")
    key_id, sha256 = str(fields.get("id")), str(fields.get("sha256"))
    if not re.fullmatch("[0-9a-f]{10}", key_id) or not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError("expected an `id` of 10 and a `sha256` of 64 hexadecimal digits")
    created, expires = read_time(fields.get("created_at") or ""), read_time(fields.get("expires_at") or "")
    scopes = fields.get("scopes")
    if created is None or not isinstance(scopes, list) or not scopes:
        raise ValueError("expected `created_at` as a time and `scopes` as a list")
    return Key(
        id=key_id,
        name=str(fields.get("name", "")),
        scopes=frozenset(map(Scope, scopes)),
        sha256=sha256,
        created_at=created,
        expires_at=expires,
    )
