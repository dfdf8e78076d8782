"""All reductions over lines, in order: from checked Parquet to small tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates import (
    calendar,
    customers,
    dashboard,
    kept,
    lines,
    purchases,
    returns,
    sales,
    scan,
    sums,
)
from retail.aggregates.scan import Frame
from retail.errors import InputError
from retail.schema.lines import PURCHASES, RETURN_LINES
from retail.schema.measures import Period
from retail.schema.quality import RETURN_MATCHING
from retail.schema.sales import CITIES
from retail.schema.segments import CUSTOMER_SUMS, KEPT_UNITS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

DASHBOARD_LINES = (
    150_000  # beyond so many lines they can't fit the page's 400 kB (about 3 bytes each)
)


@dataclass(frozen=True)
class Aggregates:
    """Small pandas tables of whole numbers; ratios, shares and comparisons are made from them.

    sales: the tables of `sales.DIMENSIONS` and `by_day`, keys and measures, no ratios.
    buyers: of each table of `sales.PERIODS`, keys and distinct buyers.
    transactions / transactions_by_month: distinct ids (month, transactions).
    calendar: one row per day of the data (see `calendar.table`).
    customer_sums: CUSTOMER_SUMS; customer_measures: customer_id, tax, credited_returns.
    kept_units, purchases, return_lines, return_matching, cities, dashboard_lines: as their schema
        says; the last is None when there are too many, cities when there are no coordinates.
    lines: kept lines; sales_lines, return_lines_count in `line_counts` with their money.
    """

    engine: str
    period: Period
    lines: int
    transactions: int
    transactions_by_month: pd.DataFrame
    sales: Mapping[str, pd.DataFrame]
    buyers: Mapping[str, pd.DataFrame]
    calendar: pd.DataFrame
    customer_sums: pd.DataFrame
    customer_measures: pd.DataFrame
    kept_units: pd.DataFrame
    purchases: pd.DataFrame
    return_lines: pd.DataFrame
    return_matching: pd.DataFrame
    by_sign: pd.DataFrame
    dashboard_lines: pd.DataFrame | None
    cities: pd.DataFrame | None


def collect_all(
    inputs: Inputs,
    engine: str,
    work: Path,
    log: Callable[[str], None] = lambda message: None,
    *,
    as_of: int | None = None,
    dashboard_limit: int = DASHBOARD_LINES,
) -> Aggregates:
    """Reduce the lines of `inputs` with `engine` ("auto" picks one and tells `log`).

    `work` is a private folder; its subfolder `aggregates` is emptied and written anew. `as_of`
    (days since 1970-01-01) is the config's; without it, it is the last day with a line. Raises
    EngineError, InputError (no line, no purchase, sums too large) and CheckError.
    """
    engine = scan.chosen(engine, inputs.transactions, log)
    opener = partial(scan.open_parquet, engine=engine)
    folder = _emptied(work / "aggregates")

    records = lines.checked(inputs, partial(opener, numbered=True), opener)
    joined = lines.join_dimensions(records, inputs, opener)
    lines.merged(joined).sink_parquet(str(folder / "merged.parquet"))
    all_lines = scan.stored(
        lines.from_records(joined, inputs, opener), folder / "lines.parquet", opener
    )
    lines.prove(records, all_lines)
    bought = scan.stored(purchases.bought(all_lines), folder / "bought.parquet", opener)
    matched = returns.match(all_lines, bought, opener, folder)
    summarised = scan.stored(
        purchases.summarise(bought, matched), folder / "purchases.parquet", opener
    )
    credits = sales.credited(matched)

    by_day = sales.by_day(all_lines, bought, credits)
    period = _period(by_day, as_of)
    days = calendar.table(int(by_day["day"].min()), max(period.as_of, int(by_day["day"].max())))
    dates = opener([calendar.written(days, folder / "calendar.parquet")])
    customer_sums, customer_measures = _customers(
        customers.summarise(all_lines, summarised, matched, customers.known(inputs, opener))
    )
    bought_dates = bought.select("customer_id", "day").unique().join(dates, on="day")
    ids = all_lines.select("day", "transaction_id").unique()
    count = int(by_day["lines"].sum())
    return Aggregates(
        engine=engine,
        period=period,
        lines=count,
        transactions=_count(ids.select("transaction_id").unique()),
        transactions_by_month=_pandas(
            sums.distinct(ids.join(dates, on="day"), ["month"], ["transaction_id"], "transactions"),
            ["month"],
        ),
        sales={
            "by_day": by_day,
            **{
                name: sales.by_dimension(all_lines, credits, keys)
                for name, keys in sales.DIMENSIONS.items()
            },
        },
        buyers={
            name: _pandas(sales.buyers(bought_dates, keys), keys)
            for name, keys in sales.PERIODS.items()
        },
        calendar=days,
        customer_sums=customer_sums,
        customer_measures=customer_measures,
        kept_units=frames.collect(kept.units(all_lines, matched), KEPT_UNITS),
        purchases=_with_guests(frames.collect(summarised, PURCHASES)),
        return_lines=_with_guests(frames.collect(returns.listed(matched), RETURN_LINES)),
        return_matching=frames.collect(returns.by_rule(matched), RETURN_MATCHING),
        by_sign=_by_sign(all_lines),
        dashboard_lines=(
            dashboard.lines(all_lines, matched, bought) if count <= dashboard_limit else None
        ),
        cities=_cities(inputs),
    )


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _period(by_day: pd.DataFrame, as_of: int | None) -> Period:
    if by_day.empty:
        raise InputError("The transactions hold no line that can be used; see the books of intake.")
    purchase_days = by_day.loc[by_day["purchases"] > 0, "day"]
    if purchase_days.empty:
        raise InputError("The transactions hold no purchase: no line has an amount above zero.")
    # Only days with lines: a return credited to a purchase has that purchase's line on its day.
    days = by_day.loc[by_day["lines"] > 0, "day"]
    last = int(days.max())
    return Period(int(days.min()), int(purchase_days.max()), last if as_of is None else as_of)


def _count(frame: Frame) -> int:
    return int(frame.select(nw.len().alias("count")).collect("pandas").to_native().iloc[0, 0])


def _pandas(frame: Frame, keys: tuple[str, ...] | list[str]) -> pd.DataFrame:
    table = frame.collect("pandas").to_native()
    return table.astype("int64").sort_values(list(keys)).reset_index(drop=True)


def _with_guests(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with a missing customer where the id is empty."""
    return table.assign(customer_id=table["customer_id"].where(table["customer_id"] != ""))


