"""A spider for the demo site, as somebody writes one on the first day: every page, with a field or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response


class OutletSpider(scrapy.Spider):
    """`scrapy runspider spider.py -a hosts=a.example,b.example`."""

    name = "outlets"

    def __init__(self, hosts: str = "", **given: Any) -> None:  # noqa: ANN401 - Scrapy's
        super().__init__(**given)
        self.start_urls = [f"http://{host}/" for host in hosts.split(",")]

    def parse(self, response: Response, **_: object) -> Iterator[Any]:
        """Follow the front page to its articles."""
        for link in response.css("li a::attr(href)").getall():
            if urlsplit(response.urljoin(link)).netloc == urlsplit(response.url).netloc:
                yield response.follow(link, self.article)

    def article(self, response: Response) -> dict[str, object]:
        """Lists of strings, as selectors give them."""
        return {
            "url": [response.url],
            "title": response.css("h1::text").getall(),
            "text": response.css("article p::text, .entry-content p::text, section.post > p::text").getall(),
            "language": response.css("html::attr(lang)").getall(),
            "depth": response.meta["depth"],
        }
