"""Checked records -> lines: unused records left out, dates decided, dimensions joined.

In: the Parquet files of `Inputs`. Out: `LINES`, lazy, in any engine; a join never changes the
number of lines or their money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from retail.errors import CheckError, InputError
from retail.schema.lines import LINES, MERGED, UNKNOWN

if TYPE_CHECKING:
    from retail.aggregates.scan import Frame, Opener
    from retail.intake.inputs import Inputs

# Sums of so much stay far from the end of 64-bit integers, rounding of the check included.
SAFE_SUM = 9.0e18
MADE_ID = "~"  # starts an id that the input does not have


def checked(inputs: Inputs, open_numbered: Opener, opener: Opener) -> Frame:
    """CHECKED of all files with `file`, records that are not used left out, `day` decided.

    Raises InputError when amounts, taxes or quantities could overflow when summed.
    """
    records = open_numbered(inputs.transactions)
    if inputs.dropped is not None:
        records = records.join(opener([inputs.dropped]), on=["file", "row"], how="anti")
    return records.with_columns(day=_day(inputs))


def _day(inputs: Inputs) -> nw.Expr:
    day_first = [i for i, form in enumerate(inputs.date_formats) if form.is_day_first]
    if len(day_first) == len(inputs.date_formats):
        return nw.col("day_first")
    is_day_first = nw.col("date_format").is_in(day_first)
    return nw.when(is_day_first).then(nw.col("day_first")).otherwise(nw.col("month_first"))


def join_dimensions(records: Frame, inputs: Inputs, opener: Opener) -> Frame:
    """`records` with the customer's columns and the products' names (`_name`), as far as they exist."""
    if inputs.customers is not None:
        customers = opener([inputs.customers])
        known = set(customers.collect_schema().names())
        wanted = {"gender": "gender", "birth_day": "birth_day", "city": "customer_city"}
        columns = [nw.col(name).alias(alias) for name, alias in wanted.items() if name in known]
        records = records.join(
            customers.select("customer_id", *columns), on="customer_id", how="left"
        )
    if inputs.products is not None:
        products = opener([inputs.products]).select(
            "category_code",
            "subcategory_code",
            category_name=nw.col("category"),
            subcategory_name=nw.col("subcategory"),
        )
        records = records.join(
            products,
            left_on=["category", "subcategory"],
            right_on=["category_code", "subcategory_code"],
            how="left",
        )
    return records


def from_records(joined: Frame, inputs: Inputs, opener: Opener) -> Frame:
    """LINES from records with their dimensions joined."""
    has = set(joined.collect_schema().names())
    unit = 10**inputs.measures.quantity_scale
    sign = nw.when(nw.col("amount") > 0).then(1).when(nw.col("amount") < 0).then(-1).otherwise(0)
    by_products = inputs.products is not None
    lines = joined.select(
        "file",
        "row",
        "day",
        "amount",
        customer_id=nw.col("customer_id").fill_null(""),
        transaction_id=_transaction_id(has),
        has_id=(~nw.col("transaction_id").is_null()) if "transaction_id" in has else nw.lit(False),
        product_id=_text("product_id", has, ""),
        category=_text("category_name" if by_products else "category", has, UNKNOWN),
        subcategory=_text("subcategory_name" if by_products else "subcategory", has, UNKNOWN),
        channel=_text("channel", has, UNKNOWN),
        city=_first(("city", "customer_city"), has),
        gender=_text("gender", has, UNKNOWN),
        quantity=nw.coalesce(nw.col("quantity"), sign * unit) if "quantity" in has else sign * unit,
        unit_price=nw.col("unit_price").abs() if "unit_price" in has else nw.lit(None, nw.Int64),
        tax=sign * nw.col("tax").fill_null(0).abs() if "tax" in has else nw.lit(0, nw.Int64),
    )
    return name_cities(lines, inputs, opener).select(LINES.names)


def _text(name: str, has: set[str], missing: str) -> nw.Expr:
    return nw.col(name).fill_null(missing) if name in has else nw.lit(missing)


def _first(names: tuple[str, ...], has: set[str]) -> nw.Expr:
    found = [nw.col(name) for name in names if name in has]
    return nw.coalesce(*found, nw.lit(UNKNOWN)) if found else nw.lit(UNKNOWN)


def _transaction_id(has: set[str]) -> nw.Expr:
    """The stated id; without one, customer and day, and for a guest each line by itself."""
    of_guest = nw.concat_str(
        nw.lit(MADE_ID), nw.col("file").cast(nw.String), nw.lit("~"), nw.col("row").cast(nw.String)
    )
    of_customer = nw.concat_str(
        nw.lit(MADE_ID), nw.col("customer_id"), nw.lit("~"), nw.col("day").cast(nw.String)
    )
    made = nw.when(nw.col("customer_id").is_null()).then(of_guest).otherwise(of_customer)
    return nw.coalesce(nw.col("transaction_id"), made) if "transaction_id" in has else made


def name_cities(frame: Frame, inputs: Inputs, opener: Opener) -> Frame:
    """`frame` with the names of its `city` codes; what the cities table doesn't know stays as it is."""
    if inputs.cities is None:
        return frame
    names = opener([inputs.cities]).select("code", city_name=nw.col("name"))
    named = frame.join(names, left_on="city", right_on="code", how="left")
    return named.with_columns(city=nw.coalesce("city_name", "city")).drop("city_name")


def merged(joined: Frame) -> Frame:
    """MERGED: the original's table of 15 columns, with the fields that the input has."""
    has = set(joined.collect_schema().names())
    sources = {
        "category_code": "category" if "category_name" in has else "",
        "subcategory_code": "subcategory" if "subcategory_name" in has else "",
        "category": "category_name" if "category_name" in has else "category",
        "subcategory": "subcategory_name" if "subcategory_name" in has else "subcategory",
        "city": "city" if "city" in has else "customer_city",
    }
    names = [(name, sources.get(name, name)) for name in MERGED.names]
    return joined.select(nw.col(source).alias(name) for name, source in names if source in has)


def prove(records: Frame, lines: Frame) -> None:
    """Make sure that sums fit 64 bits and that joins changed neither the lines nor their money.

    Raises InputError when a sum could overflow, CheckError when a join changed something.
    """
    has = set(records.collect_schema().names())
    sizes = [name for name in ("amount", "tax", "quantity") if name in has]
    found = _one_row(
        records,
        *(nw.col(name).cast(nw.Float64).abs().sum().alias(name) for name in sizes),
        (nw.len() - nw.col("day").count()).alias("undated"),
    )
    for name in sizes:
        if float(found[name] or 0) > SAFE_SUM:
            raise InputError(
                f"transactions, column {name}: the values add up to more than 64-bit integers "
                "hold. Set [money] decimals in retail.toml to keep fewer decimals."
            )
    if found["undated"]:
        raise CheckError(f"{found['undated']} lines have no date in the order that was decided.")
    counted = (nw.len().alias("lines"), nw.col("amount").sum().cast(nw.Int64).alias("amount"))
    before, after = _one_row(records, *counted), _one_row(lines, *counted)
    if before != after:
        raise CheckError(
            "joining customers, products and cities changed the transactions: lines from "
            f"{before['lines']:,} to {after['lines']:,}, money from {before['amount']} to "
            f"{after['amount']} smallest units. A key of those tables is not unique."
        )


def _one_row(frame: Frame, *values: nw.Expr) -> dict[str, Any]:
    return frame.select(*values).collect("pandas").to_native().iloc[0].to_dict()
