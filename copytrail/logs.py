"""What the processes log: one line an event, nothing that a terminal obeys, no secrets."""

from __future__ import annotations

import logging
import re
from typing import Final

from copytrail.access import without_secrets

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Codes that move a cursor, change colours or turn the direction of writing; line feeds are seen to apart."""
_PASSWORD: Final = re.compile(r"(?<=://)([^\s/@:]*):[^\s/@]+(?=@)")


class PlainFormatter(logging.Formatter):
    """Formats a record so that what came from outside can neither forge a line nor reach a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with control codes visible, secrets blacked out, further lines indented."""
        return "\n  ".join(plain(super().format(record)).split("\n"))


def plain(text: str) -> str:
    """The text with control codes as their escapes, and without keys or passwords in addresses."""
    visible = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _PASSWORD.sub(r"\1:…", without_secrets(visible))


def set_up(role: str) -> None:
    """Log what matters to standard error in the name of a role."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter(f"%(asctime)s {role} %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
