"""Shares of buyers in several groups: their intervals, and whether they differ by more than chance.

Groups can be small and buyers few, where the chi-squared and normal distributions are wrong. So
probabilities are counted: of draws of who bought, or of all tables with the same totals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

CONFIDENT = 1.959963984540054  # standard errors on either side for 95 %
# Draws of who bought, and their lot. Of 999 the rarest 1 % would be 0.4 to 1.6 % for one shop or another.
DRAWS, SEED = 9_999, 20


@dataclass(frozen=True)
class Group:
    """Customers of one group, and how many of them bought."""

    customers: int
    bought: int

    @property
    def share(self) -> float | None:
        """Who bought, of all; None when there are no customers."""
        return self.bought / self.customers if self.customers else None


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), without continuity correction."""
    z2 = CONFIDENT**2
    centre = successes + z2 / 2
    half = CONFIDENT * math.sqrt(successes * (trials - successes) / trials + z2 / 4)
    low, high = (centre - half) / (trials + z2), (centre + half) / (trials + z2)
    return max(low, 0.0), min(high, 1.0)


def all_alike(groups: Sequence[Group]) -> float | None:
    """The p-value that all groups buy alike: Pearson's statistic against that of draws.

    None when there is nothing to compare: all or none bought, or all are in one group.
    """
    sizes, bought = _counts(groups)
    if _is_settled(sizes, bought):
        return None
    share = bought.sum() / sizes.sum()

    def pearson(counts: np.ndarray) -> np.ndarray:
        return ((counts - sizes * share) ** 2 / (sizes * share * (1 - share))).sum(axis=-1)

    return _drawn_p(pearson(_draws(sizes, bought)), float(pearson(bought)))


def trend(groups: Sequence[Group]) -> tuple[float, float] | None:
    """Whether more buy the higher the group, in order and one step apart: z and its p-value.

    z is that of Cochran (1954) and Armitage (1955), above 0 when shares rise; its two-sided p-value is
    taken from draws. None when there is nothing to compare.
    """
    sizes, bought = _counts(groups)
    if _is_settled(sizes, bought):
        return None
    at = np.flatnonzero([group.customers for group in groups]).astype("float64")
    many, share = sizes.sum(), bought.sum() / sizes.sum()
    centred = at - (sizes * at).sum() / many
    spread = math.sqrt(share * (1 - share) * (sizes * centred**2).sum())
    z = float((bought * centred).sum() / spread)
    others = (_draws(sizes, bought) * centred).sum(axis=1) / spread
    return z, _drawn_p(np.abs(others), abs(z))


def _counts(groups: Sequence[Group]) -> tuple[np.ndarray, np.ndarray]:
    """Customers and buyers of the groups that have customers."""
    some = [(group.customers, group.bought) for group in groups if group.customers]
    table = np.array(some, dtype="int64").reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _is_settled(sizes: np.ndarray, bought: np.ndarray) -> bool:
    return len(sizes) < 2 or bought.sum() in (0, sizes.sum())


def _draws(sizes: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Draws x groups: buyers of each group, had chance alone said who of all customers buys."""
    lots = np.random.default_rng(SEED)
    return lots.multivariate_hypergeometric(sizes, int(bought.sum()), DRAWS, method="marginals")


def _drawn_p(others: np.ndarray, seen: float) -> float:
    """Share of the draws, with what is seen as one of them, that go at least as far."""
    return (1 + int((others >= seen * (1 - 1e-9)).sum())) / (DRAWS + 1)


@dataclass(frozen=True)
class Comparison:
    """A group against others: p_value is Fisher's, None when there are no others or no customers.

    is_between: it differs from these others, but the other way from all others.
    """

    others: Group
    p_value: float | None = None
    is_apart: bool = False
    is_between: bool = False


def apart(groups: Sequence[Group], level: float) -> list[Comparison]:
    """Which groups differ from the rest, for each of `groups`.

    The group that differs most surely from all others is set apart, if the level divided by the number of
    groups in question allows it (Holm 1979). It is then no longer among the others, so that it does not
    make those differ that only differ from it; and so on. Groups that are not set apart are
    compared with the others that are not. One that is above these and below all others, or the other way
    round, is between them and not set apart.
    """
    logs = np.concatenate([[0.0], np.log(np.arange(1, sum(g.customers for g in groups) + 1))])
    factorials = np.cumsum(logs)
    rest = [at for at, group in enumerate(groups) if group.customers]
    found = [Comparison(Group(0, 0))] * len(groups)
    while True:
        now = {at: _compared(groups, at, rest, factorials) for at in rest}
        p_values = {at: one.p_value for at, one in now.items() if one.p_value is not None}
        first = min(p_values, key=p_values.__getitem__, default=None)
        if first is None or p_values[first] > level / len(rest):
            for at, one in now.items():
                found[at] = one
            return found
        # Of two groups, each differs from the other.
        for at in rest if len(rest) == 2 else [first]:
            found[at] = _set_apart(groups, at, now[at])
        rest = [] if len(rest) == 2 else [at for at in rest if at != first]


def _set_apart(groups: Sequence[Group], at: int, compared: Comparison) -> Comparison:
    """A group that differs from others: on the same side of all others, or between."""
    one, others = groups[at], compared.others
    bought, customers = (sum(getattr(g, n) for g in groups) for n in ("bought", "customers"))
    above_these = one.bought * others.customers - others.bought * one.customers
    above_all = one.bought * customers - bought * one.customers
    is_between = above_these * above_all < 0
    return replace(compared, is_apart=not is_between, is_between=is_between)


def _compared(
    groups: Sequence[Group], at: int, rest: Sequence[int], factorials: np.ndarray
) -> Comparison:
    one, others = groups[at], [groups[other] for other in rest if other != at]
    both = Group(sum(g.customers for g in others), sum(g.bought for g in others))
    return Comparison(both, fisher(one, both, factorials) if both.customers else None)


def fisher(one: Group, other: Group, factorials: np.ndarray) -> float:
    """The two-sided p-value that two groups buy alike (Fisher 1935): tables no likelier than this.

    factorials: logarithms of 0!, 1!, ... up to that of all customers.
    """
    many, bought = one.customers + other.customers, one.bought + other.bought
    x = np.arange(max(0, bought - other.customers), min(one.customers, bought) + 1)
    likely = -(
        factorials[x]
        + factorials[one.customers - x]
        + factorials[bought - x]
        + factorials[other.customers - bought + x]
    )
    likely += factorials[one.customers] + factorials[other.customers]
    likely += factorials[bought] + factorials[many - bought] - factorials[many]
    seen = likely[one.bought - x[0]]
    return min(float(np.exp(likely[likely <= seen + 1e-7]).sum()), 1.0)
