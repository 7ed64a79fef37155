"""The store on Redis or Valkey 7.2 and newer: one server, an embedded one or a cluster, all by the same code."""

from __future__ import annotations

from copytrail.errors import InvalidSettings
from copytrail.settings import Settings
from copytrail.store import generations, keys
from copytrail.store.audit import Audit
from copytrail.store.backup import Backup
from copytrail.store.connection import Connection
from copytrail.store.edges import Edges
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.events import Events
from copytrail.store.health import Health
from copytrail.store.once import Onces
from copytrail.store.restore import Restore
from copytrail.store.retention import Retention
from copytrail.store.tasks import Tasks
from copytrail.store.webhooks import Webhooks


class RedisStore(Backup, Restore, Events, Webhooks, Edges, Tasks, Retention, Onces, Health, Audit):
    """All parts of the store over one connection; what each method promises is said in `protocol.py`."""

    def __init__(self, link: Connection, settings: Settings, server: EmbeddedServer | None = None) -> None:
        """A store over an open connection; `server`, when given, ends with it.

        Raises IndexVersionMismatch when the index was written with other parameters, InvalidSettings when the
        work queue has another number of partitions.
        """
        super().__init__(link, settings)
        self._server = server
        self._agree()
        if not link.has_functions():  # only now: another version's program may be at work with its own
            link.load_functions()

    def close(self) -> None:
        """See `Store.close`."""
        self._link.close()
        if self._server:
            self._server.close()

    def _agree(self) -> None:
        """Be the first to say how everything is written, or agree with the first."""
        self._link.one(("SETNX", keys.VERSION, self._version))
        self._link.one(("SETNX", keys.PARTITIONS, self.settings.partitions))
        looked, partitions = self._link.run([generations.LOOK, ("GET", keys.PARTITIONS)])
        self._follow(looked)
        if int(partitions) != self.settings.partitions:
            raise InvalidSettings(
                [
                    f"COPYTRAIL_PARTITIONS is {self.settings.partitions}; this store's work queue has "
                    f"{int(partitions)} partitions: set it to {int(partitions)}"
                ]
            )
