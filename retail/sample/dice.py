"""Chance that falls the same way on every machine and in every Python.

Only `random.Random.random` is promised never to change for a given seed, so everything else
(choices, whole numbers) is built on it here with plain arithmetic: no `log` or `exp`, whose last
bit depends on the platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random  # not for secrets

    def share(self) -> float:
        """A number from 0 up to but not including 1, evenly spread."""
        return self._next()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._next() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included, evenly spread."""
        return low + int(self._next() * (high - low + 1))

    def one_of(self, things: Sequence[T]) -> T:
        """One of the things, all equally likely."""
        return things[int(self._next() * len(things))]

    def weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of the things, likely in proportion to its weight."""
        left = self._next() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            left -= weight
            if left < 0:
                return thing
        return things[-1]  # rounding may leave a crumb

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different things, in the order in which they came up."""
        rest = list(things)
        return [rest.pop(int(self._next() * len(rest))) for _ in range(count)]
