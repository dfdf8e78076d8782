"""The state of customers on an earlier day: from purchases and returns up to then, no later line."""

from __future__ import annotations

import pandas as pd

from retail.schema.lines import PURCHASE

DAYS = ["first_purchase_day", "last_purchase_day", "last_kept_day"]


def state_at(purchases: pd.DataFrame, return_lines: pd.DataFrame, day: int) -> pd.DataFrame:
    """One row per known customer with a purchase or a return up to `day`, as known on that day.

    Takes PURCHASES and RETURN_LINES; gives customer_id, first_purchase_day, last_purchase_day,
    last_kept_day, purchases, kept_purchases, lines (purchases and returns), gross, returns, net: what
    `rfm.measured` needs. A purchase counts whole on its day; a return reduces it from its own day
    on.
    """
    is_known = (purchases["day"] <= day) & purchases["customer_id"].notna()
    bought = purchases.loc[is_known, [*PURCHASE, "day", "gross"]]
    back = return_lines[return_lines["day"] <= day]
    kept = bought.merge(returned(back), on=PURCHASE, how="left", validate="one_to_one")
    kept["is_kept"] = kept["gross"] + kept["returned"].fillna(0).astype("int64") > 0
    by = bought.groupby("customer_id")
    by_kept = kept[kept["is_kept"]].groupby("customer_id")["day"]
    by_return = back.groupby("customer_id")["amount"]
    table = pd.DataFrame(
        {
            "first_purchase_day": by["day"].min(),
            "last_purchase_day": by["day"].max(),
            "last_kept_day": by_kept.max(),
            "purchases": by.size(),
            "kept_purchases": by_kept.size(),
            "gross": by["gross"].sum(),
            "returns": by_return.sum(),
            "return_lines": by_return.size(),
        }
    )
    table = table.rename_axis("customer_id").reset_index()
    whole = ["purchases", "kept_purchases", "gross", "returns", "return_lines"]
    table[whole] = table[whole].fillna(0).astype("int64")
    table[DAYS] = table[DAYS].astype("Int64")
    return table.assign(
        lines=table["purchases"] + table["return_lines"], net=table["gross"] + table["returns"]
    ).drop(columns="return_lines")


def returned(return_lines: pd.DataFrame) -> pd.DataFrame:
    """transaction_id, customer_id, returned: what came back of each purchase, below zero."""
    matched = return_lines[return_lines["purchase_id"].notna()]
    keys = {"purchase_id": "transaction_id", "purchase_customer": "customer_id"}
    names = ["purchase_id", "purchase_customer"]
    sums = matched.groupby(names)["amount"].sum().reset_index()
    return sums.rename(columns={**keys, "amount": "returned"})
