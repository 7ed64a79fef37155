"""Cursors of lists that are ordered by a time and a name."""

from __future__ import annotations

import base64
import binascii
import math


def pack(at: float, name: str) -> str:
    """The cursor that stands for the place of an entry: its time (ms) and name."""
    return base64.urlsafe_b64encode(f"{at} {name}".encode()).decode()


def unpack(cursor: str) -> tuple[float, str]:
    """What `pack` packed. Raises ValueError for anything else."""
    try:
        given, name = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        at = float(given)
        if not math.isfinite(at):
            raise ValueError
        return at, name
    except (ValueError, binascii.Error):
        raise ValueError(
            f"{cursor!r} was not given by this list; leave it out to start from the top"
        ) from None
