"""Simulated campaigns of which it is known what they bring, and how often the readout is right.

Net revenue is as in shops: most customers bring nothing, and of those who buy a few bring much
(Pareto of tail 1.3, which has no variance, or lognormal of spread 1.3).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from retail.lists.campaign_lift import ALPHA_Z, net_difference

RATE = 0.3  # orders of a customer within the campaign
SIZES = ((89, 89), (178, 50), (230, 60), (460, 50), (460, 115))  # treated, held out
KINDS = ("pareto", "lognormal")
# What every treated customer brings more, on average (smallest unit), and how it comes about.
EFFECTS = ("none", "a gift", "more orders", "larger orders")

Interval = Callable[[np.ndarray, np.ndarray], tuple[float, float]]


def of_the_draw(net: np.ndarray, held: np.ndarray) -> tuple[float, float]:
    """The readout's interval."""
    interval = net_difference(net, held).interval
    assert interval is not None
    return interval


def of_large_samples(net: np.ndarray, held: np.ndarray) -> tuple[float, float]:
    """The interval of a normal distribution, each group with its own variance (Welch)."""
    one, other = net[~held], net[held]
    estimate = one.mean() - other.mean()
    half = ALPHA_Z * np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return estimate - half, estimate + half


def campaigns(
    kind: str, size: tuple[int, int], effect: str, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
    """Net revenue per customer (whole cents), who is held out, and the true difference; for ever."""
    lots = np.random.default_rng([seed, *size, KINDS.index(kind), EFFECTS.index(effect)])
    usual = {"pareto": 2_000 * 1.3 / 0.3, "lognormal": 5_000 * np.exp(1.3**2 / 2)}[kind]
    rate = RATE * (1.5 if effect == "more orders" else 1)
    factor = 1.5 if effect == "larger orders" else 1
    gift = 1_000 if effect == "a gift" else 0
    truth = {"more orders": RATE / 2 * usual, "larger orders": RATE / 2 * usual}.get(effect, gift)
    everyone = sum(size)
    while True:
        held = np.zeros(everyone, dtype=bool)
        held[lots.choice(everyone, size[1], replace=False)] = True
        orders = lots.poisson(np.where(held, RATE, rate))
        many = int(orders.sum())
        each = (
            2_000 * (1 + lots.pareto(1.3, many))
            if kind == "pareto"
            else 5_000 * lots.lognormal(0, 1.3, many)
        )
        spend = np.bincount(np.repeat(np.arange(everyone), orders), each, everyone)
        net = np.rint(spend * np.where(held, 1, factor)).astype("int64") + np.where(held, 0, gift)
        yield net, held, truth


@dataclass(frozen=True)
class Rates:
    """Of many campaigns, the shares whose interval has the truth, and lies wholly above or below 0."""

    covered: float
    more: float
    less: float


def rates(
    kind: str,
    size: tuple[int, int],
    effect: str = "none",
    *,
    times: int,
    seed: int = 0,
    interval: Interval = of_the_draw,
) -> Rates:
    """What an interval says of `times` campaigns."""
    found = []
    for net, held, truth in itertools.islice(campaigns(kind, size, effect, seed), times):
        low, high = interval(net, held)
        found.append((low <= truth <= high, low > 0, high < 0))
    return Rates(*(float(share) for share in np.mean(found, axis=0)))
