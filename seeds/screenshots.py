"""`make screenshots`: the pages on the seed stories, as pictures for the documents.

Needs Chromium (`apt-get install chromium`). All of Copytrail runs on a folder and a port of its own, as in the demo.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import click
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from copytrail.client import Client
from seeds.demo import running
from seeds.truth import load_stories

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
_PHONE: ViewportSize = {"width": 390, "height": 780}
_DESK: ViewportSize = {"width": 1120, "height": 760}
_TALL: ViewportSize = {"width": 1120, "height": 1000}
_SHEET: ViewportSize = {"width": 794, "height": 1123}  # A4 at 96 dots an inch
_STORY = "harbour-bridge-1"


class Picture(NamedTuple):
    """What is seen where: a path of the service, scrolled to `at`, by somebody who likes it `dark` or not."""

    name: str
    path: str
    size: ViewportSize = _DESK
    at: str = "body"
    dark: bool = False


def pictures(cluster: str) -> list[Picture]:
    """The pictures, of the five-way rewrite `cluster` above all."""
    page = f"/clusters/{cluster}"
    return [
        Picture("clusters", "/"),
        Picture("cluster", page, _TALL),
        Picture("side-by-side", page, at="#texts"),
        Picture("side-by-side-dark", "/compare?a=tram-depot-fire-1&b=tram-depot-fire-3", dark=True),
        Picture("phone", page, _PHONE, at=".whom"),
        Picture("evidence", f"/v1/clusters/{cluster}/provenance?format=html", _SHEET),
        Picture("evidence-pair", f"/v1/clusters/{cluster}/provenance?format=html", _SHEET, at="#pair-1"),
    ]


@click.command()
def main() -> None:
    """Take the pictures anew."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise click.ClickException("There is no Chromium here; `apt-get install chromium` brings one.")
    with (
        tempfile.TemporaryDirectory(prefix="copytrail-pictures-") as folder,
        running(Path(folder)) as (api, _),
    ):
        for story in load_stories():
            api.ingest(story.articles())
        api.wait()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path)
            _take_all(browser, api)
            browser.close()


def _take_all(browser: Browser, api: Client) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for picture in pictures(api.article(_STORY)["cluster"] or ""):
        context = browser.new_context(
            base_url=api.url, viewport=picture.size, color_scheme="dark" if picture.dark else "light"
        )
        page = context.new_page()
        page.goto(picture.path)
        page.locator(picture.at).first.evaluate("each => each.scrollIntoView()")
        target = PICTURES / f"{picture.name}.png"
        page.screenshot(path=target, animations="disabled")
        context.close()
        click.echo(f"{target.relative_to(PICTURES.parent.parent)}  {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
