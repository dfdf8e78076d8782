"""The reductions of a run as a data engineer would write them by hand, to compare speed with.

    python -m tests.benchmarks.by_hand polars|pandas FOLDER OUT

Reads the three CSVs of `generator`, drops repeats, joins, credits returns to their purchases by id,
and writes into OUT the merged lines and the tables that the pages stand on: sales by day and by five
dimensions, with what was returned of them later; distinct buyers by five periods, distinct ids by
month, the last month beside that of a year before; customers with their last two purchases,
purchases, return lines, the kept units of each purchase and of each customer. No checks, no books, no
evidence for dates: they are known to be day-first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DIMENSIONS = (["prod_cat"], ["prod_cat", "prod_subcat"], ["Store_type"], ["city_code"], ["Gender"])
PERIODS = ("week", "month", "quarter", "year", "weekday")
PURCHASE = ["transaction_id", "cust_id"]
SUMS = ("gross", "returns", "tax", "units", "lines")


def polars(folder: Path, out: Path) -> dict[str, int]:
    """With Polars, streaming from the CSVs to merged Parquet and from there to tables."""
    import polars as pl

    pl.Config.set_engine_affinity("streaming")
    raw = pl.scan_csv(folder / "Transactions.csv", schema_overrides={"tran_date": pl.String})
    people = pl.read_csv(folder / "Customer.csv").lazy()
    products = pl.read_csv(folder / "prod_cat_info.csv").lazy()
    sign = pl.col("total_amt").sign()
    merged = (
        raw.unique()
        .with_columns(
            day=pl.col("tran_date").str.replace_all("/", "-").str.to_date("%d-%m-%Y"),
            amount=(pl.col("total_amt") * 1000).round().cast(pl.Int64),
            tax=(pl.col("Tax") * 1000 * sign).round().cast(pl.Int64),
        )
        .drop("tran_date", "total_amt", "Tax")
        .join(people, left_on="cust_id", right_on="customer_Id", how="left")
        .join(
            products,
            left_on=["prod_cat_code", "prod_subcat_code"],
            right_on=["prod_cat_code", "prod_sub_cat_code"],
            how="left",
        )
    )
    merged.sink_parquet(out / "merged.parquet")
    lines = pl.scan_parquet(out / "merged.parquet").with_columns(
        gross=pl.col("amount").clip(lower_bound=0),
        returns=pl.col("amount").clip(upper_bound=0),
        units=pl.col("Qty"),
        lines=pl.lit(1),
    )
    sold, back = lines.filter(pl.col("amount") > 0), lines.filter(pl.col("amount") < 0)
    bought = sold.group_by(PURCHASE).agg(
        pl.col("day", "Store_type").min(), pl.col("gross", "units").sum()
    )
    returned = back.group_by(PURCHASE).agg(returned=pl.col("amount").sum())
    purchases = bought.join(returned, on=PURCHASE, how="left").with_columns(
        kept=pl.col("gross") + pl.col("returned").fill_null(0)
    )
    purchases.sink_parquet(out / "purchases.parquet")
    bought = pl.scan_parquet(out / "purchases.parquet")
    own = bought.select(*PURCHASE, purchase_day="day", purchase_channel="Store_type")
    back.join(own, on=PURCHASE, how="left").sink_parquet(out / "return_lines.parquet")
    credited = pl.scan_parquet(out / "return_lines.parquet").with_columns(
        day=pl.coalesce("purchase_day", "day"),
        Store_type=pl.coalesce("purchase_channel", "Store_type"),
    )
    summed = [pl.col(name).sum() for name in SUMS]
    is_kept = pl.col("kept") > 0
    by_day = lines.group_by("day").agg(summed)
    on_day = bought.group_by("day").agg(purchases=pl.len(), kept_purchases=is_kept.sum())
    later = credited.group_by("day").agg(credited=pl.col("amount").sum())
    tables = {"by_day": by_day.join(on_day, on="day", how="left").join(later, on="day", how="left")}
    for keys in DIMENSIONS:
        visits = sold.select(*keys, *PURCHASE).unique().group_by(keys)
        counts = visits.agg(purchases=pl.len(), buyers=pl.col("cust_id").n_unique())
        by = lines.group_by(keys).agg(summed).join(counts, on=keys, how="left")
        later = credited.group_by(keys).agg(credited=pl.col("amount").sum())
        tables[f"by_{keys[-1]}"] = by.join(later, on=keys, how="left")
    dated = bought.select(
        "cust_id",
        "day",
        week=pl.col("day").dt.truncate("1w"),
        month=pl.col("day").dt.truncate("1mo"),
        quarter=pl.col("day").dt.truncate("1q"),
        year=pl.col("day").dt.year(),
        weekday=pl.col("day").dt.weekday(),
    )
    for period in ("day", *PERIODS):
        by_period = dated.group_by(period).agg(buyers=pl.col("cust_id").n_unique())
        tables[f"buyers_by_{period}"] = by_period
    months = lines.select("transaction_id", month=pl.col("day").dt.truncate("1mo"))
    tables["ids_by_month"] = months.unique().group_by("month").len()
    last = bought.select(pl.col("day").max()).collect().item().replace(day=1)
    pair = lines.filter(
        pl.col("day").dt.truncate("1mo").is_in([last, last.replace(year=last.year - 1)])
    )
    where = ["prod_cat", "prod_subcat", "Store_type", "city_code"]
    tables["month_pair"] = pair.group_by(pl.col("day").dt.year(), *where).agg(summed)
    tables["customers"] = (
        people.rename({"customer_Id": "cust_id"})
        .join(lines.group_by("cust_id").agg(summed), on="cust_id", how="left")
        .join(
            bought.group_by("cust_id").agg(
                purchases=pl.len(),
                kept=is_kept.sum(),
                first=pl.col("day").min(),
                last=pl.col("day").max(),
                previous=pl.col("day").filter(pl.col("day") < pl.col("day").max()).max(),
                last_kept=pl.col("day").filter(is_kept).max(),
            ),
            on="cust_id",
            how="left",
        )
    )
    left = bought.filter(is_kept).select(PURCHASE)
    tables["kept_units"] = (
        lines.join(left, on=PURCHASE, how="semi")
        .group_by(*PURCHASE, "prod_cat", "prod_subcat")
        .agg(pl.col("units").sum())
        .filter(pl.col("units") > 0)
    )
    large = ("customers", "kept_units")
    for name in large:
        tables[name].sink_parquet(out / f"{name}.parquet")
    own = pl.scan_parquet(out / "kept_units.parquet")
    by_customer = own.group_by("cust_id", "prod_cat", "prod_subcat").agg(
        pl.col("units").sum(), pl.len()
    )
    by_customer.sink_parquet(out / "units_by_customer.parquet")
    small = [name for name in tables if name not in large]
    for name, table in zip(small, pl.collect_all([tables[n] for n in small]), strict=True):
        table.write_parquet(out / f"{name}.parquet")
    totals = pl.scan_parquet(out / "by_day.parquet").select(pl.col("gross", "returns").sum())
    counted = bought.select(pl.len()).collect().item()
    gross, returns = totals.collect().row(0)
    return {"gross": gross, "returns": returns, "purchases": counted}


def pandas(folder: Path, out: Path) -> dict[str, int]:
    """With pandas, everything in memory; dates parsed once per distinct text."""
    import numpy as np
    import pandas as pd

    raw = pd.read_csv(folder / "Transactions.csv", engine="pyarrow").drop_duplicates()
    texts = raw["tran_date"].drop_duplicates()
    day = dict(
        zip(texts, pd.to_datetime(texts.str.replace("/", "-"), format="%d-%m-%Y"), strict=True)
    )
    people = pd.read_csv(folder / "Customer.csv").rename(columns={"customer_Id": "cust_id"})
    products = pd.read_csv(folder / "prod_cat_info.csv").rename(
        columns={"prod_sub_cat_code": "prod_subcat_code"}
    )
    amount = (raw["total_amt"] * 1000).round().astype("int64")
    lines = raw.drop(columns=["total_amt", "Tax"]).assign(
        day=raw["tran_date"].map(day),
        amount=amount,
        tax=(raw["Tax"] * 1000 * np.sign(amount)).round().astype("int64"),
    )
    lines = lines.drop(columns="tran_date").merge(people, on="cust_id", how="left")
    lines = lines.merge(products, on=["prod_cat_code", "prod_subcat_code"], how="left")
    lines.to_parquet(out / "merged.parquet")
    lines = lines.assign(
        gross=lines["amount"].clip(lower=0),
        returns=lines["amount"].clip(upper=0),
        units=lines["Qty"],
        lines=1,
    )
    sold, back = lines[lines["amount"] > 0], lines[lines["amount"] < 0]
    bought = sold.groupby(PURCHASE, as_index=False).agg(
        {"day": "min", "Store_type": "min", "gross": "sum", "units": "sum"}
    )
    returned = back.groupby(PURCHASE)["amount"].sum().rename("returned")
    bought = bought.merge(returned.reset_index(), on=PURCHASE, how="left")
    bought["kept"] = bought["gross"] + bought["returned"].fillna(0).astype("int64")
    own = bought[[*PURCHASE, "day", "Store_type"]]
    own = own.rename(columns={"day": "purchase_day", "Store_type": "purchase_channel"})
    back = back.merge(own, on=PURCHASE, how="left")
    credited = back.assign(
        day=back["purchase_day"].fillna(back["day"]),
        Store_type=back["purchase_channel"].fillna(back["Store_type"]),
    )
    is_kept = bought["kept"] > 0
    by_day = lines.groupby("day")[list(SUMS)].sum()
    on_day = bought.assign(is_kept=is_kept).groupby("day")["is_kept"].agg(["size", "sum"])
    later = credited.groupby("day")["amount"].sum().rename("credited")
    tables = {"purchases": bought, "by_day": by_day.join(on_day).join(later), "return_lines": back}
    for keys in DIMENSIONS:
        visits = sold[[*keys, *PURCHASE]].drop_duplicates().groupby(keys)
        counts = visits["cust_id"].agg(["size", "nunique"])
        later = credited.groupby(keys)["amount"].sum().rename("credited")
        by = lines.groupby(keys)[list(SUMS)].sum().join(counts).join(later)
        tables[f"by_{keys[-1]}"] = by
    dates = bought["day"]
    periods = {
        "day": dates,
        "week": dates.dt.to_period("W"),
        "month": dates.dt.to_period("M"),
        "quarter": dates.dt.to_period("Q"),
        "year": dates.dt.year,
        "weekday": dates.dt.weekday,
    }
    for name, period in periods.items():
        buyers = bought["cust_id"].groupby(period).nunique().rename("buyers").reset_index()
        tables[f"buyers_by_{name}"] = buyers.astype({"day": "str"})
    month = lines["day"].dt.year * 12 + lines["day"].dt.month
    ids = pd.DataFrame({"month": month, "id": lines["transaction_id"]})
    tables["ids_by_month"] = ids.drop_duplicates().groupby("month").size().rename("ids").to_frame()
    last = bought["day"].max()
    now = last.year * 12 + last.month
    pair = lines[month.isin([now - 12, now])]
    where = ["prod_cat", "prod_subcat", "Store_type", "city_code"]
    tables["month_pair"] = pair.groupby([pair["day"].dt.year, *where])[list(SUMS)].sum()
    by = bought.assign(is_kept=is_kept, kept_day=bought["day"].where(is_kept)).groupby("cust_id")
    counted = by.agg({"day": ["size", "min", "max"], "is_kept": "sum", "kept_day": "max"})
    counted.columns = ["purchases", "first", "last", "kept", "last_kept"]
    summed = lines.groupby("cust_id")[list(SUMS)].sum()
    before = bought["day"].where(bought["day"] < by["day"].transform("max"))
    previous = before.groupby(bought["cust_id"]).max().rename("previous")
    everyone = people.set_index("cust_id").join(summed).join(counted)
    tables["customers"] = everyone.join(previous)
    left = lines.merge(bought.loc[is_kept, PURCHASE], on=PURCHASE)
    units = left.groupby([*PURCHASE, "prod_cat", "prod_subcat"], as_index=False)["units"].sum()
    tables["kept_units"] = units[units["units"] > 0]
    by_customer = tables["kept_units"].groupby(["cust_id", "prod_cat", "prod_subcat"])["units"]
    tables["units_by_customer"] = by_customer.agg(["sum", "size"]).reset_index()
    for name, table in tables.items():
        table.to_parquet(out / f"{name}.parquet")
    by_day = tables["by_day"]
    gross, returns = (int(by_day[name].sum()) for name in ("gross", "returns"))
    return {"gross": gross, "returns": returns, "purchases": len(bought)}


def main(engine: str, folder: str, out: str) -> None:
    """Run one and print its totals as JSON (money in thousandths)."""
    Path(out).mkdir(parents=True, exist_ok=True)
    scripts: dict[str, Any] = {"polars": polars, "pandas": pandas}
    print(json.dumps(scripts[engine](Path(folder), Path(out))))


if __name__ == "__main__":
    main(*sys.argv[1:4])
