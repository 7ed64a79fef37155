"""A served Copytrail with a few stories in it, and a real browser to look at it with.

The browser is Debian's Chromium (`apt-get install chromium`). Where there is none, what needs one is skipped, unless
`PAGES_NEED_BROWSER` is set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from listening import listening
from playwright.sync_api import Browser, Page, sync_playwright
from samples import story

from copytrail.article import parse_article
from copytrail.matching import Library
from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from service.app import create_app
from worker.ingest import give_up
from worker.main import Worker

HOSTILE = "<script>document.title = 'broken into'</script>"
TEXT = (
    "The choir of the valley school sang in the old mill on Friday evening. Forty parents had carried benches up the "
    "hill. When the lamps failed after the second song, the children went on in the dark, and nobody left."
)


@dataclass(frozen=True)
class Site:
    """The service at `url`, and the same app without a network."""

    url: str
    client: FlaskClient

    def json(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What programs are answered."""
        return self.client.get(path).get_json()

    def cluster_of(self, article: str) -> str:
        return str(self.json(f"/v1/articles/{article}")["cluster"])


def stories() -> Iterator[dict[str, Any]]:
    """A five-way rewrite, a story with every relation and furniture, and copies by somebody hostile."""
    for slug in ("harbour-bridge", "tram-depot-fire"):
        yield from story(slug)
    for number, url in enumerate(("javascript:alert(1)", "https://hostile.example/a?b=%22%3E")):
        fields = {"title": HOSTILE, "source": f'"><img src=x onerror=alert({number})>', "extra": url}
        yield {"id": f"hostile-{number}", "text": f"{TEXT} {HOSTILE}", **fields} | (
            {"url": url} if url.startswith("https") else {}
        )


def _set_aside(store: RedisStore, settings: Settings) -> None:
    """An article that no worker could handle."""
    poison = parse_article({"id": "poison", "title": "Poison", "text": TEXT[:150]}, settings.limits)
    store.accept([poison], datetime.now(UTC))
    record = store.record("poison")
    assert record is not None
    reason = "The worker died 3 times while it handled this article."
    give_up(store, Library(store), "tests", store.begin("tests", [record.number]), reason)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with EmbeddedServer(tmp_path_factory.mktemp("pages")) as embedded:
        embedded.start()
        settings = Settings(redis_url=embedded.url)
        connection = Connection(embedded.url)
        store = RedisStore(connection, settings)
        store.accept([parse_article(each, settings.limits) for each in stories()], datetime.now(UTC))
        worker = Worker(store, settings)
        while worker.turn():
            pass
        _set_aside(store, settings)
        app = create_app(settings, store)
        with listening(app, settings) as server:
            yield Site(server.url, app.test_client())
        connection.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        reason = "There is no Chromium here; `apt-get install chromium` brings one."
        if os.environ.get("PAGES_NEED_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of its own, on which nothing may go wrong: no script error, nothing that the policy blocks."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert faults == []
