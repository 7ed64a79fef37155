"""Hosts: which part of one its owner chose, by the public suffix list that is bundled with `publicsuffixlist`."""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """What one owner registered: "bbc.co.uk" for "news.bbc.co.uk", "quay.substack.com" for itself.

    An address in numbers, and a host that is a public suffix itself, are their own domain. Empty for no host.
    """
    return host if _is_address(host) else _suffixes().privatesuffix(host) or host


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
