"""The store: everything Copytrail keeps. `protocol.py` says what it can do, `keys.py` how it is laid out."""

from __future__ import annotations

from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore

__all__ = ["open_store"]


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
