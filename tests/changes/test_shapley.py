"""Shapley shares of a product: exact, whole, and the same whatever the order of the factors."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from retail.changes import month_bridge

counts = st.integers(1, 10**9)
chains = st.tuples(counts, counts, counts, counts).map(
    lambda chain: [Fraction(above, below) for below, above in pairwise((1, *chain))]
)


def averaged_over_orders(before: list[Fraction], now: list[Fraction]) -> list[Fraction]:
    """The definition, walked: change the factors one by one in every order."""
    orders = list(permutations(range(len(before))))
    total = [Fraction(0)] * len(before)
    for order in orders:
        state = list(before)
        for factor in order:
            earlier = prod(state)
            state[factor] = now[factor]
            total[factor] += prod(state) - earlier
    return [part / len(orders) for part in total]


@given(chains, chains)
def test_shares_add_up_and_are_the_average_over_all_orders(
    before: list[Fraction], now: list[Fraction]
) -> None:
    shares = month_bridge.shares(before, now)
    assert sum(shares) == prod(now) - prod(before)
    for share, exact in zip(shares, averaged_over_orders(before, now), strict=True):
        assert abs(share - exact) < 1


@given(st.lists(st.fractions(-1000, 1000, max_denominator=60), min_size=1, max_size=6))
def test_rounding_keeps_a_whole_sum(parts: list[Fraction]) -> None:
    parts = [*parts, -sum(parts) + 7]
    rounded = month_bridge.whole(parts)
    assert sum(rounded) == 7
    assert all(abs(whole - part) < 1 for whole, part in zip(rounded, parts, strict=True))


def test_a_factor_that_did_not_change_has_no_share() -> None:
    before = [Fraction(100), Fraction(3, 2), Fraction(2), Fraction(5)]
    now = [Fraction(80), Fraction(3, 2), Fraction(2), Fraction(5)]
    assert month_bridge.shares(before, now) == [-300, 0, 0, 0]
