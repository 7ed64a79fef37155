"""The pages as a program sees them: the same facts as the API, everything escaped, nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.pages.conftest import HOSTILE, Site


class Links(HTMLParser):
    """The addresses and the tags of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def every_page(site: Site) -> list[str]:
    bridge, hostile = site.cluster_of("harbour-bridge-1"), site.cluster_of("hostile-0")
    return [
        "/",
        "/?q=bridge&relation=rewrite&min_size=3",
        f"/clusters/{bridge}",
        f"/clusters/{hostile}",
        f"/clusters/{bridge}?a=harbour-bridge-2&b=harbour-bridge-5",
        "/articles/tram-depot-fire-2",
        "/articles/hostile-1",
        "/compare",
        "/compare?a=hostile-0&b=hostile-1",
        "/status",
    ]


def test_every_link_within_the_service_leads_somewhere(site: Site) -> None:
    seen: set[str] = set()
    for path in every_page(site):
        answer = site.client.get(path)
        assert answer.status_code == 200, path
        seen |= {link.split("#")[0] for link in Links(answer.text).found}
    local = {link for link in seen if link.startswith("/")}
    assert len(local) > 30
    assert [link for link in local if site.client.get(link).status_code != 200] == []


def test_nothing_an_article_brings_along_runs_or_is_fetched(site: Site) -> None:
    for path in every_page(site):
        answer = site.client.get(path)
        links = Links(answer.text)
        assert "img" not in links.tags
        assert HOSTILE not in answer.text
        assert all(re.match(r"/|#|https?://[^/]*\.example/", link) for link in links.found)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in policy


def test_only_addresses_of_the_web_become_links(site: Site) -> None:
    assert 'rel="noreferrer noopener nofollow"' in site.client.get("/articles/hostile-1").text
    assert "javascript:" not in "".join(Links(site.client.get("/articles/hostile-0").text).found)


def test_the_front_page_finds_and_pages(site: Site) -> None:
    assert "Merrin Swing Bridge" in site.client.get("/").text
    found = site.client.get("/", query_string={"q": "swing BRIDGE"}).text
    assert "Merrin Swing Bridge" in found
    assert "Gasworks Lane" not in found
    assert "No such cluster." in site.client.get("/?q=zebra").text
    assert site.client.get("/?relation=cousin").status_code == 422
    source = site.client.get("/", query_string={"source": "Kestrel Bay Courier"}).text
    assert "Gasworks Lane" in source and "Merrin" not in source


def test_a_filter_that_few_match_is_answered_in_bounded_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copytrail.store.clusters._LOOKED_AT", 1)
    path, pages = "/?q=swing+bridge", 0
    while "Merrin" not in (answer := site.client.get(path).text):
        assert "there are older ones" in answer
        path = next(link for link in Links(answer).found if "cursor" in link)
        pages += 1
        assert pages < 5
    assert pages


def test_a_cluster_page_says_what_the_api_says(site: Site) -> None:
    cluster = site.json(f"/v1/clusters/{site.cluster_of('harbour-bridge-1')}")
    page = site.client.get(f"/clusters/{cluster['id']}").text
    for reason in cluster["original"]["reasons"]:
        assert reason.replace("&", "&amp;") in page
    for article in cluster["articles"]:
        assert f"/articles/{article['id']}" in page
    assert "Radio Kestrel" in page
    assert "100%" in page


def test_an_article_page_lists_its_matches(site: Site) -> None:
    article = site.json("/v1/articles/tram-depot-fire-2")
    page = site.client.get("/articles/tram-depot-fire-2").text
    assert f"{len(article['matches'])} matches" in page
    assert all(f"/articles/{match['article']}" in page for match in article["matches"])
    assert '<span class="furniture">We and our 214 partners' in page


def test_pasted_texts_are_compared_and_not_stored(site: Site) -> None:
    before = site.json("/v1/stats")["articles"]
    texts = [site.json(f"/v1/articles/tram-depot-fire-{number}/text")["text"] for number in (1, 3)]
    answer = site.client.post("/compare", data={"a": texts[0].replace("\n", "\r\n"), "b": texts[1]})
    assert answer.status_code == 200
    assert "near copy" in answer.text
    assert '<mark class="identical">' in answer.text and '<mark class="minor_edits">' in answer.text
    assert site.json("/v1/stats")["articles"] == before
    assert "Paste a text into both fields." in site.client.post("/compare", data={"a": "x", "b": " "}).text


def test_the_status_names_what_was_set_aside_and_why(site: Site) -> None:
    page = site.client.get("/status").text
    assert '<a href="/articles/poison">Poison</a>' in page
    assert "The worker died 3 times" in page
    assert site.client.get("/status?cursor=made+up").status_code == 422


def test_what_is_not_there_is_said_to_people_as_a_page(site: Site) -> None:
    for path in ("/clusters/c_none", "/articles/nobody", "/compare?a=nobody&b=hostile-0"):
        answer = site.client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "There is no" in answer.text
