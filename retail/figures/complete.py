"""Small tables of whole numbers -> every sales and quality table of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from retail.errors import CheckError
from retail.figures import breakdowns, key_figures
from retail.figures.breakdowns import with_rates, with_shares
from retail.figures.key_figures import Totals
from retail.locale import Locale
from retail.schema.dimensions import BY_LINE
from retail.schema.quality import BOOK_STEPS
from retail.schema.sales import PERIODS
from retail.schema.units import first_day

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.aggregates.lines import LineCounts
    from retail.intake.inputs import Inputs

# table: the field without which it would say nothing but Unknown
NEEDS = {d.table: d.needs for d in BY_LINE}


def complete(inputs: Inputs, aggregates: Aggregates) -> dict[str, pd.DataFrame]:
    """Tables of `schema.sales`, `schema.quality` and `schema.dashboard`, by name.

    A table whose column is absent from the input is left out.
    """
    features = inputs.features
    sales = {
        name: with_shares(with_rates(aggregates.sales[name]))
        for name, needed in NEEDS.items()
        if needed in features
    }
    if "birth_date" in features:
        sales["by_age_band"] = with_shares(with_rates(_by_age_band(aggregates)))
    optional = {"cities": aggregates.cities, "dashboard_lines": aggregates.dashboard_lines}
    dated = by_period(aggregates)
    return {
        **inputs.tables,
        "books": books(inputs.tables.get("books"), aggregates.lines, aggregates.sales["by_day"]),
        "key_figures": key_figures.table(
            _whole(aggregates),
            _months(dated["by_month"], aggregates.transactions_by_month),
            aggregates.period,
            features,
            Locale.of(inputs.units.locale),
        ),
        "by_day": with_rates(aggregates.sales["by_day"]),
        **{name: with_rates(table.rename(columns=PERIODS[name])) for name, table in dated.items()},
        **sales,
        "return_matching": aggregates.return_matching,
        **{name: table for name, table in optional.items() if table is not None},
    }


def by_period(aggregates: Aggregates) -> dict[str, pd.DataFrame]:
    """The tables of PERIODS, with the calendar's names of their keys."""
    return {
        name: breakdowns.rolled_up(
            aggregates.sales["by_day"], aggregates.buyers[name], aggregates.calendar, list(keys)
        )
        for name, keys in PERIODS.items()
    }


def books(read: pd.DataFrame | None, lines: LineCounts, sums: pd.DataFrame) -> pd.DataFrame:
    """BOOKS of the intake, continued from kept lines to net revenue.

    sums: gross and returns of all lines, in any number of rows. Raises CheckError when the lines
    or the money that intake kept are not what was added up.
    """
    gross, returned = int(sums["gross"].sum()), int(sums["returns"].sum())
    _check_kept(read, lines.all, gross + returned)
    steps = [
        ("Gross revenue", lines.sales, gross),
        ("Returns", lines.returns, returned),
        *([("Lines of no money", lines.neither, 0)] if lines.neither else []),
        ("Net revenue", lines.all, gross + returned),
    ]
    before = pd.DataFrame() if read is None else read
    after = pd.DataFrame(steps, columns=["step", "lines", "amount"]).astype({"amount": "Int64"})
    last = 0 if read is None else int(read["order"].max())
    numbered = after.assign(order=range(last + 1, last + 1 + len(after)))
    return pd.concat([before, numbered], ignore_index=True).astype({"amount": "Int64"})


def _check_kept(read: pd.DataFrame | None, lines: int, amount: int) -> None:
    if read is None:
        return
    for row in read[read["step"] == BOOK_STEPS["kept"]].to_dict("records"):
        if (row["lines"], row["amount"]) != (lines, amount):
            raise CheckError(
                f"the books don't add up: intake kept {row['lines']:,} lines of {row['amount']} "
                f"smallest units, the sums hold {lines:,} lines of {amount}."
            )


def _by_age_band(aggregates: Aggregates) -> pd.DataFrame:
    banded = breakdowns.with_age_band(aggregates.customer_sums, aggregates.period.as_of)
    return breakdowns.by_age_band(banded, aggregates.sales["by_day"])


def _whole(aggregates: Aggregates) -> Totals:
    by_day, period = aggregates.sales["by_day"], aggregates.period
    return Totals(
        days=period.through - period.first + 1,
        transactions=aggregates.transactions,
        buyers=int((aggregates.customer_sums["purchases"] > 0).sum()),
        **{name: int(by_day[name].sum()) for name in breakdowns.BY_DAY_SUMS},
    )


def _months(by_month: pd.DataFrame, transactions: pd.DataFrame) -> dict[int, Totals]:
    both = by_month.merge(transactions, on="month", how="left", validate="one_to_one")
    return {
        month: Totals(
            days=first_day(month + 1) - first_day(month),
            **{
                name: int(row[name]) for name in ("transactions", "buyers", *breakdowns.BY_DAY_SUMS)
            },
        )
        for month, row in zip(both["month"].tolist(), both.to_dict("records"), strict=True)
    }
