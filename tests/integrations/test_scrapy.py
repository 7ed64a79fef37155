"""Scrapy's crawl of the demo site, posted by the pipeline or from its feed export."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from copytrail.client import Client
from copytrail.integrations.scrapy import CopytrailPipeline
from seeds.outlets import Outlet, load_outlets

SPIDER = Path(__file__).parent / "spider.py"
PIPELINE = '{"copytrail.integrations.scrapy.CopytrailPipeline": 800}'
STORY = "ferry-rescue"


def outlets() -> list[Outlet]:
    return [each for each in load_outlets() if any(a["id"].startswith(STORY) for a in each.articles)]


def crawl(folder: Path, **settings: object) -> str:
    """Run the spider over the story's outlets; its log."""
    given = {"TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "INFO", "DOWNLOAD_DELAY": 0, **settings}
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    hosts = ",".join(outlet.host for outlet in outlets())
    command = [sys.executable, "-m", "scrapy", "runspider", str(SPIDER), "-a", f"hosts={hosts}"]
    ended = subprocess.run(
        [*command, "-o", str(folder / "items.jsonl"), *options],
        env=os.environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def stat(log: str, name: str) -> int:
    found = re.search(rf"'copytrail/{name}': (\d+)", log)
    return int(found[1]) if found else 0


def test_a_crawl_is_posted_and_clustered(
    copytrail: Client, index: Callable[[], None], web: str, tmp_path: Path
) -> None:
    articles = sum(len(outlet.articles) for outlet in outlets())
    log = crawl(tmp_path, ITEM_PIPELINES=PIPELINE, COPYTRAIL_URL=copytrail.url, COPYTRAIL_BATCH=3)
    assert (stat(log, "accepted"), stat(log, "rejected"), stat(log, "lost")) == (articles, 0, 0)
    assert "Deprecat" not in log
    index()
    (cluster,) = copytrail.clusters()
    titles = {article["title"] for article in copytrail.cluster(cluster["id"])["articles"]}
    members = {f"{STORY}-{number}" for number in (1, 2, 3, 4, 5, 8)}
    assert titles == {
        each["title"] for outlet in outlets() for each in outlet.articles if each["id"] in members
    }
    exported = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    receipt = copytrail.ingest(exported)
    assert [each["status"] for each in receipt["accepted"]] == ["unchanged"] * articles


@pytest.mark.parametrize("given", [{}, {"COPYTRAIL_URL": "http://127.0.0.1:9", "COPYTRAIL_BATCH": 0}])
def test_what_is_missing_in_the_settings_is_said(given: dict[str, object]) -> None:
    with pytest.raises(NotConfigured, match="expected"):
        CopytrailPipeline.from_crawler(get_crawler(settings_dict=given))
