"""Checked records -> lines: unused records left out, dates decided, dimensions joined.

In: the Parquet files of `Inputs`. Out: LINES, lazy, in any engine; a join never changes the number
of lines or their money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pyarrow.parquet as pq

from retail.aggregates.engine import Engine, Frame
from retail.errors import CheckError, InputError
from retail.schema.dimensions import IN_LINES, STATED, UNKNOWN, Dimension
from retail.schema.lines import HASHES, LINES, MERGED

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

SAFE_SUM = 9.0e18  # so much stays below 2**63, the rounding of the check included
MADE_ID = "~"  # starts an id that the input does not have


@dataclass(frozen=True)
class LineCounts:
    """Kept lines by the sign of their amount: sales above 0, returns below, neither at 0."""

    sales: int
    returns: int
    neither: int

    @property
    def all(self) -> int:
        """All kept lines."""
        return self.sales + self.returns + self.neither


def merged(inputs: Inputs, engine: Engine) -> tuple[Frame, LineCounts]:
    """LINES of all files, and how many there are. MERGED is written where the engine works.

    Raises InputError without a line or without a purchase, and what `counts` raises.
    """
    records = used(inputs, engine)
    joined = with_dimensions(records, inputs, engine)
    whole = engine.materialized(from_records(joined, inputs, engine), "merged")
    engine.written(whole, "merged")
    lines = whole.select(LINES.names)
    found = counts(records, lines)
    if not found.all:
        raise InputError(
            "The transactions hold no line that can be used. The books, `retail check`, say what "
            "became of the lines that were read."
        )
    if not found.sales:
        raise InputError("The transactions hold no purchase: no line has an amount above zero.")
    return lines, found


def used(inputs: Inputs, engine: Engine) -> Frame:
    """CHECKED of all files, with `file` and `day`; records that are not used are left out."""
    records = engine.open(*inputs.transactions, numbered=True, without=HASHES)
    if inputs.dropped is not None:
        records = records.join(engine.open(inputs.dropped), on=["file", "row"], how="anti")
    return records.with_columns(day=_day(inputs))


def _day(inputs: Inputs) -> nw.Expr:
    day_first = [i for i, form in enumerate(inputs.date_formats) if form.is_day_first]
    if len(day_first) == len(inputs.date_formats):
        return nw.col("day_first")
    is_day_first = nw.col("date_format").is_in(day_first)
    return nw.when(is_day_first).then(nw.col("day_first")).otherwise(nw.col("month_first"))


def with_dimensions(records: Frame, inputs: Inputs, engine: Engine) -> Frame:
    """`records` with birth_day, category_name, subcategory_name and what customers state.

    As far as the inputs have them; missing where a customer or a pair of codes is not known.
    """
    if inputs.customers is not None:
        customers = engine.open(inputs.customers)
        known = set(customers.collect_schema().names())
        wanted = {"birth_day": "birth_day", **{d.name: _stated(d) for d in STATED}}
        columns = [nw.col(name).alias(alias) for name, alias in wanted.items() if name in known]
        people = customers.select("customer_id", *columns)
        records = records.join(people, on="customer_id", how="left")
    if inputs.products is not None:
        products = engine.open(inputs.products)
        known = set(products.collect_schema().names())
        names = [nw.col(n).alias(f"{n}_name") for n in ("category", "subcategory") if n in known]
        keys = {"category": "category_code", "subcategory": "subcategory_code"}
        if "product_id" in known:
            keys = {"product_id": "product_id"}
        records = records.join(
            products.select(*keys.values(), *names),
            left_on=list(keys),
            right_on=list(keys.values()),
            how="left",
        )
    return records


def from_records(joined: Frame, inputs: Inputs, engine: Engine) -> Frame:
    """MERGED from records with their dimensions joined."""
    has = set(joined.collect_schema().names())
    is_coded = inputs.products is not None and "product_id" not in _names(inputs.products, engine)
    category, subcategory = (
        [name for name in (f"{key}_name", *([] if is_coded else [key])) if name in has]
        for key in ("category", "subcategory")
    )
    lines = joined.select(
        "file",
        "row",
        "day",
        "amount",
        customer_id=nw.col("customer_id").fill_null(""),
        **_ids(has, inputs.transactions),
        product_id=_first(has, "product_id", missing=""),
        category=_first(has, *category),
        subcategory=_first(has, *(subcategory or category)),  # else each category is its only one
        **{d.name: _first(has, d.name, _stated(d)) for d in IN_LINES},
        quantity=_quantity(has, 10**inputs.units.quantity_scale),
        unit_price=nw.col("unit_price").abs() if "unit_price" in has else _no_number(),
        tax=_sign() * (nw.col("tax").fill_null(0).abs() if "tax" in has else nw.lit(0, nw.Int64)),
        **_of_tables(has),
    )
    names = [name for name in MERGED.names if name in LINES.names or name in _of_tables(has)]
    return with_city_names(lines, inputs, engine).select(names)


def _stated(dimension: Dimension) -> str:
    """The name of a column of the customers table once it is joined to lines."""
    return f"customer_{dimension.name}" if dimension.of == "line" else dimension.name


def _of_tables(has: set[str]) -> dict[str, nw.Expr]:
    """Columns of MERGED that are not in LINES, as far as the input has them."""
    names = ("category", "subcategory")
    codes = [name for name in names if {name, f"{name}_name"} <= has]
    found = {f"{name}_code": nw.col(name) for name in codes}
    return found | ({"birth_day": nw.col("birth_day")} if "birth_day" in has else {})


def _names(path: Path, engine: Engine) -> set[str]:
    return set(engine.open(path).collect_schema().names())


def _first(has: set[str], *names: str, missing: str = UNKNOWN) -> nw.Expr:
    """The first of the columns `names` that has a value, else `missing`."""
    found = [nw.col(name) for name in names if name in has]
    return nw.coalesce(*found, nw.lit(missing)) if found else nw.lit(missing)


def _no_number() -> nw.Expr:
    """Missing whole numbers (a literal of nothing has no whole type in pandas)."""
    return nw.when(nw.col("row").is_null()).then(nw.col("row"))


def _sign() -> nw.Expr:
    one, none, minus = (nw.lit(number, nw.Int64) for number in (1, 0, -1))
    amount = nw.col("amount")
    return nw.when(amount > 0).then(one).when(amount < 0).then(minus).otherwise(none)


def _quantity(has: set[str], unit: int) -> nw.Expr:
    """The stated quantity, else one unit with the sign of the amount."""
    one = _sign() * unit
    return nw.coalesce(nw.col("quantity"), one) if "quantity" in has else one


def _ids(has: set[str], paths: Sequence[Path]) -> dict[str, nw.Expr]:
    """transaction_id, the stated one; without one, customer and day, and for a guest each line by
    itself. has_id: whether it is stated."""
    stated = nw.col("transaction_id")
    if "transaction_id" in has and not _lacks("transaction_id", paths):
        return {"transaction_id": stated, "has_id": nw.lit(True)}
    mark = nw.lit(MADE_ID)
    place = (nw.col("file").cast(nw.String), mark, nw.col("row").cast(nw.String))
    visit = (nw.col("customer_id"), mark, nw.col("day").cast(nw.String))
    is_guest = nw.col("customer_id").is_null()
    made = (
        nw.when(is_guest).then(nw.concat_str(mark, *place)).otherwise(nw.concat_str(mark, *visit))
    )
    if "transaction_id" not in has:
        return {"transaction_id": made, "has_id": nw.lit(False)}
    return {"transaction_id": nw.coalesce(stated, made), "has_id": ~stated.is_null()}


def _lacks(name: str, paths: Sequence[Path]) -> bool:
    """Whether some row of these Parquet files may have no value in a column, by their statistics."""
    for path in paths:
        metadata = pq.read_metadata(path)
        at = metadata.schema.names.index(name)
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(at).statistics
            if statistics is None or not statistics.has_null_count or statistics.null_count:
                return True
    return False


def with_city_names(frame: Frame, inputs: Inputs, engine: Engine) -> Frame:
    """`frame` with names for the codes in `city`; what the cities table doesn't know stays as it is."""
    if inputs.cities is None:
        return frame
    names = engine.open(inputs.cities).select("code", city_name=nw.col("name"))
    named = frame.join(names, left_on="city", right_on="code", how="left")
    return named.with_columns(city=nw.coalesce("city_name", "city")).drop("city_name")


