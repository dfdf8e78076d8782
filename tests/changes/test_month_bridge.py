"""The bridge from a month to the same month a year later, by hand and as a law."""

from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail import frames
from retail.aggregates import month_pair
from retail.aggregates.engine import Frame, open_parquet
from retail.changes import month_bridge
from retail.schema import TABLES
from retail.schema.units import Period, Units, first_day, month_of

FEB = 2014 * 12 + 1
PERIOD = Period(first_day(FEB - 14), first_day(FEB + 1) - 1, first_day(FEB + 1) - 1)
UNITS = Units(money_scale=2, quantity_scale=0, currency="$")
ALL = frozenset({"quantity", "category", "subcategory", "channel", "city"})


def lines(*rows: tuple[str, str, int, str, str, int, int]) -> pd.DataFrame:
    """transaction, customer, month (0 a year before, 1 the last), category, channel, units, amount."""
    return pd.DataFrame(
        [
            {
                "transaction_id": transaction,
                "customer_id": customer,
                "product_id": "",
                "day": first_day(FEB - 12 * (1 - side)) + 3,
                "category": category,
                "subcategory": "All",
                "channel": channel,
                "city": "Rome",
                "quantity": units,
                "amount": amount,
            }
            for transaction, customer, side, category, channel, units, amount in rows
        ]
    )


def purchases(frame: pd.DataFrame) -> Frame:
    """Positive lines by id and customer, dated at the earliest."""
    sold = frame[frame["amount"] > 0]
    by = sold.groupby(["transaction_id", "customer_id"], as_index=False)["day"].min()
    return nw.from_native(by).lazy()


def bridged(frame: pd.DataFrame, features: frozenset[str] = ALL) -> dict[str, pd.DataFrame]:
    pair = month_pair.compared(nw.from_native(frame).lazy(), purchases(frame), PERIOD)
    found = month_bridge.tables(pair, UNITS, features)
    return {name: frames.conform(table, TABLES[name]) for name, table in found.items()}


SHOP = lines(
    ("a1", "Ann", 0, "Books", "Web", 2, 2000),
    ("b1", "Bob", 0, "Books", "Web", 1, 1000),
    ("b2", "Bob", 0, "Records", "Web", 1, 700),  # a category that leaves
    ("g1", "", 0, "Books", "Web", 1, 900),  # a guest
    ("a2", "Ann", 1, "Books", "Web", 3, 3600),
    ("a3", "Ann", 1, "Books", "Web", 1, 1200),
    ("a2", "Ann", 1, "Books", "Web", -1, -1200),
    ("b3", "Bob", 1, "Tea", "Web", 1, 400),  # a category that enters
    ("b4", "Bob", 1, "Books", "Phone", 1, 500),  # a channel that enters
)


def test_the_bridge_by_hand() -> None:
    bridge = bridged(SHOP)["net_bridge"]
    steps = dict(zip(bridge["step"], bridge["amount"], strict=True))
    # Known, lasting: 2 buyers, 2 purchases, 3 units, 3,000 -> 1 buyer, 2 purchases, 4 units, 4,800.
    assert list(steps) == [
        "Net revenue, 2013-02",
        "Buyers",
        "Purchases per buyer",
        "Units per purchase",
        "Prices within subcategories",
        "Guests",
        "Gone category: Records",
        "New category: Tea",
        "New channel: Phone",
        "Returns",
        "Net revenue, 2014-02",
    ]
    assert steps["Net revenue, 2013-02"] == 4600
    assert steps["Net revenue, 2014-02"] == 4500
    factors = [steps[name] for name in list(steps)[1:5]]
    assert sum(factors) == 4800 - 3000
    assert factors[0] < 0 < factors[1]
    assert steps["Guests"] == -900
    assert steps["Gone category: Records"] == -700
    assert steps["New category: Tea"] == 400
    assert steps["New channel: Phone"] == 500
    assert steps["Returns"] == -1200


def test_the_factors_by_hand() -> None:
    factors = bridged(SHOP)["bridge_factors"]
    assert factors["factor"].tolist() == [
        "Buyers",
        "Purchases per buyer",
        "Units per purchase",
        "Revenue per unit",
    ]
    assert factors["before"].tolist() == [2, 1, 1.5, 1000]
    assert factors["now"].tolist() == [1, 2, 2, 1200]


def test_without_quantities_lines_are_counted() -> None:
    factors = bridged(SHOP, ALL - {"quantity"})["bridge_factors"]
    assert factors["factor"].tolist()[2:] == ["Lines per purchase", "Amount per line"]


