"""What the handlers of one app share."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import cast

from flask import current_app

from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.store.protocol import Store

EXTENSION = "copytrail"


@dataclass(frozen=True)
class Context:
    """The settings, the store, its texts as checked before, and seats for those who wait for the index."""

    settings: Settings
    store: Store
    library: Library
    waiting: BoundedSemaphore


def context() -> Context:
    """The context of the app that handles this request."""
    return cast(Context, current_app.extensions[EXTENSION])


def store() -> Store:
    """The store of the app that handles this request."""
    return context().store