def _customers(frame: Frame) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = frame.collect("pandas").to_native()
    if "contactable" in table:
        table = table.assign(contactable=customers.yes_or_no(table["contactable"]))
    measures = table[["customer_id", "tax", "credited"]].rename(
        columns={"credited": "credited_returns"}
    )
    measures = measures.astype({"tax": "int64", "credited_returns": "int64"})
    ordered = measures.sort_values("customer_id").reset_index(drop=True)
    return frames.conform(table, CUSTOMER_SUMS), ordered


def _by_sign(all_lines: Frame) -> pd.DataFrame:
    """Sign (1, 0, -1), lines, amount: for the books from kept lines to net revenue."""
    sign = nw.when(nw.col("amount") > 0).then(1).when(nw.col("amount") < 0).then(-1).otherwise(0)
    signed = all_lines.select("amount", sign=sign)
    return _pandas(sums.totals(signed, ["sign"], ["amount"], lines=nw.len()), ["sign"])


def _cities(inputs: Inputs) -> pd.DataFrame | None:
    if inputs.cities is None:
        return None
    table = pd.read_parquet(inputs.cities)
    if not {"latitude", "longitude"} <= set(table.columns):
        return None
    placed = table.dropna(subset=["name", "latitude", "longitude"]).sort_values("code")
    # Codes that share a name are one city on the pages; it is drawn where the first code is.
    return frames.conform(placed.rename(columns={"name": "city"}).drop_duplicates("city"), CITIES)
