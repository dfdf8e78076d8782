"""The yardsticks of tests.benchmarks.ranking: published parameters of CDNOW, and orders that are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import bgnbd, ranking


@pytest.mark.needs_data("cdnow")
def test_cdnow_as_published(shared_data) -> None:
    """Fader, Hardie and Lee (2005), table 2: the tenth of the customers, weeks, to 1997-09-30."""
    path = shared_data("cdnow") / "CDNOW_sample.txt"
    table = pd.read_csv(path, sep=r"\s+", header=None, usecols=[1, 2], dtype=str)
    day = pd.to_datetime(table[2], format="%Y%m%d").to_numpy("datetime64[D]").astype("int64")
    rows = pd.DataFrame({"customer_id": table[1], "day": day}).drop_duplicates()
    x, t_x, observed = ranking.histories(rows, ranking.days_of("1997-09-30"))
    found = bgnbd.fit(x, t_x / 7, observed / 7)
    assert found.log_likelihood == pytest.approx(-9582.42921, abs=1e-3)
    assert (found.r, found.alpha) == pytest.approx((0.24259, 4.41360), rel=2e-3)
    assert (found.a, found.b) == pytest.approx((0.79292, 2.42591), rel=5e-3)
    one = bgnbd.expected(found, np.array([2]), np.array([30.43]), np.array([38.86]), 39.0)
    assert one[0] == pytest.approx(1.22591, rel=2e-3)


def test_auc_and_lift_by_hand() -> None:
    score = np.array([3, 2, 2, 1])
    assert ranking.auc(score, np.array([True, False, False, False])) == 1
    assert ranking.auc(score, np.array([False, True, False, False])) == 0.5
    orders = np.array([4, 0, 4, 0])
    assert ranking.lift(score, orders, 0.25) == 2  # half of the orders from a quarter
    assert ranking.lift(score, orders, 0.5) == pytest.approx(
        6 / 8 / 0.5
    )  # ties share the second place


def test_a_scheme_finds_the_customers_who_go_on_buying() -> None:
    shop = ranking.simulated(1, regular=False, rates=True, leave=True)
    found = {scheme: ranking.ranked(shop, scheme) for scheme in ranking.SCHEMES}
    assert all(one.both > 0.8 for one in found.values())
    assert found["expected"].both >= max(found[one].both for one in ("quantiles", "rhythm"))
