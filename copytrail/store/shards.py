"""Spreading work over the shards: group, send one call to each shard, put the answers back in order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from copytrail.store import keys
from copytrail.store.connection import Argument, Command, Connection, call, read

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def grouped(items: Iterable[T], group_of: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by group, in their order."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(group_of(item), []).append(item)
    return groups


def read_articles(link: Connection, name: str, numbers: Sequence[int], *first: Argument) -> dict[int, Any]:
    """Call a reading function with `first` and the numbers of each shard; the answer for each number."""
    return _of_articles(link, read, name, {number: (number,) for number in numbers}, first)


def change_articles(
    link: Connection, name: str, arguments: Mapping[int, Sequence[Argument]], *first: Argument
) -> dict[int, Any]:
    """Call a writing function with `first` and the arguments of the articles of each shard; its answers by
    number.
    """
    return _of_articles(link, call, name, arguments, first)


def _of_articles(
    link: Connection,
    make: Callable[..., Command],
    name: str,
    arguments: Mapping[int, Sequence[Argument]],
    first: Sequence[Argument],
) -> dict[int, Any]:
    groups = grouped(arguments, keys.shard_of)
    commands = [
        make(
            name,
            [keys.key(shard, "shard")],
            *first,
            *(value for number in numbers for value in arguments[number]),
        )
        for shard, numbers in groups.items()
    ]
    answers = link.run(commands)
    return {
        number: answer
        for numbers, of_shard in zip(groups.values(), answers, strict=True)
        for number, answer in zip(numbers, of_shard, strict=True)
    }
