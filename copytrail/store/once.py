"""Answers to posts that may be sent again, and the secret that all processes of a service share."""

from __future__ import annotations

import secrets
from time import time
from typing import Final

from copytrail.store import keys
from copytrail.store.connection import call
from copytrail.store.part import Part
from copytrail.store.protocol import Once

_LIVES_MS: Final = 86_400_000
_MOST: Final = 2000
"""Answers kept in each shard: 32,000 in all, of at most 32 KiB."""
_FINGERPRINT: Final = 32
"""Characters of a fingerprint."""


class Onces(Part):
    """What is done once however often it is asked for."""

    def secret(self) -> str:
        """See `Store.secret`."""
        self._link.one(("SET", keys.SECRET, secrets.token_hex(32), "NX"))
        return str(self._link.one(("GET", keys.SECRET)).decode())

    def begin_once(self, name: str, fingerprint: str, token: str, seconds: int) -> Once | None:
        """See `Store.begin_once`."""
        arguments = (round(time() * 1000), name, fingerprint, token, seconds * 1000, _LIVES_MS, _MOST)
        known = self._link.one(call("ct_once_begin", _shard(name), *arguments))
        if known is None:
            return None
        answer = known[1 + _FINGERPRINT :] if known.startswith(b"d") else None
        return Once(known[1 : 1 + _FINGERPRINT].decode(), answer)

    def finish_once(self, name: str, fingerprint: str, token: str, answer: bytes) -> None:
        """See `Store.finish_once`."""
        self._link.one(call("ct_once_finish", _shard(name), name, fingerprint, token, _LIVES_MS, answer))

    def drop_once(self, name: str, fingerprint: str, token: str) -> None:
        """See `Store.drop_once`."""
        self.finish_once(name, fingerprint, token, b"")


def _shard(name: str) -> list[str]:
    return [keys.key(keys.shard_of_name(name), "shard")]
