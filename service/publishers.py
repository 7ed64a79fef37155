"""The operator's list of publishers, read once when the service starts."""

from __future__ import annotations

from pathlib import Path

from copytrail.errors import InvalidRoster, InvalidSettings
from copytrail.roster import Roster


def read_roster(path: Path | None) -> Roster:
    """The list in a file, empty without one. Raises InvalidSettings naming every fault in it."""
    if path is None:
        return Roster()
    said = f"COPYTRAIL_PUBLISHERS_FILE is {str(path)!r}: "
    try:
        return Roster.parse(path.read_text("utf-8"))
    except InvalidRoster as faults:
        raise InvalidSettings([said + problem for problem in faults.problems]) from faults
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidSettings([said + str(fault)]) from fault
