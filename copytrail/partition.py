"""Sets that only ever merge."""

from __future__ import annotations

from collections.abc import Iterable


class Partition:
    """Disjoint sets of integers, each alone at first; n merges cost n log n, for the smaller moves."""

    def __init__(self, items: Iterable[int]) -> None:
        self._set_of = {item: [item] for item in items}

    def union(self, x: int, y: int) -> None:
        """Make one set of the sets of x and y."""
        large, small = self._set_of[x], self._set_of[y]
        if large is small:
            return
        if len(large) < len(small):
            large, small = small, large
        large.extend(small)
        for item in small:
            self._set_of[item] = large

    def together(self, x: int, y: int) -> bool:
        """Whether x and y are in one set."""
        return self._set_of[x] is self._set_of[y]

    def of(self, item: int) -> list[int]:
        """The set an item is in, in no promised order; the same list object for all items of the set."""
        return self._set_of[item]

    def sets(self) -> list[list[int]]:
        """Every set sorted, in the order of its smallest item."""
        unique = {id(found): found for found in self._set_of.values()}
        return sorted(sorted(found) for found in unique.values())
