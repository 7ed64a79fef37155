"""Which article a name stands for: ids and canonical URLs outside, numbers inside.

A name is claimed before its article is written, so a number may be known by its names before, and, when the
client dies in between, without there ever being an article. The next post under such a name takes the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from copytrail.article import Article
from copytrail.store import keys
from copytrail.store.connection import Connection, call
from copytrail.store.shards import grouped

IDS: Final = "ids"
URLS: Final = "urls"


def look_up(link: Connection, kind: str, names: Iterable[str]) -> dict[str, int]:
    """The number of each name of this kind that is known."""
    groups = grouped(dict.fromkeys(names), keys.shard_of_name)
    answers = link.run([("HMGET", keys.key(shard, kind), *group) for shard, group in groups.items()])
    found = zip(
        (name for group in groups.values() for name in group),
        (n for group in answers for n in group),
        strict=True,
    )
    return {name: int(number) for name, number in found if number}


def number_of(link: Connection, article_id: str) -> int | None:
    """The number of an article by one of its ids."""
    return look_up(link, IDS, [article_id]).get(article_id)


def resolve(link: Connection, articles: Sequence[Article]) -> list[int]:
    """The number of each article: that of its id, else that of its canonical URL, else a new one.

    From now on both its names stand for that number, unless the URL is another article's already.
    """
    by_id = look_up(link, IDS, (article.id for article in articles))
    urls = [article.canonical_url for article in articles]
    by_url = look_up(link, URLS, filter(None, urls))
    fresh = _new_numbers(link, sum(article.id not in by_id for article in articles))
    wanted = {
        article.id: by_id.get(article.id) or by_url.get(url or "") or next(fresh)
        for article, url in zip(articles, urls, strict=True)
    }
    new_urls = {url: wanted[a.id] for a, url in zip(articles, urls, strict=True) if url and url not in by_url}
    by_url |= _reserve(link, URLS, new_urls)
    new_ids = {
        article.id: by_url.get(url or "", wanted[article.id])
        for article, url in zip(articles, urls, strict=True)
        if article.id not in by_id
    }
    by_id |= _reserve(link, IDS, new_ids)
    return [by_id[article.id] for article in articles]


def packed(article: Article) -> str:
    """The names of an article as its record notes them, one a line."""
    url = article.canonical_url
    return f"i{article.id}\n" + (f"u{url}\n" if url else "")


def forget(link: Connection, noted: Mapping[int, str]) -> None:
    """Forget the noted names of articles, where they still stand for them."""
    for kind in (IDS, URLS):
        pairs = [
            (line[1:], number)
            for number, lines in noted.items()
            for line in lines.splitlines()
            if line[0] == kind[0]
        ]
        groups = grouped(pairs, lambda pair: keys.shard_of_name(pair[0]))
        link.run(
            [
                call(
                    "ct_forget", [keys.key(shard, "shard")], kind, *(part for pair in group for part in pair)
                )
                for shard, group in groups.items()
            ]
        )


def _new_numbers(link: Connection, count: int) -> Iterator[int]:
    last = int(link.one(("INCRBY", keys.NEXT_NUMBER, count))) if count else 0
    return iter(range(last - count + 1, last + 1))


def _reserve(link: Connection, kind: str, wanted: Mapping[str, int]) -> dict[str, int]:
    groups = grouped(wanted, keys.shard_of_name)
    answers = link.run(
        [
            call(
                "ct_reserve",
                [keys.key(shard, "shard")],
                kind,
                *(part for name in group for part in (name, wanted[name])),
            )
            for shard, group in groups.items()
        ]
    )
    names = [name for group in groups.values() for name in group]
    return dict(zip(names, (int(number) for answer in answers for number in answer), strict=True))
