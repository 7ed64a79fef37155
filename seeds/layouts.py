"""Three ways in which outlets lay out a page around its article, each with furniture of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from string import Template


@dataclass(frozen=True)
class Page:
    """What a page shows. `address` is its canonical one; `related` are titles and paths at the same outlet."""

    outlet: str
    host: str
    address: str
    title: str
    author: str | None
    published_at: str | None
    paragraphs: Sequence[str]
    related: Sequence[tuple[str, str]]

    def values(self) -> dict[str, str]:
        """What the templates name, escaped for HTML."""
        return {
            "outlet": escape(self.outlet),
            "address": escape(self.address),
            "title": escape(self.title),
            "author": escape(self.author or ""),
            "published": escape(self.published_at or ""),
            "text": "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs),
            "related": "".join(
                f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for title, path in self.related
            ),
            "about": json.dumps(self.schema()).replace("<", "\\u003c"),
            "graph": json.dumps({"@context": "https://schema.org", "@graph": self.graph()}).replace(
                "<", "\\u003c"
            ),
        }

    def schema(self) -> dict[str, object]:
        """The page as a schema.org NewsArticle."""
        named = {
            "author": {"@type": "Person", "name": self.author} if self.author else None,
            "datePublished": self.published_at,
        }
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": self.title,
            "inLanguage": "en",
            "mainEntityOfPage": {"@type": "WebPage", "@id": self.address},
            "publisher": {"@type": "NewsMediaOrganization", "name": self.outlet},
            "articleBody": "\n\n".join(self.paragraphs),
            **{name: value for name, value in named.items() if value},
        }

    def graph(self) -> list[dict[str, object]]:
        """The same without its text, among other things, as many systems write it."""
        schema = {
            name: value for name, value in self.schema().items() if name not in ("@context", "articleBody")
        }
        site: dict[str, object] = {"@type": "WebSite", "name": self.outlet, "url": f"https://{self.host}/"}
        return [
            site,
            {"@type": "BreadcrumbList", "itemListElement": []},
            schema | {"@type": ["Article", "ReportageNewsArticle"]},
        ]


_BROADSHEET = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title | $outlet</title>
<link rel="canonical" href="$address">
<meta property="og:site_name" content="$outlet"><meta property="og:type" content="article">
<script type="application/ld+json">$about</script></head>
<body>
<header><a href="/">$outlet</a><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li>
<li><a href="/opinion">Opinion</a></li><li><a href="/subscribe">Subscribe</a></li></ul></nav></header>
<main><article><h1>$title</h1><p class="byline">By $author</p><time datetime="$published">$published</time>
<div class="article-body">
$text
</div></article>
<aside><h2>Most read</h2><ol>$related<li><a href="/weather">Weather for the week</a></li></ol></aside></main>
<footer><p>© $outlet. All rights reserved. No part of this page may be reproduced without permission.</p>
<ul><li><a href="/privacy">Privacy</a></li><li><a href="/terms">Terms</a></li></ul></footer>
</body></html>
""")

_TABLOID = Template("""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>$title - $outlet</title>
<link rel="canonical" href="$address"><meta property="og:url" content="$address">
<meta property="og:title" content="$title"><meta property="og:site_name" content="$outlet">
<meta property="article:published_time" content="$published"><meta name="author" content="$author">
</head><body>
<div id="consent" class="cookie-banner"><p>We value your privacy. We and our partners use cookies.</p>
<button>Accept all</button></div>
<div class="topbar"><a href="/">Home</a> <a href="/showbiz">Showbiz</a> <a href="/local">Local</a>
<a href="/login">Log in</a></div>
<div class="share-bar"><a href="#">Share on Facebook</a> <a href="#">Share on X</a> <a href="#">WhatsApp</a></div>
<div id="content" class="post"><h1 class="entry-title">$title</h1>
<div class="entry-content">
$text
</div></div>
<div class="newsletter"><h3>Never miss a story</h3><form><input type="email"><button>Sign up</button></form></div>
<div class="related"><h3>You may also like</h3><ul>$related</ul></div>
<div class="comments"><h3>Comments (0)</h3><p>Be the first to comment.</p></div>
<div class="footer">Contact us | Advertise | Cookie settings | $outlet</div>
</body></html>
""")

_BLOG = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<link rel="canonical" href="$address">
<script type="application/ld+json">$graph</script></head>
<body class="single"><div class="site"><div class="menu"><a href="/">$outlet</a> | <a href="/about">About</a></div>
<div class="breadcrumbs"><a href="/">Home</a> &raquo; <a href="/posts">Posts</a></div>
<section class="post"><header><h1>$title</h1><div class="meta">$author</div></header>
$text
<div class="author-box"><img src="/me.png" alt=""><p>About the author: writes for $outlet.</p></div></section>
<div class="sidebar"><h4>Recent posts</h4><ul>$related</ul><h4>Tags</h4><a href="/t/news">news</a></div>
<footer>Powered by enthusiasm. $outlet</footer></div></body></html>
""")

LAYOUTS: Sequence[Callable[[Page], str]] = [
    lambda page, template=template: template.substitute(page.values())  # type: ignore[misc]
    for template in (_BROADSHEET, _TABLOID, _BLOG)
]
"""Each turns what a page shows into HTML."""
