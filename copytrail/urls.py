"""Web addresses: is it one, whose is it, and which addresses name the same page."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

_MOST_CHARACTERS = 2048
"""What browsers and crawlers handle; longer addresses are data, not names of pages."""

_TRACKING = re.compile(
    r"""utm_.* | mtm_.* | pk_.* | hsa_.* | _hs(enc|mi) | mc_[ce]id | [a-z]{1,3}clid | msclkid | gclsrc
    | wbraid | gbraid | igshid? | ocid | cmp(id)?
    | smid | sref | ref_?(src|url) | _ga | _gl | __twitter_impression
    | at_(medium|campaign|link.*|format|ptr.*|bbc.*) | amp | amp_.* | outputtype | ns_.*""",
    re.VERBOSE | re.IGNORECASE,
)
"""Query parameters that say where a reader came from or which skin to serve, never which page."""

_ARRIVAL = re.compile(
    r"(?:rss|feed|twitter|facebook|newsletter|share|social|syndication|email)[\w-]*", re.IGNORECASE
)
"""Values of `source`, `ref` and `from` that say where a reader came from; other values may name a page."""
_VARIANT_HOST = re.compile(r"^(?:www|m|mobile|amp|wap)\.(?=[^.]+\.)")
_VARIANT_PATH = re.compile(r"^/amp(?=/)|/amp(?:\.html)?/?$|\.amp(?=\.html$|$)")
_NEEDED_ESCAPE = re.compile("%(2f|25|3f|23)", re.IGNORECASE)
_VISIBLE = "".join(map(chr, range(33, 127)))
_REMEMBERED = 4096
"""Addresses whose canonical form is at hand: an article's is asked for wherever its names are."""
_AMP_CACHE = re.compile(
    r"^https?://(?:www\.google\.[a-z.]+/amp|[^/]+\.cdn\.ampproject\.org/[a-z])/(?:s/)?(?=.)", re.I
)


def checked_url(url: str) -> str:
    """The address without blanks around it. Raises ValueError unless it is absolute, http or https."""
    url = url.strip()
    if len(url) > _MOST_CHARACTERS:
        raise ValueError(f"has {len(url)} characters; an address may have {_MOST_CHARACTERS}")
    if not _host(_split(url)) or not url.isprintable() or " " in url:
        raise ValueError(f"{url[:80]!r} is not an absolute http or https address")
    return url


def is_url(text: str) -> bool:
    """Whether the text is an absolute http or https address."""
    try:
        checked_url(text)
    except ValueError:
        return False
    return True


def site(url: str) -> str:
    """The host in lower case without `www.` and the like: who publishes there. Empty when there is none."""
    return _site(_split(url))


@lru_cache(_REMEMBERED)
def canonical_url(url: str) -> str:
    """The one name for all addresses that differ only in how a reader got there.

    Dropped: the difference between http and https, `www.`, mobile and AMP hosts, paths and caches, default
    ports, fragments, tracking parameters, the order of parameters, a slash at the end, needless escapes.
    The result is a key to compare by; the page itself is at the address as it was given.
    """
    parts = _split(_without(_AMP_CACHE, url.strip(), "https://"))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"https://{_site(parts)}{port}{_canonical_path(parts.path)}{_canonical_query(parts.query)}"


def _site(parts: SplitResult) -> str:
    return _without(_VARIANT_HOST, _host(parts))


def _canonical_path(path: str) -> str:
    """Needless escapes undone: what is a slash or a percent sign only when escaped stays escaped."""
    kept = _NEEDED_ESCAPE.sub(lambda escape: "%25" + escape[1].upper(), path)
    path = quote(unquote_to_bytes(kept), safe="/:@!$&'()*+,;=~-._%")
    return _without(_VARIANT_PATH, path.rstrip("/")).rstrip("/") or "/"


def _canonical_query(query: str) -> str:
    """Bytes travel as latin-1, so that addresses escaped in an old encoding stay what they are."""
    if not query:
        return ""
    escaped = quote(query, safe=_VISIBLE)
    pairs = parse_qsl(escaped, keep_blank_values=True, encoding="latin-1")
    kept = sorted((name, value) for name, value in pairs if not _is_tracking(name, value))
    return "?" + urlencode(kept, encoding="latin-1") if kept else ""


def _is_tracking(name: str, value: str) -> bool:
    arrival = name.lower() in ("source", "ref", "from") and _ARRIVAL.fullmatch(value)
    return bool(_TRACKING.fullmatch(name) or arrival)


def _without(pattern: re.Pattern[str], text: str, instead: str = "") -> str:
    while (shorter := pattern.sub(instead, text)) != text:
        text = shorter
    return text


def _split(url: str) -> SplitResult:
    """The parts; what cannot be split, or has a port that is no number, has none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".") if parts.scheme.lower() in ("http", "https") else ""


def site_of(source: str | None, url: str | None) -> str | None:
    """What articles of one source have in common: its name, else the host of the address; None without either."""
    named = (source or "").strip().casefold()
    return named or (_host(_split(url)) if url else "") or None
