"""What travels to the browser: the lines, without receipt numbers, when they are few enough; else sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail import frames
from retail.aggregates import sums
from retail.aggregates.engine import Engine, Frame
from retail.aggregates.line_tables import LineTables
from retail.aggregates.purchases import PURCHASE_COLUMNS
from retail.schema.dashboard import DASHBOARD_LINES, NUMBERS
from retail.schema.dimensions import BY_LINE, IN_LINES, OF_LINE, SCORES, names
from retail.schema.lines import PURCHASE

# Values first, the id last: an id made from a place in a file must not decide the order of rows.
ORDER = [
    "day",
    "customer_id",
    *names(BY_LINE),
    "quantity",
    "amount",
    "tax",
    "transaction_id",
    "purchase_id",
]
LINE = ORDER[:-1]
FOUND = ["purchase_id", "purchase_customer", *(f"purchase_{name}" for name in PURCHASE_COLUMNS)]
NAMED = ("product", *names(IN_LINES))
PERSON = names(SCORES)
CODES = ("category", *NAMED, *PERSON)


def lines(all_lines: Frame, matched: Frame) -> pd.DataFrame:
    """DASHBOARD_LINES: every line, in an order that depends on values only, ids as running numbers."""
    return frames.conform(_numbered(all_lines, matched), DASHBOARD_LINES)


def _numbered(all_lines: Frame, matched: Frame) -> pd.DataFrame:
    """The columns of DASHBOARD_LINES, and ids."""
    others = all_lines.filter(nw.col("amount") >= 0).select(LINE)
    returns = matched.select(*LINE, *FOUND)
    table = pd.concat([_pandas(others), _pandas(returns)], ignore_index=True)
    is_sale = table["amount"] > 0
    table = table.assign(
        purchase_id=table["purchase_id"].where(~is_sale, table["transaction_id"]),
        purchase_customer=table["purchase_customer"].where(~is_sale, table["customer_id"]),
        **{
            f"purchase_{n}": table[f"purchase_{n}"].where(~is_sale, table[n])
            for n in PURCHASE_COLUMNS
        },
    )
    table = _sorted(table)
    purchase = _numbers(table["purchase_id"] + "\x1f" + table["purchase_customer"])
    first_day = table["day"].where(table["amount"] > 0).groupby(purchase).min()
    return table.assign(
        transaction=_numbers(table["transaction_id"]),
        purchase=purchase,
        purchase_day=purchase.map(first_day),
        customer_id=table["customer_id"].where(table["customer_id"] != ""),
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


@dataclass(frozen=True)
class FactRows:
    """What each line adds to each sum of the dashboard.

    frame: day, CODES, NUMBERS, and customer_id if it was asked for. Money counts on the line's day and under
    its names; purchases and credited returns count on the purchase's day and under its names. So every sum
    adds up over time. mixed: dimensions with several values in some purchase; numbers of purchases by them
    don't add up.
    """

    frame: Frame
    mixed: frozenset[str]
    engine: Engine


def starts(first: int, last: int) -> pd.DataFrame:
    """One row for each day from `first` to `last` (days since 1970-01-01): day, week, month, quarter, year.

    Each grain's column has the first day of the period, but not before `first`. A week is an ISO week that is
    cut where a month ends, so that months, quarters and years are sums of weeks.
    """
    day = np.arange(first, last + 1, dtype="int64")
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype("datetime64[D]").astype("int64")
    quarter = (months.astype("int64") // 3 * 3).astype("datetime64[M]").astype("datetime64[D]")
    found = pd.DataFrame(
        {
            "day": day,
            "week": np.maximum(day - (day + 3) % 7, month),
            "month": month,
            "quarter": quarter.astype("int64"),
            "year": dates.astype("datetime64[Y]").astype("datetime64[D]").astype("int64"),
        }
    )
    return found.clip(lower=first)


def by_grain(periods: pd.DataFrame, grain: str) -> pd.DataFrame:
    """The day and `period` (the period's first day) of one grain. periods: the table that `starts` returns."""
    return pd.DataFrame({"day": periods["day"], "period": periods[grain]})


def fact_rows(
    tables: LineTables,
    codes: Mapping[str, pd.DataFrame],
    people: pd.DataFrame,
    days: pd.DataFrame | None = None,
    *,
    has_customers: bool = False,
) -> FactRows:
    """Make the fact rows of all lines, with whole numbers in place of names: later passes are cheap.

    codes: for `product` a table category, subcategory, code_of_category, code; for each other name of NAMED a
    table such as city, city_code; one row for each name. people: customer_id and PERSON; customers without a
    row, and guests, have 0. days: day and `joined`, the day that stands for it; None when no days are joined.
    has_customers: keep customer_id, so that distinct customers can be counted.
    """
    engine = tables.engine
    coded = {name: engine.from_pandas(table, f"codes_{name}") for name, table in codes.items()}
    categories = codes["product"][["code", "code_of_category"]].drop_duplicates("code")
    names = categories.rename(columns={"code": "product", "code_of_category": "category"})
    bought, mixed = _purchases(_coded(tables.sold, coded), engine)
    columns = ["day", "customer_id", *NAMED, *NUMBERS]
    parts = [
        _coded(tables.fact_rows, coded).with_columns(purchases=nw.lit(0, nw.Int64)),
        bought.with_columns(
            **{name: nw.lit(0, nw.Int64) for name in NUMBERS if name != "purchases"}
        ),
    ]
    frame = nw.concat([part.select(columns) for part in parts], how="vertical")
    frame = frame.join(engine.from_pandas(names, "codes_category"), on="product", how="left")
    if len(people):
        labels = engine.from_pandas(people[["customer_id", *PERSON]], "people")
        frame = frame.join(labels, on="customer_id", how="left")
        frame = frame.with_columns(nw.col(*PERSON).fill_null(0).cast(nw.Int64))
    else:
        frame = frame.with_columns(**{name: nw.lit(0, nw.Int64) for name in PERSON})
    if days is not None:
        frame = frame.join(engine.from_pandas(days, "joined_days"), on="day", how="left")
        frame = frame.with_columns(day=nw.coalesce("joined", "day")).drop("joined")
    kept = frame.select("day", *CODES, *(["customer_id"] if has_customers else []), *NUMBERS)
    return FactRows(engine.materialized(kept, "fact_rows"), mixed, engine)


def _purchases(sold: Frame, engine: Engine) -> tuple[Frame, frozenset[str]]:
    """Purchases with one code of each dimension, and the names of the mixed dimensions.

    One row for each purchase, on its day. A dimension is mixed if a purchase has several values of it; the
    smallest code is kept.
    """
    several = ("product", *names(OF_LINE))
    grouped = sold.group_by(*PURCHASE).agg(
        nw.col("day", *NAMED).min(), **{f"most_{name}": nw.col(name).max() for name in several}
    )
    bought = engine.materialized(grouped.drop("transaction_id"), "coded_purchases")
    found = bought.select(
        **{name: (nw.col(name) != nw.col(f"most_{name}")).cast(nw.Int64).sum() for name in several}
    )
    counts = found.collect("pandas").to_native()
    mixed = frozenset(name for name in several if int(counts[name].iloc[0] or 0))
    return bought.with_columns(purchases=nw.lit(1, nw.Int64)), mixed


def _coded(frame: Frame, codes: Mapping[str, Frame]) -> Frame:
    """`frame` with codes in place of names; category is left out, since the product's code gives it."""
    pair = ["category", "subcategory"]
    products = codes["product"].select(*pair, product=nw.col("code"))
    joined = frame.join(products, on=pair, how="left").drop(pair)
    for name in names(IN_LINES):
        joined = joined.join(codes[name].select(name, f"{name}_code"), on=name, how="left")
        joined = joined.drop(name).rename({f"{name}_code": name})
    return joined.with_columns(nw.col(*NAMED).cast(nw.Int64))


def summed(
    rows: FactRows, keys: Sequence[str], periods: pd.DataFrame, *, is_counted: bool = False
) -> pd.DataFrame:
    """Sums of fact rows by period and `keys`: day (the period's first), `keys`, NUMBERS; sorted.

    periods: day and `period`, the first day of its period. is_counted: add the column `customers`, the number
    of distinct customers with a line or a credited return in the cell.
    """
    dates = rows.engine.from_pandas(periods[["day", "period"]], "periods")
    frame = rows.frame.join(dates, on="day", how="inner").drop("day")
    by = ["period", *keys]
    table = _whole(sums.totals(frame, by, list(NUMBERS)))
    if is_counted:
        known = frame.filter(nw.col("customer_id") != "")
        people = _whole(sums.distinct(known, by, "customer_id", "customers"))
        table = table.merge(people, on=by, how="left")
        table["customers"] = table["customers"].fillna(0).astype("int64")
    named = table.rename(columns={"period": "day"})
    return named.sort_values(["day", *keys]).reset_index(drop=True)


def _whole(frame: Frame) -> pd.DataFrame:
    return frame.collect("pandas").to_native().astype("int64")


def sample(tables: LineTables, customers: Sequence[str], purchases: Sequence[str]) -> pd.DataFrame:
    """DASHBOARD_LINES of some customers, and of some purchases (by transaction) of guests; and transaction_id."""
    people = pd.DataFrame({"customer_id": pd.Series(customers, dtype="str"), "transaction_id": ""})
    theirs = tables.engine.from_pandas(people[["customer_id"]], "sampled_people")
    ids = pd.DataFrame({"transaction_id": pd.Series(purchases, dtype="str")})
    visits = tables.engine.from_pandas(ids, "sampled_visits")

    def drawn(frame: Frame) -> Frame:
        known = frame.join(theirs, on="customer_id", how="semi")
        guests = frame.filter(nw.col("customer_id") == "")
        return nw.concat([known, guests.join(visits, on="transaction_id", how="semi")])

    table = _numbered(drawn(tables.lines), drawn(tables.matched))
    numbered = frames.conform(table, DASHBOARD_LINES)
    return numbered.assign(transaction_id=table["transaction_id"].to_numpy())
