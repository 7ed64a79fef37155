"""Run a worker with the settings of the environment until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event, Thread

from copytrail import logs
from copytrail.errors import IndexVersionMismatch, InvalidSettings, StoreError
from copytrail.settings import Settings
from copytrail.store import open_store
from copytrail.warmup import warm_up
from worker import metrics
from worker.courier import Courier
from worker.main import Worker


def main() -> int:
    """Work: 0 when told to stop, 1 when there is no store that it can work with, 2 when the settings are wrong."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = Settings.from_env(os.environ)
        logs.set_up("worker", settings.log_format)
        metrics.serve(settings)
        store = open_store(settings)
    except InvalidSettings as error:
        print(logs.plain(str(error)), file=sys.stderr)
        return 2
    except (StoreError, OSError) as error:
        print(logs.plain(f"The worker cannot start: {error}"), file=sys.stderr)
        return 1
    courier = Thread(target=Courier(store, settings).run, args=[stop], name="courier")
    courier.start()
    try:
        warm_up()
        Worker(store, settings).run(stop)
    except IndexVersionMismatch as error:
        print(logs.plain(f"The worker ends: {error}"), file=sys.stderr)
        return 1
    finally:
        stop.set()
        courier.join()
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
