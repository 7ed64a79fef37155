"""What `copytrail up` does when something of it dies."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import httpx
import pytest
from real import Real
from redis_cluster import until


@pytest.mark.long
def test_what_dies_is_started_again_and_said_so_in_the_format_of_the_logs(tmp_path: Path) -> None:
    with Real(tmp_path, {"COPYTRAIL_LOG_FORMAT": "json"}) as real:
        for role in ("worker", "service", "store"):
            died = real.find(role)
            real.strike(role, signal.SIGKILL)
            until(lambda role=role, died=died: real.find(role) != died, f"no new {role}")  # type: ignore[misc]
        real.until_ready()
        posted = httpx.post(
            f"{real.url}/v1/articles?wait=30", json={"id": "a", "text": "Still here."}, timeout=40
        )
        assert posted.status_code == 202
        said = [json.loads(line) for line in real.log.splitlines()]
    restarts = [line["message"] for line in said if "starting it again" in line["message"]]
    assert {message.split(" ended")[0] for message in restarts} >= {
        "The worker 1",
        "The service",
        "The store",
    }
    assert {line["role"] for line in said} >= {"up", "service"}
