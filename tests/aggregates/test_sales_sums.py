"""Sums by day and by dimension, purchases and buyers, customers, kept units: by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_words import same

from retail.aggregates import Aggregates
from retail.schema.units import first_day

Reduced = Callable[..., Aggregates]

SHOP = """
    id  customer day category subcategory channel units amount tax
    A1  ann      1   Books    Novels      Web     2     20     2
    A1  ann      2   Books    Comics      Shop    1     5      1
    A1  ann      9   Books    Novels      Shop    -1    -10    1
    A2  ann      2   Shoes    Men         Web     1     40     4
    B1  bob      2   Shoes    Men         Shop    1     30     3
    B1  bob      3   Shoes    Men         Shop    -1    -30    3
    G1  -        2   Books    Novels      Web     1     12     1
    R9  cid      3   Shoes    Men         Shop    -1    -7     1
"""
CUSTOMERS = """
    customer_id gender birth_day city contactable
    ann         F      -9000     Lyon yes
    bob         M      -         -    No
    cid         F      -8000     Nice maybe
    dan         -      -7000     Nice -
"""


@pytest.fixture
def shop(reduced: Reduced) -> Aggregates:
    return reduced(SHOP, customers=CUSTOMERS)


def test_by_day_counts_a_purchase_on_the_day_of_its_earliest_positive_line(
    shop: Aggregates,
) -> None:
    # ann's A1 began on day 1, so what she returned on day 9 is credited there; cid's return found
    # no purchase and is credited where it stands.
    same(
        shop.sales["by_day"],
        """
        day gross returns tax units lines purchases kept_purchases buyers credited_returns
        1   20    0       2   2     1     1         1              1      -10
        2   87    0       9   4     4     3         2              2      -30
        3   0     -37     -4  -2    2     0         0              0      -7
        9   0     -10     -1  -1    1     0         0              0      0
        """,
    )


def test_a_purchase_counts_in_every_category_and_channel_where_it_has_a_line(
    shop: Aggregates,
) -> None:
    same(
        shop.sales["by_category"],
        """
        category gross returns tax units lines purchases buyers credited_returns
        Books    37    -10     3   3     4     2         1      -10
        Shoes    70    -37     3   0     4     2         2      -37
        """,
    )
    same(
        shop.sales["by_subcategory"],
        """
        category subcategory gross returns purchases buyers credited_returns
        Books    Comics      5     0       1         1      0
        Books    Novels      32    -10     2         1      -10
        Shoes    Men         70    -37     2         2      -37
        """,
    )
    # The returned novel was handed in at the shop, but bought on the web.
    same(
        shop.sales["by_channel"],
        """
        channel gross returns purchases buyers credited_returns
        Shop    35    -47     2         2      -37
        Web     72    0       3         1      -10
        """,
    )


def test_guests_are_revenue_under_unknown_and_never_buyers(shop: Aggregates) -> None:
    same(
        shop.sales["by_gender"],
        """
        gender  gross returns purchases buyers
        F       65    -17     2         1
        M       30    -30     1         1
        Unknown 12    0       1         0
        """,
    )
    same(
        shop.sales["by_city"],
        """
        city    gross returns purchases buyers
        Lyon    65    -10     2         1
        Nice    0     -7      0         0
        Unknown 42    -30     2         1
        """,
    )


def test_buyers_of_a_period_are_distinct(shop: Aggregates) -> None:
    # Days 1 to 3 of 1970 (2 to 4 January) are in the ISO week from Monday, 29 December 1969.
    same(shop.buyers["by_week"], "week buyers\n-3 2")
    same(shop.buyers["by_month"], f"month buyers\n{1970 * 12} 2")
    same(shop.buyers["by_year"], "year buyers\n1970 2")
    same(
        shop.buyers["weekday_by_month"],
        """
        weekday month_of_year buyers
        5       1             1
        6       1             2
        """,
    )


def test_distinct_ids_are_counted_with_and_without_a_purchase(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day amount
        A1  ann      1   5
        A1  ann      40  -5
        A2  ann      40  5
        R1  bob      41  -5
    """)
    assert shop.transactions == 3
    same(shop.transactions_by_month, f"month transactions\n{1970 * 12} 1\n{1970 * 12 + 1} 3")


def test_the_pair_of_months_counts_purchases_as_all_tables_do(reduced: Reduced) -> None:
    """By id and customer, on the day of the earliest positive line, in every group with such a line."""
    start = first_day(2014 * 12 + 1)  # of the later month; 365 days before, of the earlier one
    shop = reduced(
        f"""
        id  customer day           category channel units amount
        Z0  zoe      {start - 400} Books    Web     1     1
        A0  ann      {start - 365} Books    Web     1     10
        A1  ann      {start - 1}   Books    Web     1     10
        A1  ann      {start}       Books    Web     1     7
        T1  ann      {start + 2}   Books    Web     2     20
        T1  bob      {start + 3}   Books    Web     1     10
        T1  bob      {start + 4}   Books    Web     -1    -10
        B1  bob      {start + 5}   Tea      Web     1     5
        B1  bob      {start + 28}  Books    Web     1     3
        C1  cid      {start + 5}   Tea      Web     1     5
        G1  -        {start + 6}   Books    Web     1     4
        D1  dan      {start + 27}  Tea      Web     1     5
    """,
        as_of=start + 27,
    )
    pair = shop.month_pair
    assert pair is not None
    # A1 began a month earlier: its line is this month's money. One id of two customers is two
    # purchases. B1 has a line of Books, later; C1 has none. Tea and guests are left out.
    same(
        pair.lasting,
        """
        is_now gross sold_units purchases buyers
        0      10    1          1         1
        1      37    4          3         2
        """,
    )
    by_day = shop.sales["by_day"]
    in_month = by_day["day"].between(start, start + 27)
    assert by_day.loc[in_month, "purchases"].sum() == 3 + len({"C1", "G1", "D1"})


