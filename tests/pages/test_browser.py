"""The pages as a person meets them, in a real Chromium: accessible, at any width, by keyboard, without scripts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.pages.conftest import Site
from tests.pages.test_pages import every_page

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PHONE: ViewportSize = {"width": 390, "height": 844}


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds wrong with the page."""
    found = AXE.run(page, options=rules | {"resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]]


def until(page: Page, condition: str) -> None:
    """Wait for a condition, without the means that the policy of the page forbids."""
    deadline = time.monotonic() + 8
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def test_every_page_is_accessible(page: Page, site: Site) -> None:
    story, hostile = site.cluster_of("tram-depot-fire-1"), site.cluster_of("hostile-0")
    dark = ("/", f"/clusters/{hostile}", "/compare?a=hostile-0&b=hostile-1", "/status")
    for path in (*dark, f"/clusters/{story}", "/articles/hostile-1", "/compare"):
        page.goto(path)
        assert (path, faults(page)) == (path, [])
        if path in dark:
            page.emulate_media(color_scheme="dark")
            assert (path, faults(page, CONTRAST)) == (path, [])
            page.emulate_media(color_scheme="light")


def test_every_page_fits_a_phone(page: Page, site: Site) -> None:
    page.set_viewport_size(PHONE)
    for path in every_page(site):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_keyboard_is_enough(page: Page, site: Site) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for _ in range(5):  # the four fields and the button of the search
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clusters/*")
    panes = page.locator(".scroll")
    panes.nth(0).focus()
    page.keyboard.press("End")
    until(page, "document.querySelectorAll('.scroll')[1].scrollTop > 100")
    assert page.locator(".scroll .current").count() >= 2


def test_two_texts_scroll_together(page: Page, site: Site) -> None:
    page.goto("/compare?a=harbour-bridge-1&b=harbour-bridge-3")
    sentence = page.locator(".scroll").nth(1).get_by_text("Army engineers are surveying")
    sentence.scroll_into_view_if_needed()
    sentence.click()
    counterpart = page.locator(".scroll").nth(0).get_by_text("Army engineers").first
    counterpart.wait_for(state="visible")
    until(page, "document.querySelectorAll('.scroll')[0].scrollTop > 100")
    boxes = [found.bounding_box() for found in (sentence, counterpart)]
    assert boxes[0] and boxes[1]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 80


def test_without_scripts_everything_can_be_read(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    for path in every_page(site):
        answer = page.goto(path)
        assert answer and answer.ok
        assert page.locator("h1").is_visible()
    page.goto("/compare")
    page.get_by_label("Text A").fill("The bridge will close on Monday.")
    page.get_by_label("Text B").fill("The bridge will close on Monday.")
    page.get_by_role("button", name="Compare").first.click()
    assert page.locator(".verdict").inner_text().startswith("identical")
    context.close()


def test_the_status_follows_the_service(page: Page, site: Site) -> None:
    page.goto("/status")
    page.evaluate("document.querySelector('[data-count=articles]').textContent = ''")
    until(page, "document.querySelector('[data-count=articles]').textContent !== ''")
    shown = page.locator("[data-count=articles]").inner_text()
    assert int(shown) == site.json("/v1/stats")["articles"]


def test_the_evidence_page_opens_without_a_network(
    browser: Browser, page: Page, site: Site, tmp_path: Path
) -> None:
    for article in ("tram-depot-fire-1", "hostile-0"):
        path = f"/v1/clusters/{site.cluster_of(article)}/provenance?format=html"
        file = tmp_path / "evidence.html"
        file.write_bytes(site.client.get(path).data)
        page.context.set_offline(True)
        page.goto(file.as_uri())
        assert "Evidence of shared text" in page.title()
        assert (
            page.locator("h1").evaluate("each => getComputedStyle(each).fontSize") == "32px"
        )  # its style is taken
        assert page.evaluate("performance.getEntriesByType('resource').length") == 0
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        page.set_viewport_size({"width": 1200, "height": 900})
    assert faults(page) == []
