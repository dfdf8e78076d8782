"""Which purchase a return is credited to: each rule by hand, and what must change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import narwhals.stable.v2 as nw
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from retail_words import inputs, same

from retail.aggregates import Aggregates, lines, purchases, returns
from retail.aggregates.engine import Engine

Reduced = Callable[..., Aggregates]


def test_same_id_reduces_that_purchase(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day category channel units amount
        A1  ann      1   Books    Web     3     30
        A1  ann      4   Books    Shop    -1    -10
        B1  bob      2   Books    Shop    1     10
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id purchase_customer purchase_day channel amount return_rule
        A1             A1          ann               1            Web     -10    same_id
        """,
    )
    same(
        shop.purchases,
        """
        transaction_id customer_id day channel gross returned kept units
        A1             ann         1   Web     30    -10      20   3
        B1             bob         2   Shop    10    0        10   1
        """,
    )


def test_refunds_may_go_beyond_the_purchase(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day units amount
        A1  ann      1   1     10
        A1  ann      2   -1    -10
        A1  ann      3   -1    -10
    """)
    same(
        shop.purchases,
        """
        transaction_id gross returned kept
        A1             10    -20      -10
        """,
    )
    same(
        shop.customer_sums,
        """
        customer_id purchases kept_purchases last_purchase_day last_kept_day net
        ann         1         0              1                 -             -10
        """,
    )


def test_same_price_takes_the_latest_earlier_purchase_with_units_left(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units price amount
        A1  ann      1   mug     1     5     5
        A2  ann      3   mug     1     5     5
        A3  ann      4   mug     1     9     9
        A4  ann      9   mug     1     5     5
        R1  ann      8   mug     -1    5     -5
        R2  ann      8   mug     -1    5     -5
        R3  ann      7   mug     -1    5     -5
        B1  bob      2   mug     1     5     5
    """)
    # R3 comes first in time and takes A2; one of R1 and R2 is left with A1; the other one finds
    # nothing at this price, so the same product at another price; A4 is later than all of them.
    same(
        shop.return_lines,
        """
        transaction_id purchase_id purchase_day return_rule
        R1             A1          1            same_price
        R2             A3          4            same_product
        R3             A2          3            same_price
        """,
    )


def test_units_that_an_id_gave_back_are_not_left(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units price amount
        A1  ann      1   mug     1     5     5
        A2  ann      3   mug     2     5     10
        A2  ann      4   mug     -2    5     -10
        R1  ann      5   mug     -1    5     -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id return_rule
        A2             A2          same_id
        R1             A1          same_price
        """,
    )


def test_units_that_someone_else_brought_back_are_not_left_either(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units price amount
        A1  ann      1   mug     1     5     5
        A1  -        2   mug     -1    5     -5
        R1  ann      3   mug     -1    5     -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id customer_id purchase_id return_rule
        A1             -           A1          same_id
        R1             ann         -           unmatched
        """,
    )


def test_an_equal_price_is_stronger_than_an_earlier_return(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units price amount
        A1  ann      1   mug     1     5     5
        R1  ann      2   mug     -1    4     -4
        R2  ann      3   mug     -1    5     -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id return_rule
        R1             -           unmatched
        R2             A1          same_price
        """,
    )


def test_a_purchase_after_the_return_is_not_an_earlier_one(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units price amount
        R1  ann      1   mug     -1    5     -5
        A1  ann      2   mug     1     5     5
        R2  ann      2   mug     -1    5     -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id return_rule
        R1             -           unmatched
        R2             A1          same_price
        """,
    )


def test_without_article_numbers_a_product_is_category_and_subcategory(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day category subcategory units amount
        A1  ann      1   Clothing Men         1     5
        A2  ann      2   Footwear Men         1     5
        A3  ann      3   -        -           1     5
        R1  ann      4   Clothing Men         -1    -5
        R2  ann      4   -        -           -1    -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id return_rule
        R1             A1          same_price
        R2             -           unmatched
        """,
    )


def test_without_a_stated_price_it_is_the_amount_by_unit(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units amount
        A1  ann      1   mug     3     15
        A2  ann      2   mug     1     6
        R1  ann      3   mug     -2    -10
    """)
    same(
        shop.return_lines,
        """
        transaction_id purchase_id return_rule
        R1             A1          same_price
        """,
    )


def test_guests_match_by_id_only(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units amount
        A1  -        1   mug     1     5
        A1  -        2   mug     -1    -5
        A2  -        3   mug     1     5
        R1  -        4   mug     -1    -5
    """)
    same(
        shop.return_lines,
        """
        transaction_id customer_id purchase_id return_rule
        A1             -           A1          same_id
        R1             -           -           unmatched
        """,
    )
    same(
        shop.purchases,
        """
        transaction_id customer_id kept
        A1             -           0
        A2             -           5
        """,
    )


def test_one_id_of_two_customers_is_two_purchases(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units amount
        A1  ann      1   mug     1     5
        A1  bob      2   mug     1     7
        A1  bob      3   mug     -1    -7
        A1  cid      3   mug     -1    -7
    """)
    assert shop.transactions == 1
    same(
        shop.purchases,
        """
        transaction_id customer_id day gross returned
        A1             ann         1   5     0
        A1             bob         2   7     -7
        """,
    )
    same(
        shop.return_lines,
        """
        customer_id purchase_id purchase_customer return_rule
        bob         A1          bob               same_id
        cid         -           -                 unmatched
        """,
    )


