"""What a worker measures: articles handled, and where the time goes; served for Prometheus where a port is set."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from prometheus_client import Counter, Histogram, start_http_server

from copytrail.settings import Settings

HANDLED: Final = Counter("copytrail_worker_articles", "Articles handled: indexed, or set aside", ["outcome"])
_STAGES: Final = Histogram(
    "copytrail_worker_stage_seconds",
    "Time that a batch of articles spends in a stage: index, compare, cluster, finish",
    ["stage"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)


def timed(stage: str) -> AbstractContextManager[object]:
    """Measure what happens inside as this stage of a batch."""
    return _STAGES.labels(stage).time()


def serve(settings: Settings) -> None:
    """Serve `/metrics` from a thread, on the host and the metrics port of the settings, if that is set.

    Raises OSError when the port is taken.
    """
    if settings.metrics_port is not None:
        start_http_server(settings.metrics_port, settings.host)
