"""How much each factor of a product contributes to its change, exactly.

Shapley shares (L. S. Shapley, "A value for n-person games", 1953): the factor's effect, averaged
over every order in which the factors could have changed. The shares do not depend on an order, and
they add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, prod


def shares(before: Sequence[Fraction], now: Sequence[Fraction]) -> list[int]:
    """Whole shares of prod(now) - prod(before), one for each factor; they add up to it exactly.

    Both products must be whole. What is lost in rounding down goes to the largest remainders.

    >>> shares([Fraction(10), Fraction(2)], [Fraction(12), Fraction(3)])
    [5, 11]
    """
    return whole([_share(before, now, factor) for factor in range(len(before))])


def _share(before: Sequence[Fraction], now: Sequence[Fraction], factor: int) -> Fraction:
    count = len(before)
    others = [other for other in range(count) if other != factor]
    total = Fraction(0)
    for size in range(count):
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        for changed in combinations(others, size):
            rest = prod((now[o] if o in changed else before[o] for o in others), start=Fraction(1))
            total += weight * rest * (now[factor] - before[factor])
    return total


def whole(parts: Sequence[Fraction]) -> list[int]:
    """Whole numbers near `parts` with the same (whole) sum, by largest remainder; ties by place.

    >>> whole([Fraction(1, 2), Fraction(1, 2), Fraction(-1)])
    [1, 0, -1]
    """
    rounded = [floor(part) for part in parts]
    missing = int(sum(parts, start=Fraction(0))) - sum(rounded)
    by_remainder = sorted(range(len(parts)), key=lambda n: (rounded[n] - parts[n], n))
    for place in by_remainder[:missing]:
        rounded[place] += 1
    return rounded
