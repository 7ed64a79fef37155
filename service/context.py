"""What the handlers of one app share."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import cast

from flask import current_app

from copytrail.matching import Library
from copytrail.roster import Roster
from copytrail.settings import Settings
from copytrail.store.protocol import Store
from service.keyfile import KeyFile
from service.limits import Rates

EXTENSION = "copytrail"


@dataclass(frozen=True)
class Context:
    """The settings, the store, its texts as checked before, and seats for those who wait for the index.

    `keys` are those that clients need, None where everybody is answered; `rates` count what each client asks for.
    `roster` is what the operator knows of publishers.
    """

    settings: Settings
    store: Store
    library: Library
    waiting: BoundedSemaphore
    keys: KeyFile | None
    rates: Rates
    roster: Roster


def context() -> Context:
    """The context of the app that handles this request."""
    return cast(Context, current_app.extensions[EXTENSION])


def store() -> Store:
    """The store of the app that handles this request."""
    return context().store
