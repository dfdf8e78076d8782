"""The returns ledger by hand: rates by month, lags, orphans and refunds beyond what was paid."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from retail.figures import returns

RULES = {"id": "same id", "price": "same price", "none": "unmatched"}


def back(*rows: tuple) -> pd.DataFrame:
    """RETURN_LINES from (id, customer, day, rule, purchase, its day, amount)."""
    names = [
        "transaction_id",
        "customer_id",
        "day",
        "rule",
        "purchase_id",
        "purchase_day",
        "amount",
    ]
    table = pd.DataFrame(list(rows), columns=names)
    return table.assign(
        file=0,
        row=range(2, len(table) + 2),
        return_rule=table["rule"].map(RULES),
        purchase_customer=table["customer_id"].where(table["purchase_id"].notna()),
        purchase_day=table["purchase_day"].astype("Int64"),
        day=table["day"].astype("int64"),
        amount=table["amount"].astype("int64"),
        has_id=True,
    )


def bought(*rows: tuple) -> pd.DataFrame:
    """PURCHASES from (id, customer, day, gross, returned)."""
    table = pd.DataFrame(
        list(rows), columns=["transaction_id", "customer_id", "day", "gross", "returned"]
    )
    return table.assign(kept=table["gross"] + table["returned"])


def test_a_refund_given_twice_is_beyond_the_purchase_and_an_orphan_has_nothing_paid() -> None:
    purchases = bought(("A", "ann", 10, 500, -1_000), ("B", "bob", 11, 800, -300))
    lines = back(
        ("A", "ann", 12, "id", "A", 10, -500),
        ("A", "ann", 15, "id", "A", 10, -500),
        ("B", "bob", 13, "id", "B", 11, -200),
        ("Z", "bob", 14, "price", "B", 11, -100),
    )
    found = returns.refunds_beyond(purchases, lines)
    columns = ["transaction_id", "customer_id", "paid", "refunded", "beyond", "return_lines"]
    assert found[[*columns, "last_return_day", "is_orphan", "about"]].to_numpy().tolist() == [
        ["A", "ann", 500, -1_000, -500, 2, 15, False, "refunded twice"],
        ["Z", "bob", 0, -100, -100, 1, 14, True, "refunded without a purchase"],
    ]
    assert found["day"].tolist() == [10, pd.NA]


def test_refunds_in_part_beyond_and_three_times() -> None:
    purchases = bought(("A", "ann", 1, 100, -300), ("B", "bob", 1, 100, -130))
    lines = back(
        *[("A", "ann", day, "id", "A", 1, -100) for day in (2, 3, 4)],
        ("B", "bob", 2, "id", "B", 1, -130),
    )
    found = returns.refunds_beyond(purchases, lines)
    assert found["about"].tolist() == ["refunded 3 times", "more refunded than paid"]


def test_the_same_id_of_another_customer_is_not_mixed_up() -> None:
    purchases = bought(("A", "ann", 1, 100, -200), ("A", "bob", 1, 900, 0))
    lines = back(("A", "ann", 2, "id", "A", 1, -100), ("A", "ann", 3, "id", "A", 1, -100))
    found = returns.refunds_beyond(purchases, lines)
    assert found[["customer_id", "paid", "beyond"]].to_numpy().tolist() == [["ann", 100, -100]]


def test_nothing_is_an_orphan_where_refunds_have_ids_of_their_own() -> None:
    lines = back(
        ("R1", "ann", 5, "price", "A", 1, -100),
        ("R2", "ann", 6, "none", None, None, -100),
    )
    assert not returns.are_ids_shared(lines)
    assert returns.orphans(lines).empty
    assert returns.refunds_beyond(bought(("A", "ann", 1, 100, -100)), lines).empty


def test_a_refund_without_an_id_is_no_orphan() -> None:
    lines = back(
        ("A", "ann", 5, "id", "A", 1, -100),
        ("B", "bob", 5, "id", "B", 1, -100),
        ("~bob~6", "bob", 6, "none", None, None, -50),
    ).assign(has_id=[True, True, False])
    assert returns.orphans(lines).empty


def test_lags_up_to_the_end_of_the_tail_and_what_came_later() -> None:
    lines = back(
        *[(f"A{n}", "ann", 10 + n % 3, "id", f"A{n}", 10, -10) for n in range(99)],
        ("B", "bob", 400, "id", "B", 10, -70),
    )
    assert returns.tail_days(lines) == 2
    table = returns.by_lag(lines)
    shown = table[["lag", "lines", "customers", "amount"]].to_numpy().tolist()
    assert shown == [
        ["0", 33, 1, -330],
        ["1", 33, 1, -330],
        ["2", 33, 1, -330],
        ["more than 2", 1, 1, -70],
    ]
    assert table["up_to"].round(2).tolist() == [0.33, 0.66, 0.99, 1.0]


def test_long_tails_are_told_by_week() -> None:
    lines = back(*[(f"A{n}", "ann", n, "id", f"A{n}", 0, -10) for n in range(100)])
    table = returns.by_lag(lines)
    assert table["lag"].tolist()[:3] == ["0-6", "7-13", "14-20"]
    assert table["lines"].sum() == 100


def test_without_a_return_there_is_no_tail() -> None:
    none = back(("A", "ann", 1, "id", "A", 1, -1)).head(0)
    assert returns.tail_days(none) is None
    assert returns.by_lag(none).empty
    assert returns.refunds_beyond(bought(("A", "ann", 1, 5, 0)), none).empty


def test_months_with_days_in_the_tail_are_open() -> None:
    month = 2014 * 12
    sums = pd.DataFrame(
        {
            "month": [month, month + 1],
            "purchases": [3, 2],
            "buyers": [3, 2],
            "gross": [1_000, 500],
            "returns": [-100, -50],
            "credited_returns": [-120, -30],
        }
    )
    end_of_january = 16_101  # 2014-01-31
    for as_of, is_open in [(end_of_january + 9, True), (end_of_january + 10, False)]:
        table = returns.by_month(sums, as_of, 10)
        assert table["is_open"].tolist() == [is_open, True]
        assert table["return_rate"].tolist() == [0.12, 0.06]


def test_segments_and_guests_add_up_to_the_whole() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cid", "pam"],
            "segment": ["Loyal", "Loyal", "At risk", "prospect"],
            "lines": [3, 1, 2, 0],
            "gross": [100, 200, 300, 0],
        }
    )
    sums = pd.DataFrame(
        {"customer_id": ["ann", "bob", "cid", "pam"], "credited_returns": [-10, 0, -60, 0]}
    )
    whole = pd.DataFrame({"gross": [500, 150], "credited_returns": [-70, -15]})
    table = returns.by_segment(customers, sums, whole)
    names = ["segment", "customers", "gross", "credited_returns"]
    assert table[names].to_numpy().tolist() == [
        ["At risk", 1, 300, -60],
        ["Loyal", 2, 300, -10],
        ["Guest", 0, 50, -15],
    ]


def test_who_returns_most_money_comes_first() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cid"],
            "segment": ["Loyal", "Loyal", "At risk"],
            "purchases": [3, 1, 2],
            "gross": [100, 200, 300],
            "returns": [-10, -90, 0],
        }
    )
    lines = back(("A", "ann", 5, "id", "A", 1, -10), ("B", "bob", 6, "id", "B", 1, -90))
    table = returns.top_returners(customers, lines)
    assert table["customer_id"].tolist() == ["bob", "ann"]
    assert table["return_rate"].tolist() == [0.45, 0.1]
    assert table["last_return_day"].tolist() == [6, 5]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 900)), min_size=1, max_size=60))
def test_the_lags_add_up_to_the_matched_returns(rows: list[tuple[int, int]]) -> None:
    lines = back(*[(f"A{n}", "ann", lag, "id", f"A{n}", 0, -m) for n, (lag, m) in enumerate(rows)])
    table = returns.by_lag(lines)
    assert table["lines"].sum() == len(lines)
    assert table["amount"].sum() == lines["amount"].sum()
    tail = returns.tail_days(lines)
    assert (returns.lags(lines) <= tail).mean() >= returns.TAIL