def test_movers_name_a_subcategory_with_its_category() -> None:
    movers = bridged(SHOP)["month_movers"]
    assert movers.loc[movers["dimension"] == "subcategory", "name"].tolist() == [
        "Records / All",
        "Tea / All",
        "Books / All",
    ]
    books = movers[(movers["dimension"] == "category") & (movers["name"] == "Books")].iloc[0]
    assert (books["before"], books["now"], books["change"]) == (3900, 4100, 200)


def test_categories_without_subcategories_move_once() -> None:
    movers = bridged(SHOP.assign(subcategory=SHOP["category"]))["month_movers"]
    assert "subcategory" not in set(movers["dimension"])
    found = bridged(SHOP.assign(subcategory=SHOP["category"]))["price_and_mix"]
    assert found["part"].tolist() == ["Prices within categories"]
    assert {"Records", "Tea", "Books"} <= set(movers["name"])


def test_no_month_before_no_bridge() -> None:
    short = Period(first_day(FEB - 11), PERIOD.through, PERIOD.as_of)
    assert month_pair.compared(nw.from_native(SHOP).lazy(), purchases(SHOP), short) is None
    assert month_bridge.tables(None, UNITS, ALL) == {}


def test_a_month_without_a_sale() -> None:
    only_now = SHOP[SHOP["day"] >= first_day(FEB)]
    bridge = bridged(only_now)["net_bridge"]
    assert bridge["amount"].iloc[0] == 0
    assert bridge["end"].iloc[-1] == 4500


names = st.sampled_from(["A", "B", "C"])
row = st.tuples(
    st.sampled_from(["t1", "t2", "t3", "t4", "t5"]),
    st.sampled_from(["", "Ann", "Bob", "Cyd"]),
    st.integers(0, 1),
    names,
    names,
    st.integers(-3, 5),
    st.integers(-5000, 9000),
)


@settings(max_examples=60)
@given(st.lists(row, min_size=1, max_size=25))
def test_the_bridge_always_adds_up(rows: list[tuple[str, str, int, str, str, int, int]]) -> None:
    frame = lines(*rows)
    bridge = bridged(frame)["net_bridge"]
    is_now = frame["day"] >= first_day(FEB)
    assert bridge["amount"].iloc[0] == frame.loc[~is_now, "amount"].sum()
    assert bridge["amount"].iloc[-1] == frame.loc[is_now, "amount"].sum()
    assert bridge["amount"].iloc[:-1].sum() == bridge["amount"].iloc[-1]
    assert (bridge["start"].iloc[1:-1].to_numpy() == bridge["end"].iloc[:-2].to_numpy()).all()
    tables = bridged(frame)
    if "bridge_factors" in tables:
        factors, parts = tables["bridge_factors"], tables["price_and_mix"]
        assert parts["amount"].sum() == factors["amount"].iloc[-1]
        per_unit = factors["now"].iloc[-1] - factors["before"].iloc[-1]
        assert parts["per_unit"].sum() == pytest.approx(per_unit, abs=1e-6)


@pytest.mark.parametrize("size", [1, 10**12], ids=["small", "beyond 64 bits when squared"])
def test_every_engine_gives_the_same_pair(engine: str, size: int, tmp_path: Path) -> None:
    named = SHOP.assign(product_id=["1", "2", "", "1", "1", "2", "1", "", "3"])
    named = named.assign(amount=named["amount"] * size)
    shop = {"lines": named, "purchases": purchases(named).collect("pandas").to_native()}
    for name, table in shop.items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
    frames_of = [open_parquet([tmp_path / f"{name}.parquet"], engine) for name in shop]
    pair = month_pair.compared(*frames_of, PERIOD)
    expected = month_pair.compared(nw.from_native(named).lazy(), purchases(named), PERIOD)
    assert pair is not None
    assert expected is not None
    pd.testing.assert_frame_equal(pair.products, expected.products)
    for key, orders in pair.orders.items():
        pd.testing.assert_frame_equal(orders, expected.orders[key])
        if key:
            continue
        amounts = named.groupby(["day", "transaction_id", "customer_id"])["amount"].sum()
        squares = (amounts.astype("float64") ** 2).groupby("day").sum()
        assert orders["squares"].tolist() == pytest.approx(squares.tolist(), rel=1e-4)
        assert orders["orders"].tolist() == amounts.groupby("day").size().tolist()
    pd.testing.assert_frame_equal(pair.lasting, expected.lasting)
    pd.testing.assert_frame_equal(pair.cells, expected.cells, check_dtype=False)


@pytest.mark.parametrize("day, month", [(0, 1970 * 12), (31, 1970 * 12 + 1), (-1, 1969 * 12 + 11)])
def test_months_of_days(day: int, month: int) -> None:
    assert month_of(day) == month
