"""The lines that travel to the browser, without receipt numbers, when they are few enough."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates.scan import Frame
from retail.schema.dashboard import DASHBOARD_LINES

# Values first, the id last: an id made from a place in a file must not decide the order of rows.
ORDER = [
    "day",
    "customer_id",
    "category",
    "subcategory",
    "channel",
    "city",
    "gender",
    "quantity",
    "amount",
    "tax",
    "transaction_id",
]
FOUND = ["purchase_id", "purchase_customer", "purchase_day", "purchase_channel"]


def lines(all_lines: Frame, matched: Frame, bought: Frame) -> pd.DataFrame:
    """DASHBOARD_LINES: every line, in an order that depends on values only, ids as running numbers."""
    table = all_lines.select("file", "row", *ORDER).collect("pandas").to_native()
    credited = matched.select("file", "row", *FOUND).collect("pandas").to_native()
    days = (
        bought.select(
            purchase_id=nw.col("transaction_id"),
            purchase_customer=nw.col("customer_id"),
            own_day=nw.col("day"),
        )
        .collect("pandas")
        .to_native()
    )
    table = table.merge(credited, on=["file", "row"], how="left")
    is_sale = table["amount"] > 0
    table = table.assign(
        purchase_id=table["purchase_id"].mask(is_sale, table["transaction_id"]),
        purchase_customer=table["purchase_customer"].mask(is_sale, table["customer_id"]),
        purchase_channel=table["purchase_channel"].mask(is_sale, table["channel"]),
    )
    table = table.merge(days, on=["purchase_id", "purchase_customer"], how="left")
    table = table.assign(purchase_day=table["own_day"])
    table = _sorted(table)
    return frames.conform(
        table.assign(
            transaction=_numbers(table["transaction_id"]),
            purchase=_numbers(table["purchase_id"] + "\x1f" + table["purchase_customer"]),
            customer_id=table["customer_id"].where(table["customer_id"] != ""),
        ),
        DASHBOARD_LINES,
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """`table` by ORDER; texts are compared as codes, which is much faster."""
    codes = {
        name: table[name].astype("category").cat.codes
        if table[name].dtype == "str"
        else table[name]
        for name in ORDER
    }
    order = pd.DataFrame(codes).sort_values(ORDER, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _numbers(ids: pd.Series) -> pd.Series:
    """Running numbers from 0 by first appearance; missing where the id is."""
    codes, _ = pd.factorize(ids)
    return pd.Series(codes, index=ids.index, dtype="Int64").mask(codes < 0)
