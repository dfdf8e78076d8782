"""Scores: ties, exactness, degenerate shops, and cut points fixed by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import segments
from retail.errors import ConfigError
from retail.schema.units import Units
from retail.segments import rfm

AS_OF = 1_000
Shop = Callable[..., pd.DataFrame]
CENTS = Units(money_scale=2, quantity_scale=0)


def scored(sums: pd.DataFrame, bins: int = 5) -> pd.DataFrame:
    customers = rfm.measured(sums, AS_OF)
    return customers.join(rfm.score(customers, bins).table)


def test_ten_customers_are_scored_two_by_two(shop: Shop) -> None:
    days = [999, 990, 980, 970, 960, 950, 940, 930, 920, 910]
    orders = [1, 1, 1, 1, 2, 2, 3, 4, 5, 9]
    sums = shop(*((f"c{i}", days[i], orders[i], 100 * (i + 1)) for i in range(10)))
    table = scored(sums)[["customer_id", "recency_days", "frequency", "r", "f", "m"]]
    expected = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(10)],
            "recency_days": [1, 10, 20, 30, 40, 50, 60, 70, 80, 90],
            "frequency": orders,
            "r": [5, 5, 4, 4, 3, 3, 2, 2, 1, 1],
            # The cut points are 1, 1.6, 2.4 and 4.2: no one has the second score.
            "f": [1, 1, 1, 1, 3, 3, 4, 4, 5, 5],
            "m": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


def test_a_value_on_a_cut_point_is_not_above_it(shop: Shop) -> None:
    # Six customers, 0 to 50 days and 1 to 6 orders: every cut point is a value of the data.
    sums = shop(*((f"c{i}", AS_OF - 10 * i, i + 1, 100) for i in range(6)))
    table = scored(sums)
    assert table["r"].tolist() == [5, 5, 4, 3, 2, 1]
    assert table["f"].tolist() == [1, 1, 2, 3, 4, 5]


def test_cut_points_are_exact_where_floats_are_not() -> None:
    values = [3, 3, 3, 3, 3, 3, 3, 3, 10**15 + 1, 10**15 + 1, 10**15 + 3]
    assert rfm.cut_points(values, 5)[-1] == 10**15 + 1
    assert rfm.cut_points([1, 2], 3) == (Fraction(4, 3), Fraction(5, 3))
    assert rfm.cut_points([], 5) == ()


def test_groups_add_up_and_only_a_kept_purchase_is_scored(shop: Shop) -> None:
    sums = shop(
        ("kept", 990, 1, 500),
        ("kept at a loss", 980, 1, -20),
        ("all returned", None, 0, 0),
        ("refund only", None, 0, -300),
        ("prospect", None, 0, 0),
        purchases=[1, 1, 1, 0, 0],
        lines=[1, 3, 2, 1, 0],
    )
    table = scored(sums)
    assert table["group"].tolist() == [
        "scored",
        "scored",
        "nothing kept",
        "refund only",
        "prospect",
    ]
    assert table[["r", "f", "m"]].isna().all(axis=1).tolist() == [False, False, True, True, True]
    assert table["monetary"].tolist()[:2] == [500, -20]


# ---- laws ----

VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=60)


@given(VALUES, st.integers(3, 10))
def test_cut_points_are_the_quantiles_by_linear_interpolation(values: list[int], bins: int) -> None:
    ordered = sorted(values)
    for k, cut in enumerate(rfm.cut_points(values, bins), 1):
        place = Fraction(k * (len(values) - 1), bins)
        low = int(place)
        high = min(low + 1, len(values) - 1)
        assert cut == ordered[low] + (place - low) * (ordered[high] - ordered[low])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.integers(-9, 9)), min_size=1))
def test_equal_customers_share_scores_in_any_order(rows: list[tuple[int, int, int]]) -> None:
    names = ["recency_days", "frequency", "monetary"]
    customers = pd.DataFrame(rows, columns=names).astype("Int64")
    table = customers.join(rfm.score(customers, 5).table)
    assert table.groupby(names)[["r", "f", "m"]].nunique().eq(1).all(axis=None)
    backwards = customers.iloc[::-1]
    again = customers.join(rfm.score(backwards, 5).table)
    pd.testing.assert_frame_equal(table, again)
    # More is never worse, except for recency, where less is never worse.
    for measure, letter in (("recency_days", "r"), ("frequency", "f"), ("monetary", "m")):
        steps = table.sort_values(measure)[letter].diff().dropna()
        assert (steps <= 0).all() if letter == "r" else (steps >= 0).all()
        assert table[letter].between(1, 5).all()


@given(VALUES, st.integers(3, 6))
def test_the_printed_rule_is_the_score(values: list[int], bins: int) -> None:
    customers = pd.DataFrame(dict.fromkeys(rfm.MEASURES.values(), values), dtype="Int64")
    scores = rfm.score(customers, bins)
    cuts = rfm.cut_table(scores, Units(0, 0))
    for measure, letter in rfm.LETTERS.items():
        for rule in cuts[cuts["measure"] == measure].itertuples():
            inside = [
                not value <= rule.above and not value > rule.up_to  # a missing limit is no limit
                for value in values
            ]
            assert (scores.table[letter] == rule.score).tolist() == inside
            assert rule.customers == sum(inside)
            assert not (rule.is_impossible and rule.customers)


# ---- degenerate shops, with what the page says ----


def notes(sums: pd.DataFrame, kept: pd.DataFrame, settings: Shop, topic: str) -> list[str]:
    tables = segments.analyse(sums, kept, as_of=AS_OF, units=CENTS, settings=settings())
    said = tables["segment_notes"]
    return said.loc[said["topic"] == topic, "sentence"].tolist()


def test_no_one_to_score(shop: Shop, nothing_kept: pd.DataFrame, settings: Shop) -> None:
    sums = shop(("prospect", None, 0, 0))
    assert notes(sums, nothing_kept, settings, "rfm") == [
        "No customer has a kept purchase, so there is no one to score."
    ]
    assert notes(sums.iloc[:0], nothing_kept, settings, "rfm") == [
        "No customer has a kept purchase, so there is no one to score."
    ]


def test_one_customer(shop: Shop, nothing_kept: pd.DataFrame, settings: Shop) -> None:
    sums = shop(("only", 990, 1, 500))
    tables = segments.analyse(sums, nothing_kept, as_of=AS_OF, units=CENTS, settings=settings())
    only = tables["customers"].iloc[0]
    assert (only["r"], only["f"], only["m"], only["segment"]) == (5, 1, 1, "Recent, few orders")
    assert notes(sums, nothing_kept, settings, "rfm") == [
        "Only 1 customer is scored. Scores compare customers with each other; with fewer than 50 "
        "they say little."
    ]


def test_two_customers_leave_scores_empty_for_want_of_customers(
    shop: Shop, nothing_kept: pd.DataFrame, settings: Shop
) -> None:
    said = notes(shop(("a", 990, 1, 500), ("b", 900, 4, 900)), nothing_kept, settings, "rfm")
    assert said[1:] == [
        f"No one has {measure} score 2, 3 and 4."
        for measure in ("recency", "frequency", "monetary")
    ]


def test_all_equal(shop: Shop, nothing_kept: pd.DataFrame, settings: Shop) -> None:
    sums = shop(*((f"c{i:03}", 990, 1, 2_500) for i in range(100)))
    tables = segments.analyse(sums, nothing_kept, as_of=AS_OF, units=CENTS, settings=settings())
    assert tables["customers"][["r", "f", "m"]].drop_duplicates().values.tolist() == [[5, 1, 1]]
    assert notes(sums, nothing_kept, settings, "rfm") == [
        "All scored customers have the same recency (10 days), so it does not separate them.",
        "All scored customers have the same frequency (1 order), so it does not separate them.",
        "All scored customers have the same monetary (25.00), so it does not separate them.",
    ]
    assert notes(sums, nothing_kept, settings, "segments") == [
        "Everyone is in “Recent, few orders”."
    ]
    words = tables["segments"].set_index("segment")["rule_in_words"]
    assert words["Recent, few orders"] == "last kept purchase 0 to 10 days ago; 1 order"
    assert words["Loyal"] == "no one can be in it, since cut points are equal"


def test_most_bought_once(shop: Shop, nothing_kept: pd.DataFrame, settings: Shop) -> None:
    sums = shop(*((f"c{i:03}", 900 + i, 1 if i < 70 else i - 68, 100 * i) for i in range(100)))
    tables = segments.analyse(sums, nothing_kept, as_of=AS_OF, units=CENTS, settings=settings())
    assert notes(sums, nothing_kept, settings, "rfm") == [
        "Frequency scores 2 and 3 are empty, because equal values share a score: 70% of the scored "
        "customers have 1 order."
    ]
    assert notes(sums, nothing_kept, settings, "segments") == [
        "No one is in “Potential loyalists”, “Recent, few orders”, “Need attention”, “Can't lose "
        "them” and “At risk”."
    ]
    cuts = tables["rfm_cuts"].query("measure == 'frequency'")
    assert cuts["rule"].tolist() == [
        "1 order",
        "no value: equal cut points",
        "no value: equal cut points",
        "2 to 11 orders",
        "12 or more orders",
    ]
    grid = tables["rfm_grid"]
    assert grid.loc[grid["is_impossible"], "f"].unique().tolist() == [2, 3]
    assert grid.loc[grid["is_impossible"], "customers"].sum() == 0
    assert grid["customers"].sum() == 100


# ---- cut points by hand ----


def test_cut_points_by_hand_are_in_days_orders_and_money(
    shop: Shop, nothing_kept: pd.DataFrame, settings: Shop
) -> None:
    sums = shop(("on the cut", 970, 2, 1_010), ("above", 969, 3, 1_011), ("small", 999, 1, 5))
    by_hand = {"recency": (30, 60), "frequency": (2, 4), "monetary": (10.1, 99.0)}
    tables = segments.analyse(
        sums, nothing_kept, as_of=AS_OF, units=CENTS, settings=settings(bins=3, cuts=by_hand)
    )
    table = tables["customers"].set_index("customer_id")[["r", "f", "m"]]
    assert table.loc["on the cut"].tolist() == [3, 1, 1]
    assert table.loc["above"].tolist() == [2, 2, 2]
    rules = tables["rfm_cuts"].query("measure == 'monetary'")["rule"].tolist()
    assert rules == ["up to 10.10", "above 10.10, up to 99.00", "above 99.00"]


@pytest.mark.parametrize(
    "cuts, message",
    [
        ((1.0, 2.0), "2 cut points, but bins = 5 needs 4, one fewer than bins"),
        ((1.0, 3.0, 2.0, 4.0), "does not ascend; write the smallest first"),
        ((1.0, 2.0, 3.0, float("inf")), "holds no plain number"),
    ],
)
def test_unusable_cut_points_name_the_key(cuts: tuple[float, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=r"key rfm\.cuts\.recency") as caught:
        rfm.fixed_cuts({"recency": cuts}, 5, CENTS)
    assert message in str(caught.value)


def test_scoring_leaves_its_input_alone(shop: Shop) -> None:
    sums = shop(("a", 990, 1, 5), ("b", None, 0, 0))
    before = sums.copy(deep=True)
    scored(sums)
    pd.testing.assert_frame_equal(sums, before)
