"""Chance that falls the same way on every machine and in every Python.

Only `random.Random.random` is promised never to change for a given seed, so everything else is
built on it here, with plain arithmetic: no `log` or `exp`, whose last bit depends on the platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Rng:
    """A seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random

    def share(self) -> float:
        """A number from 0 up to but not including 1, evenly spread."""
        return self._next()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._next() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included, evenly spread."""
        return low + int(self._next() * (high - low + 1))

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of the things, all equally likely."""
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, weights: Mapping[Thing, float]) -> Thing:
        """One of the keys, each as likely as its weight is large."""
        total = 0.0
        for weight in weights.values():  # `sum` of floats changed with Python 3.12
            total += weight
        left = self._next() * total
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return list(weights)[-1]  # rounding may leave a crumb

    def some_of(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """`count` different things, in the order in which they come up."""
        rest = list(things)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(count)]
