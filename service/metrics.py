"""/metrics: requests as this process answered them, and the store's counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from copytrail.errors import StoreError
from copytrail.store.protocol import Store

_MEANINGS = {
    "articles": "Articles stored",
    "expired": "Articles deleted because they were kept long enough",
    "clusters": "Clusters of two or more articles",
    "queued": "Articles that wait for a worker",
    "failed": "Articles that were set aside",
    "workers": "Workers alive",
    "lag_seconds": "Age of the oldest article that waits, in seconds",
    "index_entries": "Entries of the index",
    "index_overflow": "Entries refused by full buckets",
    "store_bytes": "Bytes the store uses",
}


class StoreCollector(Collector):
    """The store's counts at the moment of the scrape; `copytrail_store_up` is 0 while it does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Each count as a gauge."""
        try:
            counts = self._store.stats()
        except StoreError:
            counts = {}
        yield GaugeMetricFamily("copytrail_store_up", "Whether the store answers", value=bool(counts))
        for name, value in counts.items():
            yield GaugeMetricFamily(f"copytrail_{name}", _MEANINGS.get(name, name), value=value)


def register(app: Flask, store: Store) -> None:
    """Measure every request of the app and serve `/metrics`."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(StoreCollector(store))
    seconds = Histogram(
        "copytrail_request_seconds",
        "Time to answer a request",
        ["method", "route", "status"],
        registry=registry,
    )

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def measure(response: Response) -> Response:
        route = str(request.url_rule or "none")
        method = request.method if request.url_rule else "none"
        seconds.labels(method, route, response.status_code).observe(perf_counter() - g.started)
        return response

    bp = Blueprint("metrics", __name__)

    @bp.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(bp)
