"""The lines that travel to the browser, without receipt numbers, when they are few enough."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail import frames
from retail.aggregates.opening import Frame
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
    "purchase_id",
]
LINE = ORDER[:-1]
FOUND = ["purchase_id", "purchase_customer", "purchase_channel"]


def lines(all_lines: Frame, matched: Frame) -> pd.DataFrame:
    """DASHBOARD_LINES: every line, in an order that depends on values only, ids as running numbers."""
    own = all_lines.filter(nw.col("amount") >= 0).select(LINE)
    returns = matched.select(*LINE, *FOUND)
    table = pd.concat([_pandas(own), _pandas(returns)], ignore_index=True)
    is_sale = table["amount"] > 0
    table = table.assign(
        purchase_id=table["purchase_id"].where(~is_sale, table["transaction_id"]),
        purchase_customer=table["purchase_customer"].where(~is_sale, table["customer_id"]),
        purchase_channel=table["purchase_channel"].where(~is_sale, table["channel"]),
    )
    table = _sorted(table)
    purchase = _numbers(table["purchase_id"] + "\x1f" + table["purchase_customer"])
    first_day = table["day"].where(table["amount"] > 0).groupby(purchase).min()
    return frames.conform(
        table.assign(
            transaction=_numbers(table["transaction_id"]),
            purchase=purchase,
            purchase_day=purchase.map(first_day),
            customer_id=table["customer_id"].where(table["customer_id"] != ""),
        ),
        DASHBOARD_LINES,
    )


def _pandas(frame: Frame) -> pd.DataFrame:
    return frame.collect("pandas").to_native()


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """`table` by ORDER; texts are compared as codes, which is much faster."""
    keys = [
        column.to_numpy("int64")
        if pd.api.types.is_integer_dtype(column)
        else pd.factorize(column, sort=True)[0]
        for column in (table[name] for name in reversed(ORDER))
    ]
    return table.take(np.lexsort(keys)).reset_index(drop=True)


def _numbers(ids: pd.Series) -> pd.Series:
    """Running numbers from 0 by first appearance; missing where the id is."""
    codes, _ = pd.factorize(ids)
    return pd.Series(codes, index=ids.index, dtype="Int64").mask(codes < 0)
