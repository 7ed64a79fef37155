"""What can go wrong between a client and a service.

CopytrailError
└── ClientError           the call did not succeed; the message is for people
    ├── Unreachable       nobody answers at the address
    ├── NoWorker          articles wait, and nothing works on them
    └── Refused           the service answered with an error: `status`, and `problem` as it was sent
        ├── NotFound      404: it does not know what was asked for
        ├── Forbidden     401, 403: the key is missing, wrong, or not made for this
        ├── TooLarge      413: it does not take a body of this size
        ├── Gone          410: what was asked for is not kept any more
        └── Busy          429, 503: it was still busy when patience ended
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from copytrail.errors import CopytrailError


class ClientError(CopytrailError):
    """A call did not succeed."""


class Unreachable(ClientError):
    """Nobody answers at the address, or something other than Copytrail does."""


class NoWorker(ClientError):
    """Articles are kept and wait, but no worker is alive to handle them."""


class Refused(ClientError):
    """The service answered with an error. `problem` holds the members of its problem document (RFC 9457)."""

    def __init__(self, message: str, status: int, problem: Mapping[str, object]) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


class NotFound(Refused):
    """The service does not know what was asked for."""


class Forbidden(Refused):
    """The key is missing, wrong, revoked, or lacks the scope in `problem["scope"]`."""


class TooLarge(Refused):
    """The service does not take a body of this size."""


class Gone(Refused):
    """What was asked for is not kept any more; for events `problem["oldest"]` is the cursor to go on from."""


class Busy(Refused):
    """The service was still too busy, or its store away, when the client's patience ended."""


_KINDS: Mapping[int, type[Refused]] = {
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    410: Gone,
    413: TooLarge,
    429: Busy,
    503: Busy,
}


def refusal(response: httpx.Response) -> Refused:
    """The error that an answer with a status of 400 or more means."""
    problem = _problem(response)
    said = problem.get("detail") or problem.get("title") or response.reason_phrase
    if response.status_code == 401:
        said = f"{said} Give a key with --api-key or COPYTRAIL_API_KEY."
    message = (
        f"The service answered {response.status_code} to {response.request.method} {response.url}: {said}"
    )
    return _KINDS.get(response.status_code, Refused)(message, response.status_code, problem)


def _problem(response: httpx.Response) -> Mapping[str, object]:
    try:
        fields = response.json()
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
