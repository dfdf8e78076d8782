"""Small groups are joined so that no subtraction brings one back; days, too."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.figures.breakdowns import with_rates
from retail.privacy import days, groups, rules
from retail.privacy.groups import MINIMUM

SUMS = ("gross",)


def shop(**cities: tuple[int, int]) -> pd.DataFrame:
    """City, buyers, gross."""
    rows = [(name, *values) for name, values in cities.items()]
    return pd.DataFrame(rows, columns=["city", "buyers", "gross"])


def shown(frame: pd.DataFrame) -> list[list[object]]:
    return frame[["city", "buyers", "gross"]].to_numpy().tolist()


def test_groups_that_are_large_stay_as_they_are() -> None:
    table = shop(York=(5, 50), Leeds=(9, 90))
    assert groups.merged(table, "city", "buyers", SUMS, are_disjoint=False) is table


def test_a_single_small_group_takes_the_smallest_large_one_with_it() -> None:
    table = shop(York=(7, 70), Hull=(2, 20), Leeds=(9, 90))
    result = groups.merged(table, "city", "buyers", SUMS, are_disjoint=True)
    assert shown(result) == [["York and smaller groups", 9, 90], ["Leeds", 9, 90]]


def test_small_groups_of_people_in_one_group_each_are_enough_together() -> None:
    table = shop(York=(70, 700), Hull=(2, 20), Ripon=(4, 40))
    result = groups.merged(table, "city", "buyers", SUMS, are_disjoint=True)
    assert shown(result) == [["York", 70, 700], ["Smaller groups", 6, 60]]


def test_buyers_who_may_be_in_both_are_not_added_up() -> None:
    table = shop(York=(70, 700), Hull=(4, 20), Ripon=(4, 40))
    result = groups.merged(table, "city", "buyers", SUMS, are_disjoint=False)
    assert shown(result) == [["York and smaller groups", 70, 760]]


def test_revenue_of_guests_alone_is_small_and_an_empty_group_is_not() -> None:
    table = shop(York=(70, 700), Unknown=(0, 20), Hull=(0, 0))
    result = groups.merged(table, "city", "buyers", SUMS, are_disjoint=True)
    assert shown(result) == [["York and smaller groups", 70, 720], ["Hull", 0, 0]]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 100)), min_size=1, max_size=12),
    st.booleans(),
)
def test_no_small_group_is_left_and_sums_stay(
    rows: list[tuple[int, int]], are_disjoint: bool
) -> None:
    table = shop(**{f"c{n}": row for n, row in enumerate(rows)})
    result = groups.merged(table, "city", "buyers", SUMS, are_disjoint=are_disjoint)
    assert result["gross"].sum() == table["gross"].sum()
    small = groups.is_small(result, "buyers", SUMS)
    assert not small.any() or len(result[result["gross"] + result["buyers"] > 0]) == 1


# ---- days ----


def trade(*rows: tuple[int, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """BY_DAY and PURCHASES of (day, customer), each of 10."""
    purchases = pd.DataFrame(list(rows), columns=["day", "customer_id"])
    by = purchases.groupby("day")
    sums = by.size().rename("purchases").reset_index()
    table = sums.assign(
        gross=sums["purchases"] * 10,
        returns=0,
        tax=0,
        units=sums["purchases"],
        lines=sums["purchases"],
        kept_purchases=sums["purchases"],
        credited_returns=0,
        buyers=by["customer_id"].nunique().to_numpy(),
    )
    return with_rates(table), purchases


def full(day: int) -> list[tuple[int, str]]:
    return [(day, f"c{n}") for n in range(MINIMUM)]


def test_days_with_five_buyers_stay_and_a_last_day_with_few_joins_the_one_before() -> None:
    by_day, purchases = trade(*full(100), *full(101), (102, "x"), (103, "y"))
    assert days.joined(by_day, purchases) == {100: 100, 101: 101, 102: 101, 103: 101}


def test_a_day_with_few_joins_the_next_and_the_busier_one_gives_its_name() -> None:
    by_day, purchases = trade(*full(100), (101, "x"), *full(102))
    assert days.joined(by_day, purchases) == {100: 100, 101: 102, 102: 102}


def test_one_person_on_many_days_is_one_person() -> None:
    by_day, purchases = trade(*[(100 + n, "ann") for n in range(9)], *full(110))
    assert set(days.joined(by_day, purchases).values()) == {110}


def test_a_month_that_has_five_stays_what_it_is() -> None:
    january, february = 16_101, 16_102  # 31 January and 1 February 2014
    by_day, purchases = trade(*full(january - 1), (january, "x"), *full(february))
    labels = days.joined(by_day, purchases)
    assert labels == {january - 1: january - 1, january: january - 1, february: february}
    assert days.keep_months(labels)


def test_a_month_that_has_fewer_joins_another() -> None:
    january, february = 16_101, 16_102
    by_day, purchases = trade(*full(january), (february, "x"))
    labels = days.joined(by_day, purchases)
    assert labels == {january: january, february: january}
    assert not days.keep_months(labels)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(16_000, 16_090), st.sampled_from("abcdefghijkl")),
        min_size=30,
        max_size=120,
    )
)
def test_every_period_has_five_buyers_and_all_periods_have_one_total(
    rows: list[tuple[int, str]],
) -> None:
    by_day, purchases = trade(*rows)
    if purchases["customer_id"].nunique() < MINIMUM:
        return
    tables = days.tables(by_day, purchases, days.joined(by_day, purchases))
    for name, table in tables.items():
        assert table["buyers"].min() >= MINIMUM, name
        assert table["gross"].sum() == by_day["gross"].sum(), name
        assert table["purchases"].sum() == len(purchases), name


@pytest.mark.parametrize(
    "counts, expected",
    [([9, 1, 8, 2], [0, 0, 2, 2]), ([1, 1, 9], [2, 2, 2]), ([1, 1], [0, 0]), ([5], [0])],
)
def test_rows_in_an_order_join_the_one_before(counts: list[int], expected: list[int]) -> None:
    assert groups.runs(counts) == expected


# ---- segments ----


def segment_table(**sizes: int) -> pd.DataFrame:
    """SEGMENTS with 100 of money for each customer."""
    whole = max(sum(sizes.values()), 1)
    return pd.DataFrame(
        [
            {
                "segment": name,
                "rule": "R 5",
                "rule_in_words": "lately",
                "customers": size,
                "share_of_customers": size / whole,
                "monetary": 100 * size,
                "share_of_net": size / whole if size else None,
                "kept_purchases": size,
                "average_order": 100,
                "return_rate": 0.1,
                "median_recency_days": 3.0,
                "order": number,
            }
            for number, (name, size) in enumerate(sizes.items(), 1)
        ]
    )


def test_small_segments_are_joined_without_a_rule_and_empty_ones_stay() -> None:
    shown = groups.joined_segments(segment_table(Loyal=20, Lost=3, Gone=4, Nobody=0))
    assert shown[["segment", "customers", "monetary", "rule"]].to_numpy().tolist() == [
        ["Loyal", 20, 2_000, "R 5"],
        ["Smaller groups", 7, 700, ""],
        ["Nobody", 0, 0, "R 5"],
    ]
    assert shown["median_recency_days"].isna().tolist() == [False, True, False]


def test_returns_are_joined_like_the_segments_whatever_is_smallest_there() -> None:
    table = segment_table(Loyal=20, Champions=9, Lost=3)
    returns = pd.DataFrame(
        {
            "segment": ["Champions", "Lost", "Loyal", "nothing kept"],
            "customers": [9, 3, 20, 6],
            "gross": [90, 30, 200, 60],
            "credited_returns": [-9, -3, -20, -60],
        }
    )
    alike = groups.joined_returns(returns, table)
    assert alike[["segment", "customers", "gross"]].to_numpy().tolist() == [
        ["Champions and smaller groups", 12, 120],
        ["Loyal", 20, 200],
        ["nothing kept", 6, 60],
    ]


@pytest.mark.parametrize("few, published", [(0, 400), (1, None), (4, None), (5, 395)])
def test_a_few_who_are_no_part_of_a_fit_are_not_counted(few: int, published: int | None) -> None:
    fits = pd.DataFrame({"customers": [400], "fitted": [400 - few]})
    found = rules.without_few_unfitted({"cluster_fits": fits})["cluster_fits"]
    assert found["fitted"].dropna().tolist() == ([] if published is None else [published])
