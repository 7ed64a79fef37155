"""What the dashboard and the alerts ask for is measured."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY, generate_latest

from copytrail.settings import Settings
from worker import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "copytrail.json"


def test_every_metric_on_the_dashboard_and_in_the_alerts_is_there(
    client: FlaskClient, index: Callable[[], None]
) -> None:
    client.post("/v1/articles", json={"id": "a", "text": "Something happened in the harbour today."})
    index()
    served = client.get("/metrics").text + generate_latest(REGISTRY).decode()
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = ALERTS.read_text() + " ".join(target["expr"] for panel in panels for target in panel["targets"])
    named = set(re.findall(r"\bcopytrail_\w+", asked))
    assert len(named) > 10
    assert {name for name in named if not re.search(rf"^{name}[ {{]", served, re.MULTILINE)} == set()


def test_the_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells


@pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool, which comes with Prometheus")
def test_prometheus_understands_its_files() -> None:
    subprocess.run(["promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yml"], check=True)


def test_a_worker_serves_its_metrics_where_it_is_told(unused_port: int) -> None:
    metrics.serve(Settings(metrics_port=unused_port))
    metrics.HANDLED.labels("indexed").inc()
    assert "copytrail_worker_articles_total" in httpx.get(f"http://127.0.0.1:{unused_port}/metrics").text


@pytest.fixture
def unused_port() -> int:
    from socket import socket

    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
