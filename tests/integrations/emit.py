"""What scraping libraries emit for a page, as JSON: `python emit.py LIBRARY URL < page`.

Run in the environment of these libraries, which cannot be installed beside Copytrail.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

warnings.simplefilter("ignore")


def newspaper4k(html: str, url: str) -> dict[str, Any]:
    """`Article.to_json()`, as its own documentation stores articles."""
    import newspaper

    article = newspaper.Article(url)
    article.download(input_html=html)
    article.parse()
    return dict(json.loads(article.to_json()))


def news_please(html: str, url: str) -> dict[str, Any]:
    """`get_serializable_dict()`, what its crawler writes into JSON files."""
    from newsplease import NewsPlease

    return dict(NewsPlease.from_html(html, url=url).get_serializable_dict())


def fundus(html: str, url: str) -> dict[str, Any]:
    """`Article.to_json()` of a publisher described as Fundus describes its own."""
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import (
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from fundus.scraping.article import Article
    from fundus.scraping.html import HTML, SourceInfo
    from lxml.etree import XPath

    class OutletParser(ParserProxy):  # type: ignore[misc]  # not installed where types are checked
        class V1(BaseParser):  # type: ignore[misc]
            _paragraphs = XPath("//div[@class='article-body']/p")

            @attribute  # type: ignore[untyped-decorator]
            def body(self) -> ArticleBody:
                return extract_article_body_with_selector(
                    self.precomputed.doc, paragraph_selector=self._paragraphs
                )

            @attribute  # type: ignore[untyped-decorator]
            def title(self) -> str:
                return str(self.precomputed.ld.bf_search("headline"))

            @attribute  # type: ignore[untyped-decorator]
            def authors(self) -> list[str]:
                return list(generic_author_parsing(self.precomputed.ld.bf_search("author")))

            @attribute  # type: ignore[untyped-decorator]
            def publishing_date(self) -> datetime | None:
                return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))  # type: ignore[no-any-return]

    fields = OutletParser()().parse(html, "raise")
    found = HTML(url, url, html, datetime(2026, 1, 1), SourceInfo("Outlet"))
    return dict(Article(html=found, **fields).to_json())


LIBRARIES: Mapping[str, Callable[[str, str], dict[str, Any]]] = {
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "fundus": fundus,
}

if __name__ == "__main__":
    print(json.dumps(LIBRARIES[sys.argv[1]](sys.stdin.read(), sys.argv[2])))
