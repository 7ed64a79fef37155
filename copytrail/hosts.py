"""Hosts: which part of one its owner chose, by the public suffix list that is bundled with `publicsuffixlist`."""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Final

from publicsuffixlist import PublicSuffixList

_PLATFORMS: Final = frozenset(
    {"beehiiv.com", "ghost.io", "livejournal.com", "medium.com", "substack.com", "tumblr.com"}
)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """What one owner registered: "bbc.co.uk" for "news.bbc.co.uk", "quay.substack.com" for itself.

    Platforms that give each writer a host are suffixes, in the list or here.

    An address in numbers, and a host that is a public suffix itself, are their own domain. Empty for no host.
    """
    if _is_address(host):
        return host
    domain = _suffixes().privatesuffix(host) or host
    return ".".join(host.split(".")[-3:]) if domain in _PLATFORMS else domain


def label_of(host: str) -> str:
    """The label of a host that its owner chose: "bbc" for "news.bbc.co.uk"."""
    return host if _is_address(host) else domain_of(host).split(".", 1)[0]


def is_under(host: str, parent: str) -> bool:
    """Whether a host is the other one or below it."""
    return host == parent or host.endswith("." + parent)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
