"""PURCHASES and RETURN_LINES from a few words, for the tests that look back."""

from __future__ import annotations

import pandas as pd

EPOCH = pd.Timestamp("1970-01-01")


def day(text: str) -> int:
    return (pd.Timestamp(text) - EPOCH).days


def purchases(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """From id, customer, date, gross (customer "" is a guest)."""
    table = pd.DataFrame(rows, columns=["transaction_id", "customer_id", "day", "gross"])
    return table.assign(
        customer_id=table["customer_id"].where(table["customer_id"] != ""),
        day=table["day"].map(day).astype("int64"),
        channel="Shop",
        returned=0,
        kept=table["gross"],
        units=1,
    )


def returns(*rows: tuple[str, str | None, str, int]) -> pd.DataFrame:
    """From customer, purchase id or None, date, amount below zero."""
    table = pd.DataFrame(rows, columns=["customer_id", "purchase_id", "day", "amount"])
    table = table.astype({"customer_id": "str", "purchase_id": "str"})
    return table.assign(
        day=table["day"].map(day).astype("int64"),
        amount=table["amount"].astype("int64"),
        purchase_customer=table["customer_id"].where(table["purchase_id"].notna()),
    )