def test_the_only_purchase_under_an_id_takes_anyones_return(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units amount
        A1  ann      1   mug     2     10
        A1  -        3   mug     -1    -5
    """)
    same(
        shop.return_lines,
        """
        customer_id purchase_id purchase_customer return_rule
        -           A1          ann               same_id
        """,
    )
    # The refund went to a guest: it reduces the purchase, not the customer's monetary.
    same(
        shop.customer_sums,
        """
        customer_id net gross returns
        ann         10  10    0
        """,
    )
    assert shop.purchases["kept"].tolist() == [5]


def test_without_an_id_column_a_transaction_is_a_customers_day(reduced: Reduced) -> None:
    shop = reduced("""
        customer day product units amount
        ann      1   mug     1     5
        ann      1   cup     1     3
        ann      1   pot     -1    -8
        ann      2   mug     -1    -5
        -        1   mug     1     5
        -        1   mug     1     5
    """)
    assert shop.transactions == 4
    same(
        shop.purchases.sort_values(["customer_id", "day"], na_position="last"),
        """
        customer_id day gross returned kept
        ann         1   8     -5       3
        -           1   5     0        5
        -           1   5     0        5
        """,
    )
    # Nothing says that the pot came back from that day's purchase: the ids are not the input's.
    same(
        shop.return_lines,
        """
        day purchase_day return_rule
        1   -            unmatched
        2   1            same_price
        """,
    )


def test_lines_of_no_money_are_neither(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day product units amount
        A1  ann      1   mug     1     5
        A1  ann      1   bag     1     0
        A2  bob      2   bag     1     0
    """)
    assert (shop.lines.sales, shop.lines.returns, shop.lines.neither) == (1, 0, 2)
    same(
        shop.customer_sums,
        """
        customer_id purchases lines units net
        ann         1         2     2     5
        bob         0         1     1     0
        """,
    )


# ---- laws ----

LINE = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["A", "B", "C", "D", None]),
        "customer": st.sampled_from(["ann", "bob", None]),
        "day": st.integers(1, 5),
        "product": st.sampled_from(["mug", "cup"]),
        "channel": st.sampled_from(["Web", "Shop"]),
        "units": st.sampled_from([-2, -1, 1, 2]),
        "price": st.sampled_from([3, 5]),
    }
)


def matched(folder: Path, rows: list[dict], files: int) -> list[str]:
    """The returns with their purchases, without what names a place in a file, in any order."""
    table = pd.DataFrame(rows, dtype=object).assign(
        amount=[row["units"] * row["price"] for row in rows]
    )
    shop = inputs(folder, table, files=files)
    engine = Engine("pandas", folder)
    records = lines.with_dimensions(lines.used(shop, engine), shop, engine)
    all_lines = lines.from_records(records, shop, engine)
    sold = all_lines.filter(nw.col("amount") > 0)
    found = returns.match(
        all_lines,
        sold,
        purchases.bought(sold, purchases.codes(all_lines, engine)),
        engine,
    )
    columns = [
        *("customer_id", "day", "product_id", "channel", "quantity", "amount"),
        *("purchase_customer", "purchase_day", "purchase_channel", "return_rule"),
    ]
    table = found.collect("pandas").to_native()[columns]
    return sorted(map(str, table.itertuples(index=False, name=None)))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LINE, min_size=1, max_size=12), data=st.data())
def test_order_and_files_change_nothing(
    tmp_path: Path, rows: list[dict], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    files = data.draw(st.integers(1, 3))
    assert matched(tmp_path / "a", rows, 1) == matched(tmp_path / "b", shuffled, files)


def test_buckets_of_customers_find_what_all_find_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(3)
    rows = [
        {
            "id": None,
            "customer": f"c{dice.randrange(9)}",
            "day": dice.randrange(9),
            "product": dice.choice(["mug", "cup"]),
            "channel": dice.choice(["Web", "Shop"]),
            "units": dice.choice([-2, -1, 1, 2, 3]),
            "price": dice.choice([3, 5]),
        }
        for _ in range(120)
    ]
    whole = matched(tmp_path / "whole", rows, 1)
    assert len({row.split("'")[-2] for row in whole}) == 3  # both rules, and some unmatched
    monkeypatch.setattr(returns, "MOST_WALKED", 20)
    assert matched(tmp_path / "buckets", rows, 1) == whole