def test_customers_of_the_table_or_with_a_line(shop: Aggregates) -> None:
    same(
        shop.customer_sums,
        """
        customer_id gender  birth_day city    contactable purchases kept_purchases lines units
        ann         F       -9000     Lyon    True        2         2              4     3
        bob         M       -         Unknown False       1         0              2     0
        cid         F       -8000     Nice    -           0         0              1     -1
        dan         Unknown -7000     Nice    -           0         0              0     0
        """,
    )
    same(
        shop.customer_sums,
        """
        customer_id gross returns net first_purchase_day last_purchase_day last_kept_day
        ann         65    -10     55  1                  2                 2
        bob         30    -30     0   2                  2                 -
        cid         0     -7      -7  -                  -                 -
        dan         0     0       0   -                  -                 -
        """,
    )
    same(
        shop.customer_sums,
        """
        customer_id tax credited_returns
        ann         6   -10
        bob         0   -30
        cid         -1  -7
        dan         0   0
        """,
    )


def test_the_last_purchase_after_a_long_gap(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day amount
        A1  ann      1   5
        A2  ann    367   5
        A3  ann    367   5
        A4  ann    999   5
        A5  ann   1000   5
        B1  bob      1   5
        B2  bob    366   5
        C1  cid      9   5
    """)
    same(
        shop.customer_sums,
        """
        customer_id last_purchase_day reactivated_day
        ann         1000              999
        bob         366               -
        cid         9                 -
        """,
    )


def test_kept_units_are_of_one_purchase_and_subcategory(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day category subcategory units amount
        A1  ann      1   Books    Novels      2     20
        A1  ann      1   Books    Novels      1     10
        A1  ann      1   Books    Comics      1     5
        A1  ann      2   Books    Novels      -2    -20
        A1  ann      2   Books    Comics      -1    -5
        A2  ann      3   Books    Novels      1     10
        A2  ann      4   Books    Comics      -1    -5
        G1  -        3   Books    Novels      1     10
    """)
    # Comics that came back under A2, which had none, take nothing away from its novels.
    same(
        shop.kept_units,
        """
        transaction_id customer_id category subcategory units
        A1             ann         Books    Novels      1
        A2             ann         Books    Novels      1
        """,
    )


def test_units_of_a_return_count_as_back_whatever_their_sign(reduced: Reduced) -> None:
    shop = reduced("""
        id  customer day category subcategory units amount
        A1  ann      1   Books    Novels      3     30
        A1  ann      2   Books    Novels      1     -10
    """)
    assert shop.kept_units["units"].tolist() == [2]


def test_days_that_frame_the_data(reduced: Reduced) -> None:
    text = """
        id  customer day amount
        A1  ann      3   5
        A2  ann      5   5
        A2  ann      9   -5
    """
    found = reduced(text).period
    assert (found.first, found.through, found.as_of) == (3, 5, 9)
    assert reduced(text, as_of=12).period.as_of == 12


def test_lines_for_the_dashboard_have_no_ids_of_receipts(shop: Aggregates) -> None:
    same(
        shop.dashboard_lines,
        """
        transaction customer_id day channel gender  amount purchase purchase_day purchase_channel
        0           ann         1   Web     F       20     0        1            Web
        1           -           2   Web     Unknown 12     1        2            Web
        0           ann         2   Shop    F       5      0        1            Shop
        2           ann         2   Web     F       40     2        2            Web
        3           bob         2   Shop    M       30     3        2            Shop
        3           bob         3   Shop    M       -30    3        2            Shop
        4           cid         3   Shop    F       -7     -        -            -
        0           ann         9   Shop    F       -10    0        1            Web
        """,
    )


def test_too_many_lines_stay_out_of_the_page(reduced: Reduced) -> None:
    assert reduced(SHOP, dashboard_limit=7).dashboard_lines is None
    assert reduced(SHOP, dashboard_limit=8).dashboard_lines is not None


def test_cities_with_a_place(reduced: Reduced) -> None:
    shop = reduced(
        "customer day city amount\nann 1 4 5\nann 1 5 5",
        cities="""
            code name latitude longitude
            4    Lyon 45.75    4.85
            9    Lyon 45       4
            5    Nice -        -
        """,
    )
    same(shop.cities, "city latitude longitude\nLyon 45.75 4.85")
    assert shop.sales["by_city"]["city"].tolist() == ["Lyon", "Nice"]
