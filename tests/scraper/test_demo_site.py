"""The demo site, scraped into a real service."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event

from copytrail.client import Client
from scraper.frontier import Frontier
from scraper.plan import Plan
from scraper.rounds import Scraper
from seeds.outlets import load_outlets, sources

ROOT = Path(__file__).parents[2]


def scrape(client: Client, file: Path, plan: Plan) -> dict[str, int]:
    with closing(Frontier(file)) as frontier, closing(Scraper(plan, frontier, client, Event())) as scraper:
        return dict(scraper.round())


def test_the_shipped_plan_follows_every_outlet() -> None:
    feeds, sitemaps = sources(load_outlets())
    plan = Plan.read(ROOT / "deploy" / "demo-site.toml")
    assert list(plan.feeds) == feeds
    assert list(plan.sitemaps) == sitemaps
    assert len(feeds) + len(sitemaps) == len(load_outlets())


def test_the_demo_site_becomes_clusters(
    copytrail: Client, index: Callable[[], None], web: str, tmp_path: Path
) -> None:
    """A story's outlets, half by feed and half by sitemap, among them one that asks for a slower pace."""
    wanted = [
        outlet
        for outlet in load_outlets()
        if any(each["id"].startswith("tram-depot-fire") for each in outlet.articles)
    ]
    feeds, sitemaps = sources(wanted)
    plan = Plan("https://example.org/us", tuple(feeds), tuple(sitemaps), delay_seconds=0.05)
    first = scrape(copytrail, tmp_path / "state.sqlite", plan)
    assert first["posted"] == sum(len(outlet.articles) for outlet in wanted)
    assert first["left out"] == len(sitemaps)  # the page that robots.txt forbids
    index()
    (cluster,) = copytrail.clusters()
    titles = {article["title"] for article in copytrail.cluster(cluster["id"])["articles"]}
    members = {f"tram-depot-fire-{number}" for number in range(1, 7)}
    assert titles == {each["title"] for outlet in wanted for each in outlet.articles if each["id"] in members}
    again = scrape(copytrail, tmp_path / "state.sqlite", plan)
    assert again == {}
