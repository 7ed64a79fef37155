"""The store: everything Copytrail keeps. `protocol.py` says what it can do, `keys.py` how it is laid out."""

from __future__ import annotations

from dataclasses import replace

from copytrail.errors import StoreInUse
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer, server_url
from copytrail.store.redis import RedisStore

__all__ = ["open_running_store", "open_store"]


def open_store(settings: Settings) -> RedisStore:
    """The store of these settings; without a URL, an embedded server that ends when the store is closed.

    Raises StoreUnavailable, StoreInUse, DamagedStore, IndexVersionMismatch or InvalidSettings.
    """
    if settings.redis_url:
        return RedisStore(Connection(settings.redis_url), settings)
    server = EmbeddedServer(settings.data, settings.fsync)
    try:
        server.start()
        return RedisStore(Connection(server.url), settings, server)
    except BaseException:
        server.close()
        raise


def open_running_store(settings: Settings) -> RedisStore:
    """The store of these settings, also when a running service has it: an embedded one then through its own socket."""
    try:
        return open_store(settings)
    except StoreInUse:
        return open_store(replace(settings, redis_url=server_url(settings.data)))