def counts(records: Frame, lines: Frame) -> LineCounts:
    """Counts of the lines, after a check that sums fit 64 bits and that joins changed nothing.

    Raises InputError when a sum could pass 64 bits, CheckError when lines or money differ from those
    of `records`.
    """
    has = set(records.collect_schema().names())
    sizes = [name for name in ("amount", "tax", "quantity") if name in has]
    sums = (nw.len().alias("lines"), nw.col("amount").sum().cast(nw.Int64).alias("money"))
    before = _one_row(
        records,
        *sums,
        *(nw.col(name).cast(nw.Float64).abs().sum().alias(name) for name in sizes),
        (nw.len() - nw.col("day").count()).alias("undated"),
    )
    _prove_sums_fit({name: float(before[name] or 0) for name in sizes})
    if before["undated"]:
        raise CheckError(
            f"{int(before['undated']):,} lines have no date in the order that was decided."
        )
    amount = nw.col("amount")
    after = _one_row(
        lines.select("amount", is_sale=amount > 0, is_return=amount < 0),
        *sums,
        nw.col("is_sale", "is_return").cast(nw.Int64).sum(),
    )
    if (before["lines"], before["money"]) != (after["lines"], after["money"]):
        raise CheckError(
            "joining customers, products and cities changed the transactions: lines from "
            f"{before['lines']:,} to {after['lines']:,}, money from {before['money']} to "
            f"{after['money']} smallest units. A key of those tables is not unique."
        )
    sales, returns = int(after["is_sale"]), int(after["is_return"])
    return LineCounts(sales, returns, int(after["lines"]) - sales - returns)


def _prove_sums_fit(sizes: dict[str, float]) -> None:
    for name, size in sizes.items():
        if size > SAFE_SUM:
            raise InputError(
                f"transactions, column {name}: the values add up to more than 64-bit integers "
                "hold. Set [money] decimals in retail.toml to keep fewer decimals."
            )


def _one_row(frame: Frame, *values: nw.Expr) -> dict[str, Any]:
    """The only row, 0 for what is missing; column by column, or whole numbers would become floats."""
    table = frame.select(*values).collect("pandas").to_native()
    row = {name: table[name].iloc[0] for name in table.columns}
    return {name: 0 if value is None or value != value else value for name, value in row.items()}
