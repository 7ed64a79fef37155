"""Run the service with the settings of the environment until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from copytrail import logs
from copytrail.errors import InvalidSettings, StoreError
from copytrail.settings import Settings
from copytrail.store import open_store
from copytrail.warmup import warm_up
from service.app import create_app
from service.server import Server


def main() -> int:
    """Serve: 0 when told to stop, 1 when there is no store or no port, 2 when the settings are wrong."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = Settings.from_env(os.environ)
        logs.set_up("service", settings.log_format)
        settings.refuse_exposure()
        _serve(settings)
    except InvalidSettings as error:
        print(logs.plain(str(error)), file=sys.stderr)
        return 2
    except (StoreError, OSError) as error:
        print(logs.plain(f"The service cannot start: {error}"), file=sys.stderr)
        return 1
    return 0


def _serve(settings: Settings) -> None:
    store = open_store(settings)
    try:
        warm_up()
        server = Server(create_app(settings, store), settings)
        print(f"Copytrail answers on {server.url}", flush=True)
        server.run()
    finally:
        store.close()


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
