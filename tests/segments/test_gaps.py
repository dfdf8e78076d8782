"""Gaps between orders: against published survival times, scipy, and the case study; and the scheme "rhythm"."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from retail.errors import ConfigError
from retail.segments import gaps, rfm, scored
from retail.segments.gaps import Gaps


def of_lengths(closed: list[int], still_open: list[int]) -> Gaps:
    size = max([0, *closed, *still_open]) + 1
    return Gaps(np.bincount(closed, minlength=size), np.bincount(still_open, minlength=size))


# Freireich et al. (1963), weeks in remission under 6-MP, as in every textbook on survival.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_remission_times_of_freireich() -> None:
    found = of_lengths(RELAPSED, CENSORED)
    # Survival after weeks 6, 7, 10, 13, 16, 22, 23: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448.
    shares = [Fraction(n, 1000) for n in (143, 193, 247, 310, 373, 462, 552)]
    assert [found.days([share - Fraction(1, 1000)])[0] for share in shares] == [
        6,
        7,
        10,
        13,
        16,
        22,
        23,
    ]
    assert found.days([Fraction(1, 2), Fraction(4, 5)]) == [23, None]
    assert float(1 - found.share_closed) == pytest.approx(0.448, abs=5e-4)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60), st.lists(st.integers(0, 60), max_size=60)
)
def test_the_curve_is_that_of_scipy(closed: list[int], still_open: list[int]) -> None:
    found = of_lengths(closed, still_open)
    curve = stats.ecdf(stats.CensoredData(uncensored=closed, right=still_open)).sf
    at = [int(day) for day in curve.quantiles if day in closed]
    for day in at:
        left = float(curve.probabilities[list(curve.quantiles).index(day)])
        [reached] = found.days([Fraction(1 - left - 1e-9)]) if left < 1 - 1e-6 else [day]
        assert reached == day
    assert float(found.share_closed) == pytest.approx(1 - curve.probabilities[-1])


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=40), st.lists(st.integers(0, 50), max_size=40)
)
def test_open_gaps_only_make_the_usual_gap_longer(closed: list[int], still_open: list[int]) -> None:
    alone = of_lengths(closed, []).days()
    both = of_lengths(closed, still_open).days()
    for without, found in zip(alone, both, strict=True):
        assert without is not None
        assert found is None or found >= without


def test_gaps_are_between_days_and_the_last_one_is_open() -> None:
    rows = [("ann", 0), ("ann", 0), ("ann", 10), ("ann", 13), ("bob", 5), (None, 7), ("eve", 20)]
    found = gaps.of(pd.DataFrame(rows, columns=["customer_id", "day"]), through=15)
    assert np.flatnonzero(found.closed).tolist() == [3, 10]
    assert np.flatnonzero(found.open).tolist() == [2, 10]  # of ann and bob; eve came later
    halves = [
        gaps.of(pd.DataFrame(part, columns=["customer_id", "day"]), 15)
        for part in (rows[:4], rows[4:])
    ]
    whole = halves[0] + halves[1]
    assert whole.closed.tolist() == found.closed.tolist()
    assert whole.open.tolist() == found.open.tolist()


def test_nobody_and_nothing() -> None:
    empty = gaps.of(pd.DataFrame({"customer_id": [], "day": []}), 10)
    assert (empty.days(), empty.share_closed) == ([None] * 4, 0)


@pytest.mark.needs_data("case_study")
def test_the_case_study_as_audited(case_study_history) -> None:
    """shared/notes/statistics.md: 211, 488 and 705 days; of closed gaps alone, wrongly, 151, 338, 467."""
    bought, _ = case_study_history
    found = gaps.of(bought, int(bought["day"].max()))
    assert found.days()[:3] == [211, 488, 705]
    alone = Gaps(found.closed, np.zeros_like(found.open))
    assert alone.days()[:3] == [151, 338, 467]


@pytest.mark.needs_data("cdnow")
def test_the_median_of_cdnow(shared_data) -> None:
    """The same notes: 94 days; a 70 % gap is the longest that can be told."""
    path = shared_data("cdnow") / "CDNOW_master.txt"
    table = pd.read_csv(path, sep=r"\s+", header=None, skiprows=1, usecols=[0, 1], dtype=str)
    day = pd.to_datetime(table[1], format="%Y%m%d").to_numpy("datetime64[D]").astype("int64")
    found = gaps.of(pd.DataFrame({"customer_id": table[0], "day": day}), int(day.max()))
    assert found.days() == [94, None, None, None]


# ---- the scheme ----


def people(*recencies: int) -> pd.DataFrame:
    """Scored customers with these recencies; the first to come did so on day 0, and as-of is day 1,000."""
    return pd.DataFrame(
        {
            "recency_days": pd.array(recencies, "Int64"),
            "last_kept_day": pd.array([1_000 - n for n in recencies], "Int64"),
            "first_purchase_day": pd.array([0] * len(recencies), "Int64"),
            "frequency": pd.array([1] * len(recencies), "Int64"),
            "monetary": pd.array([100] * len(recencies), "Int64"),
        }
    )


def evenly(count: int) -> Gaps:
    """Closed gaps of 1 to `count` days, one each: the gap of a share is that share of `count`."""
    return of_lengths(list(range(1, count + 1)), [])


def test_recency_is_cut_at_the_shops_own_gaps() -> None:
    customers = people(0, 50, 51, 80, 81, 90, 91, 95, 96, 700)
    cuts, longest = scored.scheme_cuts("rhythm", 5, {}, evenly(100), customers)
    assert cuts["recency"] == (50, 80, 90, 95)
    found = rfm.score(customers, 5, cuts, longest)
    assert found.table["r"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_a_gap_that_cannot_be_told_leaves_its_scores_empty_and_impossible() -> None:
    customers = people(10, 60, 1_000)
    short = of_lengths([20, 30, 40], [50, 60])  # three of five have come back
    cuts, longest = scored.scheme_cuts("rhythm", 5, {}, short, customers)
    assert (cuts["recency"], longest) == ((40, 1_000, 1_000, 1_000), 1_000)
    found = rfm.score(customers, 5, cuts, longest)
    assert found.table["r"].tolist() == [5, 4, 4]
    grid = rfm.grid_table(customers.assign(r=found.table["r"], f=1, segment="any"), found)
    assert set(grid.loc[grid["is_impossible"] & (grid["f"] == 1), "r"]) == {1, 2, 3}


def test_cut_points_by_hand_come_first_and_other_bins_are_refused() -> None:
    by_hand = {"recency": (Fraction(1), Fraction(2), Fraction(3), Fraction(4))}
    assert scored.scheme_cuts("rhythm", 5, by_hand, evenly(9), people(1)) == (by_hand, None)
    with pytest.raises(ConfigError, match=r"rfm.bins: 4.*Set bins = 5 or scheme"):
        scored.scheme_cuts("rhythm", 4, {}, evenly(9), people(1))
    assert scored.scheme_cuts("quantiles", 4, {}, evenly(9), people(1)) == ({}, None)


def test_customers_past_each_gap_are_counted_by_segment() -> None:
    customers = people(10, 60, 85, 99).assign(group="scored", segment=["New", "New", "Old", "Old"])
    by_segment = gaps.by_segment(evenly(100), customers, ["New", "Old", "None"]).set_index(
        "segment"
    )
    assert by_segment["past_50"].tolist() == [1, 2, 0]
    assert by_segment["past_95"].tolist() == [0, 1, 0]
    table = gaps.table(evenly(100), customers)
    assert table["customers"].tolist() == [3, 2, 1, 1]
    assert table["share_of_customers"].tolist() == [0.75, 0.5, 0.25, 0.25]


def test_a_shop_whose_gaps_are_known() -> None:
    """Exponential gaps of 200 days on average, seen for two years: half are over by 139 days, 80 % by 322."""
    found, alone = [], []
    for seed in range(20):
        draw = np.random.default_rng(seed)
        rows = []
        for customer in range(400):
            day = draw.uniform(0, 365)
            while day < 730:
                rows.append((str(customer), int(day)))
                day += draw.exponential(200)
        table = pd.DataFrame(rows, columns=["customer_id", "day"])
        one = gaps.of(table, 729)
        found.append(one.days()[:2])
        alone.append(Gaps(one.closed, np.zeros_like(one.open)).days()[:2])
    assert np.mean(found, axis=0) == pytest.approx([139, 322], rel=0.03)
    # What closed gaps alone would say: far too short.
    assert (np.mean(alone, axis=0) < [125, 280]).all()
