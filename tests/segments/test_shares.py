"""Whether shares of several groups differ: against published results, scipy, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact
from shops_of_groups import CELLS, false_alarms, others_apart, wilson_apart

from retail.segments import shares
from retail.segments.shares import Group

# Smokers among lung cancer patients of four studies, as in R's help on prop.trend.test.
SMOKERS = [Group(86, 83), Group(93, 90), Group(136, 129), Group(82, 70)]


def factorials(most: int) -> np.ndarray:
    return np.cumsum(np.concatenate([[0.0], np.log(np.arange(1, most + 1))]))


def test_the_trend_is_that_of_r() -> None:
    found = shares.trend(SMOKERS)
    assert found is not None
    z, p_value = found
    assert z**2 == pytest.approx(8.2249, abs=5e-5)
    assert z < 0
    assert p_value == pytest.approx(0.004132, abs=0.002)


def test_a_group_of_no_one_keeps_its_place_in_a_trend() -> None:
    gap = [Group(100, 20), Group(0, 0), Group(100, 40), Group(100, 50)]
    z, _ = shares.trend(gap) or (0, 0)
    at, bought = (
        np.repeat([0, 2, 3], 100),
        np.concatenate([np.arange(100) < n for n in (20, 40, 50)]),
    )
    r = np.corrcoef(at, bought)[0, 1]
    assert z == pytest.approx(r * math.sqrt(300))  # Armitage's statistic is N r squared


def test_many_customers_give_the_p_value_of_the_chi_squared_distribution() -> None:
    groups = [Group(1_200, 300), Group(800, 230), Group(0, 0), Group(2_000, 560)]
    table = [
        [g.bought for g in groups if g.customers],
        [g.customers - g.bought for g in groups if g.customers],
    ]
    wanted = chi2_contingency(table, correction=False).pvalue
    assert shares.all_alike(groups) == pytest.approx(wanted, abs=0.02)


@given(st.tuples(*[st.integers(0, 60)] * 4).filter(lambda t: t[0] + t[1] and t[2] + t[3]))
def test_two_groups_are_compared_as_fisher_does(counts: tuple[int, int, int, int]) -> None:
    a, b, c, d = counts
    found = shares.fisher(Group(a + b, a), Group(c + d, c), factorials(240))
    assert found == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), max_size=8))
def test_any_groups_are_compared(rows: list[tuple[int, float]]) -> None:
    groups = [Group(many, round(many * share)) for many, share in rows]
    found = shares.apart(groups, 0.05)
    assert len(found) == len(groups)
    for group, one in zip(groups, found, strict=True):
        assert not one.is_apart or group.customers
        assert one.others.customers <= sum(g.customers for g in groups) - group.customers
    assert not any(one.is_apart for one in shares.apart(groups, 0))


def test_of_two_groups_each_differs_from_the_other() -> None:
    assert [one.is_apart for one in shares.apart([Group(200, 120), Group(300, 60)], 0.05)] == [
        True
    ] * 2


def test_a_group_between_those_that_differ_and_the_rest_is_not_set_apart() -> None:
    """It buys more than all others together, most of whom hardly buy, and less than those who are left."""
    groups = [Group(2_000, 20), Group(1_000, 10), Group(300, 120), Group(300, 180), Group(300, 185)]
    found = shares.apart(groups, 0.05)
    assert [one.is_apart for one in found] == [True, True, False, False, False]
    assert [one.is_between for one in found] == [False, False, True, False, False]


@pytest.mark.parametrize("kind", CELLS)
def test_small_groups_of_one_rate_rarely_differ(kind: str) -> None:
    """1 % of shops may; of 3,000 that is at most 1.55 % (three standard errors)."""
    assert false_alarms(kind, 3_000) <= 0.0155


def test_the_chi_squared_distribution_would_have_said_more() -> None:
    assert false_alarms("a few buy, small groups", 3_000, is_old=True) > 0.016


def test_when_one_differs_others_are_rarely_set_apart() -> None:
    assert others_apart(300) <= 0.08  # 5 %, and two standard errors
    assert others_apart(300, rule=wilson_apart) > 0.5
