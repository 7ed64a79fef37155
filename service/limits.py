"""How much one client may ask for, so that none can keep the others waiting.

Counted over a sliding minute in the memory of this process, so it costs no round trip and works without a store; with
several processes each grants the limit. Clients on this machine are not limited where no keys are asked for.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from copytrail.settings import Settings
from service.problems import Problem
from service.visitor import visitor

_WRONG_KEYS: Final = RateLimitItemPerMinute(30, namespace="wrong-keys")
"""Nobody guesses a key, but whoever tries fills the log and takes time."""


class Rates:
    """The counts of all clients."""

    def __init__(self, settings: Settings) -> None:
        self._strategy = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._limits = {
            "requests": _per_minute("requests", settings.requests_per_minute),
            "articles": _per_minute("articles", settings.articles_per_minute),
        }

    def count(self, name: str, client: str, cost: int = 1) -> None:
        """Count `requests` or `articles` of a client. Raises Problem 429 when that is more than it may."""
        limit = self._limits[name]
        if limit and cost and not self._strategy.hit(limit, client, cost=cost):
            wait = self._seconds(limit, client)
            detail = f"More than {limit.amount} {name} in a minute; try again in {wait} s."
            if cost > limit.amount:
                detail = f"{cost} {name} at once, and only {limit.amount} are taken in a minute; send fewer."
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait)})

    def count_wrong_key(self, address: str) -> None:
        """Count a key that does not hold. Raises Problem 429 when there were too many from there."""
        if not self._strategy.hit(_WRONG_KEYS, address):
            wait = self._seconds(_WRONG_KEYS, address)
            detail = f"Too many wrong keys; try again in {wait} s."
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait)})

    def headers(self, client: str) -> dict[str, str]:
        """What a client may still ask for, as in the IETF's draft of the RateLimit headers."""
        limits = {name: limit for name, limit in self._limits.items() if limit}
        left = {name: self._strategy.get_window_stats(limit, client) for name, limit in limits.items()}
        if not limits:
            return {}
        return {
            "RateLimit-Policy": ", ".join(
                f'"{name}";q={limit.amount};w=60' for name, limit in limits.items()
            ),
            "RateLimit": ", ".join(
                f'"{name}";r={stats.remaining};t={_until(stats.reset_time)}' for name, stats in left.items()
            ),
        }

    def _seconds(self, limit: RateLimitItem, client: str) -> int:
        return _until(self._strategy.get_window_stats(limit, client).reset_time)


def register(app: Flask, rates: Rates) -> None:
    """Count every request, and tell each client what it has left."""

    @app.before_request
    def count() -> None:
        if not visitor().trusted:
            rates.count("requests", visitor().name)

    @app.after_request
    def tell(response: Response) -> Response:
        who = g.get("visitor")
        if who and not who.trusted:
            response.headers.update(rates.headers(who.name))
        return response


def _per_minute(name: str, amount: int) -> RateLimitItem | None:
    return RateLimitItemPerMinute(amount, namespace=name) if amount else None


def _until(moment: float) -> int:
    """Whole seconds until a time, at least one."""
    return max(1, round(moment - time.time()))
