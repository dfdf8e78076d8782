"""How much a month varies by chance alone: by how many orders arrive, and how large they happen to be.

Orders arrive at random (Poisson) and have sizes of their own, so a month's revenue is a compound Poisson sum: its
variance is estimated by the sum of the squares of the orders' amounts. A change between two months is beyond noise
when it is beyond two standard deviations of the difference and its p-value passes Holm's (1979) step-down test over
all names that are looked at, at 5 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

LEVEL = 0.05  # chance that any name is marked where nothing has changed
DEVIATIONS = 2  # that a change must be beyond in any case


def p_value(change: float, variance: float) -> float:
    """The chance of a change of this size or more, up or down, where nothing has changed (normal)."""
    if variance <= 0:
        return 1.0
    return math.erfc(abs(change) / math.sqrt(2 * variance))


def are_beyond(changes: Sequence[tuple[float, float]]) -> list[bool]:
    """Whether each change, given with its variance, is beyond noise; the whole family is tested at LEVEL.

    >>> are_beyond([(10.0, 100.0), (50.0, 100.0), (-21.0, 100.0)])
    [False, True, False]
    """
    p_values = [p_value(*one) for one in changes]
    order = sorted(range(len(changes)), key=lambda at: (p_values[at], at))
    found = [False] * len(changes)
    for place, at in enumerate(order):
        change, variance = changes[at]
        if p_values[at] > LEVEL / (len(changes) - place):
            break
        found[at] = abs(change) > DEVIATIONS * math.sqrt(variance)
    return found


def family(
    changes: Mapping[tuple[str, str], int], variances: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], bool]:
    """The same by (dimension, name); a name without orders is within noise."""
    tested = {name: (float(change), variances.get(name, 0.0)) for name, change in changes.items()}
    return dict(zip(tested, are_beyond(list(tested.values())), strict=True))
