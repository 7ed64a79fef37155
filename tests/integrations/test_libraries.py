"""What scraping libraries emit for a page of the demo site is accepted unchanged, and is the article on that page.

Scrapy's feed export is in test_scrapy.py.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import feedparser
import pytest
import trafilatura

from copytrail.article import article_id
from copytrail.client import Client
from seeds.outlets import Outlet, load_outlets

ENVIRONMENT = Path(__file__).parents[2] / ".venv-scrapers" / "bin" / "python"
OUTLET: Outlet = next(each for each in load_outlets() if each.host == "www.harrowmere-courier.example")
SEED: Mapping[str, Any] = OUTLET.articles[0]
PAGE, URL = OUTLET.page(SEED), SEED["url"]
PUBLISHED = "2025-10-14T09:42:00Z"
"""The seed's time, 10:42 in its zone."""


@pytest.fixture(scope="module")
def elsewhere() -> Callable[[str], dict[str, Any]]:
    """What a library of the other environment emits; all of them are asked at once. `make test` makes it."""
    if not ENVIRONMENT.exists() and not os.environ.get("CI"):
        pytest.skip("no environment .venv-scrapers: `make .venv-scrapers/.ready`")
    asked = {library: _ask(library) for library in ELSEWHERE}

    def answer(library: str) -> dict[str, Any]:
        printed, faults = asked[library].communicate(timeout=100)
        assert printed, faults
        return dict(json.loads(printed.splitlines()[-1]))

    return answer


def _ask(library: str) -> subprocess.Popen[str]:
    command = [str(ENVIRONMENT), str(Path(__file__).with_name("emit.py")), library, URL]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload]
    process.stdin.write(PAGE)
    process.stdin.close()
    process.stdin = None
    return cast(subprocess.Popen[str], process)


def by_trafilatura() -> dict[str, Any]:
    found = trafilatura.extract(PAGE, url=URL, output_format="json", with_metadata=True)
    return dict(json.loads(found or "{}"))


def schema_org() -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', PAGE)
    return dict(json.loads(found[1])) if found else {}


HERE: Mapping[str, Callable[[], dict[str, Any]]] = {"trafilatura": by_trafilatura, "schema.org": schema_org}
ELSEWHERE = ("newspaper4k", "news-please", "fundus")
TIMES = {"trafilatura": "2025-10-14T00:00:00Z", "news-please": "2025-10-14T10:42:00Z"}
"""What is left of the time where a library drops the hour, or the zone."""


@pytest.mark.parametrize("library", HERE)
def test_what_is_emitted_is_the_article_on_the_page(library: str, copytrail: Client) -> None:
    is_the_article(library, HERE[library](), copytrail)


@pytest.mark.parametrize("library", ELSEWHERE)
def test_what_other_libraries_emit_is_the_article_on_the_page(
    library: str, elsewhere: Callable[[str], dict[str, Any]], copytrail: Client
) -> None:
    is_the_article(library, elsewhere(library), copytrail)


def is_the_article(library: str, emitted: dict[str, Any], copytrail: Client) -> None:
    (accepted,) = copytrail.ingest([emitted])["accepted"]
    article = copytrail.article(accepted["id"])
    assert article["title"] == SEED["title"]
    assert article["authors"] == [SEED["author"]]
    assert article["published_at"] == TIMES.get(library, PUBLISHED)
    assert copytrail.text(accepted["id"]).split() == SEED["text"].split()
    if library != "fundus":  # which emits no address
        assert accepted["id"] == article_id(None, URL, "")
        assert article["source"] in (SEED["source"], OUTLET.host, OUTLET.host.removeprefix("www."))


def test_the_entries_of_a_feed_as_feedparser_reads_them(copytrail: Client) -> None:
    found = OUTLET.document(OUTLET.feed_path, base="")
    assert found
    receipt = copytrail.ingest(feedparser.parse(found[1].decode()).entries)
    assert receipt["rejected"] == []
    article = copytrail.article(receipt["accepted"][0]["id"])
    assert article["title"] == SEED["title"]
    assert article["published_at"] == PUBLISHED
    assert article["id"] == article_id(None, URL, "")
