"""The case study's tables at the waist, computed with pandas straight from its three CSVs.

Independent of intake and aggregates: the case study is clean enough for twenty lines of pandas
once its dates are read day-first and its byte-identical repeats are dropped.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from retail.schema.units import Units

EPOCH = pd.Timestamp("1970-01-01")
AS_OF = (pd.Timestamp("2014-02-28") - EPOCH).days
THROUGH = (pd.Timestamp("2014-02-20") - EPOCH).days  # day of the last purchase
# Amounts have up to three decimals.
UNITS = Units(money_scale=3, quantity_scale=0)


def read_lines(folder: Path) -> pd.DataFrame:
    """Kept lines with day and amount in tenths of a cent."""
    lines = pd.read_csv(folder / "Transactions.csv", dtype="str").drop_duplicates()
    parts = lines["tran_date"].str.split("[-/]", expand=True, regex=True).astype("int64")
    dates = pd.to_datetime({"year": parts[2], "month": parts[1], "day": parts[0]})
    return pd.DataFrame(
        {
            "transaction_id": lines["transaction_id"],
            "customer_id": lines["cust_id"],
            "day": (dates - EPOCH).dt.days,
            "category": lines["prod_cat_code"],
            "subcategory": lines["prod_subcat_code"],
            "channel": lines["Store_type"],
            "units": lines["Qty"].astype("int64"),
            "amount": (lines["total_amt"].astype("float64") * 1000).round().astype("int64"),
        }
    )


def customer_sums(folder: Path) -> pd.DataFrame:
    """CUSTOMER_SUMS; returns share the id of their purchase."""
    lines = read_lines(folder)
    positive = lines[lines["amount"] > 0]
    purchases = positive.groupby("transaction_id").agg(
        customer_id=("customer_id", "first"), day=("day", "min")
    )
    purchases["kept"] = lines.groupby("transaction_id")["amount"].sum()
    people = pd.read_csv(folder / "Customer.csv", dtype="str").set_index("customer_Id")
    sums = pd.DataFrame(index=people.index)
    sums["gender"] = people["Gender"].fillna("Unknown")
    born = pd.to_datetime(people["DOB"], format="%d-%m-%Y")
    sums["birth_day"] = (born - EPOCH).dt.days
    sums["city"] = people["city_code"].fillna("Unknown")
    by = purchases.groupby("customer_id")["day"]
    sums["first_purchase_day"] = by.min()
    sums["last_purchase_day"] = by.max()
    days = purchases.drop_duplicates(["customer_id", "day"]).sort_values("day")
    days["gap"] = days.groupby("customer_id")["day"].diff()
    sums["reactivated_day"] = days[days["gap"] > 365].groupby("customer_id")["day"].max()
    kept = purchases[purchases["kept"] > 0].groupby("customer_id")["day"]
    sums["last_kept_day"] = kept.max()
    sums["purchases"] = by.size()
    sums["kept_purchases"] = kept.size()
    of = lines.groupby("customer_id")
    sums["lines"] = of.size()
    sums["gross"] = positive.groupby("customer_id")["amount"].sum()
    back = lines[lines["amount"] < 0]
    sums["returns"] = back.groupby("customer_id")["amount"].sum()
    buyer = back["transaction_id"].map(purchases["customer_id"]).fillna(back["customer_id"])
    sums["credited_returns"] = back.groupby(buyer)["amount"].sum()
    sums["net"] = of["amount"].sum()
    sums["units"] = of["units"].sum()
    whole = ["purchases", "kept_purchases", "lines", "gross", "returns", "net", "units"]
    whole += ["credited_returns"]
    sums[whole] = sums[whole].fillna(0).astype("int64")
    days = [name for name in sums if name.endswith("_day")]
    sums[days] = sums[days].astype("Int64")
    return sums.rename_axis("customer_id").reset_index()


def kept_units(folder: Path) -> pd.DataFrame:
    """KEPT_UNITS, with the names of the products table."""
    products = pd.read_csv(folder / "prod_cat_info.csv", dtype="str").set_index(
        ["prod_cat_code", "prod_sub_cat_code"]
    )
    lines = read_lines(folder).join(products, on=["category", "subcategory"])
    key = ["transaction_id", "customer_id", "prod_cat", "prod_subcat"]
    units = lines.groupby(key, as_index=False)["units"].sum()
    units.columns = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    return units[units["units"] > 0]


def trade(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """PURCHASES and RETURN_LINES as far as looking back needs them; returns by id only."""
    lines = read_lines(folder)
    sold = lines[lines["amount"] > 0].groupby(["transaction_id", "customer_id"])
    purchases = sold.agg(
        day=("day", "min"), gross=("amount", "sum"), channel=("channel", "first")
    ).reset_index()
    back = lines[lines["amount"] < 0]
    is_matched = back["transaction_id"].isin(set(purchases["transaction_id"]))
    back = back.assign(
        purchase_id=back["transaction_id"].where(is_matched),
        purchase_customer=back["customer_id"].where(is_matched),
    )
    return purchases, back
