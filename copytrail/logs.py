"""What the processes log: one line an event, as text or as JSON, nothing that a terminal obeys, no secrets.

What a line is about is given as `extra={"articles": [ids]}`; a request's id is added to all that it causes.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, Literal

from copytrail.access import without_secrets

_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Codes that move a cursor, change colours or turn the direction of writing; line feeds are seen to apart."""
REQUEST: Final[ContextVar[str | None]] = ContextVar("request", default=None)
"""The id of the request at hand."""

_ABOUT: Final = ("request", "articles", "method", "path", "status", "milliseconds")
"""What a record may carry besides its message."""

_MOST_ARTICLES: Final = 100
_PASSWORD: Final = re.compile(r"(?<=://)([^\s/@:]*):[^\s/@]+(?=@)")


class PlainFormatter(logging.Formatter):
    """Formats a record so that what came from outside can neither forge a line nor reach a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with control codes visible, secrets blacked out, further lines indented."""
        return "\n  ".join(plain(super().format(record)).split("\n"))


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object: `time` (RFC 3339), `role`, `level`, `message`, and what it is about."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line; an error with its traceback as `exception`."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "role": self._role,
            "level": record.levelname.lower(),
            "message": plain(record.getMessage()),
            **{name: value for name in _ABOUT if (value := getattr(record, name, None)) is not None},
        }
        if record.exc_info:
            fields["exception"] = plain(self.formatException(record.exc_info))
        return json.dumps(fields)


def about(articles: Sequence[str]) -> dict[str, object]:
    """The `extra` of a line about articles; of many the first hundred are named."""
    return {"articles": list(articles[:_MOST_ARTICLES])}


def _with_request(record: logging.LogRecord) -> bool:
    record.request = REQUEST.get()
    return True


def plain(text: str) -> str:
    """The text with control codes as their escapes, and without keys or passwords in addresses."""
    visible = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _PASSWORD.sub(r"\1:…", without_secrets(visible))


def set_up(role: str, form: Literal["text", "json"] = "text") -> None:
    """Log what matters to standard error in the name of a role; again: in another form."""
    handler = logging.StreamHandler()
    text = PlainFormatter(f"%(asctime)s {role} %(levelname)s %(message)s")
    handler.setFormatter(JsonFormatter(role) if form == "json" else text)
    handler.addFilter(_with_request)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
