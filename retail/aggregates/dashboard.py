"""The lines that travel to the browser, without receipt numbers, when they are few enough."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates.purchases import PURCHASE
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
    sales = all_lines.filter(nw.col("amount") > 0).join(
        bought.select(*PURCHASE, purchase_day=nw.col("day")), on=list(PURCHASE), how="inner"
    )
    own = sales.select(
        *ORDER,
        "purchase_day",
        purchase_id=nw.col("transaction_id"),
        purchase_customer=nw.col("customer_id"),
        purchase_channel=nw.col("channel"),
    )
    returns = matched.select(*ORDER, *FOUND)
    others = all_lines.filter(nw.col("amount") == 0).select(ORDER)
    parts = [frame.collect("pandas").to_native() for frame in (own, returns, others)]
    table = _sorted(pd.concat([part for part in parts if len(part)], ignore_index=True))
    purchase = table["purchase_id"] + "\x1f" + table["purchase_customer"]
    return frames.conform(
        table.assign(
            transaction=_numbers(table["transaction_id"]),
            purchase=_numbers(purchase),
            customer_id=table["customer_id"].where(table["customer_id"] != ""),
        ),
        DASHBOARD_LINES,
    )


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """`table` by ORDER; texts are compared as codes, which is much faster."""
    columns = [table[name] for name in ORDER]
    codes = {
        column.name: column if column.dtype.kind in "iu" else pd.factorize(column, sort=True)[0]
        for column in columns
    }
    order = pd.DataFrame(codes).sort_values(ORDER, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _numbers(ids: pd.Series) -> pd.Series:
    """Running numbers from 0 by first appearance; missing where the id is."""
    codes, _ = pd.factorize(ids)
    return pd.Series(codes, index=ids.index, dtype="Int64").mask(codes < 0)
