"""Timing on one core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time
from typing import Final, TypeVar

T = TypeVar("T")

ROUNDS: Final = 3


def seconds_each(function: Callable[[T], object], items: Sequence[T]) -> float:
    """Processor seconds for one item: the best of `ROUNDS` rounds over all, after one that warms up."""
    for item in items[: len(items) // 4 + 1]:
        function(item)
    return min(_round(function, items) for _ in range(ROUNDS)) / len(items)


def _round(function: Callable[[T], object], items: Sequence[T]) -> float:
    start = process_time()
    for item in items:
        function(item)
    return process_time() - start
