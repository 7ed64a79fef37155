"""What a page states about itself: JSON-LD of schema.org, Open Graph and other meta elements, its canonical link.

Statements are worth more than guesses: a stated time has hours and minutes, and who was first often hangs on those.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from copytrail.urls import is_url, site

Tree = Any
"""An lxml element, whose library ships no types."""

Node = Mapping[str, Any]

_ARTICLE = re.compile(r"(article|blogposting|report)$", re.IGNORECASE)
"""Types of schema.org for what this is about: NewsArticle, ReportageNewsArticle, BlogPosting and so on."""

_MOST_NODES = 1_000
_COMMENT = re.compile(r"^\s*(<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(-->|//\s*\]\]>|\]\]>)\s*$")
"""What old systems wrap around scripts."""

_TIMES = (
    '//meta[@property="article:published_time"]/@content',
    '//meta[@itemprop="datePublished"]/@content',
    '//time[@itemprop="datePublished" or @pubdate]/@datetime',
    "//article//time/@datetime",
)
_AUTHORS = ('//meta[@name="author"]/@content', '//meta[@property="article:author"]/@content')
_LANGUAGES = ("/html/@lang", '//meta[@http-equiv="content-language"]/@content')
_ADDRESSES = ('//meta[@property="og:url"]/@content',)


def statements(tree: Tree, at: str | None) -> dict[str, object]:
    """The article's fields as the page states them, under the names of schema.org, and its address as `url`.

    `at` is where the page was found, None when that is not known.
    """
    node = _article_node(tree)
    found = {
        "headline": node.get("headline"),
        "datePublished": node.get("datePublished") or _first(tree, _TIMES),
        "dateModified": node.get("dateModified"),
        "author": _names(node.get("author")) or [name for name in _each(tree, _AUTHORS) if not is_url(name)],
        "publisher": node.get("publisher"),
        "inLanguage": node.get("inLanguage") or _first(tree, _LANGUAGES),
        "url": _address(tree, node, at),
    }
    return {name: value for name, value in found.items() if value}


def canonical_link(tree: Tree) -> str | None:
    """The address that the page names as the one to cite, at whatever host; None without an absolute one."""
    return next((link for link in _each(tree, ('//link[@rel="canonical"]/@href',)) if is_url(link)), None)


def _address(tree: Tree, node: Node, at: str | None) -> str | None:
    """Where the article is.

    A canonical link may lead to another host: a reprint names its original that way, and a broken template
    its home page. It is believed where it is on the site at which the page was found or, when that is not
    known, on the site that the page's other statements name.
    """
    page = node.get("mainEntityOfPage")
    stated = [
        *_each(tree, _ADDRESSES),
        *_strings([node.get("url"), page.get("@id") if isinstance(page, Mapping) else page]),
    ]
    own = [address for address in stated if _is_article(address)]
    canonical = [link for link in [canonical_link(tree)] if link and _is_article(link)]
    sites = {site(address) for address in ([at] if at else own)}
    if at:
        return next((each for each in [*canonical, *own] if site(each) in sites), at)
    return next((link for link in canonical if not sites or site(link) in sites), next(iter(own), None))


def _is_article(address: str) -> bool:
    """Whether it is an absolute address, and not that of a home page."""
    if not is_url(address):
        return False
    parts = urlsplit(address)
    return bool(parts.path.strip("/") or parts.query)


def _article_node(tree: Tree) -> Node:
    """The article among the JSON-LD of the page, references within it followed; empty when there is none."""
    nodes = [
        node
        for script in _each(tree, ('//script[@type="application/ld+json"]/text()',))
        for node in _nodes(script)
    ]
    named = {node["@id"]: node for node in nodes[:_MOST_NODES] if isinstance(node.get("@id"), str)}
    node = next((node for node in nodes[:_MOST_NODES] if _is_about_article(node)), {})
    return {name: _followed(value, named) for name, value in node.items()}


def _nodes(script: str) -> Iterator[Node]:
    """The objects of one script: itself, those of its list, those of its @graph."""
    try:
        value = json.loads(_COMMENT.sub("", script), strict=False)
    except (ValueError, RecursionError):
        return
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            graph = each.get("@graph")
            yield from (
                node for node in (graph if isinstance(graph, list) else [each]) if isinstance(node, dict)
            )


def _is_about_article(node: Node) -> bool:
    kinds = node.get("@type")
    return any(_ARTICLE.search(kind) for kind in _strings(kinds if isinstance(kinds, list) else [kinds]))


def _followed(value: object, named: Mapping[str, Node]) -> object:
    """What stands for itself, or what `{"@id": …}` refers to."""
    if isinstance(value, list):
        return [_followed(item, named) for item in value]
    if isinstance(value, dict) and set(value) == {"@id"}:
        return named.get(str(value["@id"]), value)
    return value


def _names(authors: object) -> list[str]:
    """Names of persons in the shapes that authors come in; an address is no name."""
    each = authors if isinstance(authors, list) else [authors]
    names = _strings([author.get("name") if isinstance(author, Mapping) else author for author in each])
    return [name for name in names if not is_url(name)]


def _strings(values: Sequence[object]) -> list[str]:
    return [value for value in values if isinstance(value, str) and value.strip()]


def _first(tree: Tree, paths: Sequence[str]) -> str | None:
    return next(_each(tree, paths), None)


def _each(tree: Tree, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        yield from (found.strip() for found in map(str, tree.xpath(path)) if found.strip())
