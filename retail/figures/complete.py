"""Small tables of whole numbers -> every sales and quality table of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from retail.figures import ages, key_figures, periods
from retail.figures.key_figures import Totals, first_day
from retail.figures.ratios import with_rates, with_shares

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.intake.inputs import Inputs

# table: the fields without which it would say nothing but Unknown
NEEDS = {
    "by_category": "category",
    "by_subcategory": "subcategory",
    "by_channel": "channel",
    "by_city": "city",
    "by_gender": "gender",
}


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
    dated = {name: with_rates(table) for name, table in by_period(aggregates).items()}
    return {
        **inputs.tables,
        "books": books(inputs.tables.get("books"), aggregates.by_sign),
        "key_figures": key_figures.table(
            _whole(aggregates), _months(aggregates), aggregates.period, features
        ),
        "by_day": with_rates(aggregates.sales["by_day"]),
        **{name: table.rename(columns=periods.GRAINS[name]) for name, table in dated.items()},
        **sales,
        "return_matching": aggregates.return_matching,
        **{name: table for name, table in optional.items() if table is not None},
    }


def by_period(aggregates: Aggregates) -> dict[str, pd.DataFrame]:
    """The tables of `periods.GRAINS`, with the calendar's names of their keys."""
    return {
        name: periods.rolled_up(
            aggregates.sales["by_day"], aggregates.buyers[name], aggregates.calendar, list(keys)
        )
        for name, keys in periods.GRAINS.items()
    }


def books(read: pd.DataFrame | None, by_sign: pd.DataFrame) -> pd.DataFrame:
    """BOOKS of the intake, continued from kept lines to net revenue.

    by_sign: sign of the amount (1, -1, 0), lines, amount.
    """
    names = {1: "Gross revenue", -1: "Returns", 0: "Lines of no money"}
    parts = [
        {"step": name, "lines": int(row["lines"].sum()), "amount": int(row["amount"].sum())}
        for sign, name in names.items()
        if len(row := by_sign[by_sign["sign"] == sign]) or sign
    ]
    net = {
        "step": "Net revenue",
        "lines": int(by_sign["lines"].sum()),
        "amount": int(by_sign["amount"].sum()),
    }
    continued = pd.DataFrame([*parts, net]).astype({"amount": "Int64"})
    if read is None:
        return continued.assign(order=range(1, len(continued) + 1))
    last = int(read["order"].max())
    numbered = continued.assign(order=range(last + 1, last + 1 + len(continued)))
    return pd.concat([read.astype({"amount": "Int64"}), numbered], ignore_index=True)


def _by_age_band(aggregates: Aggregates) -> pd.DataFrame:
    banded = ages.with_age_band(aggregates.customer_sums, aggregates.period.as_of)
    return ages.by_age_band(banded, aggregates.customer_measures, aggregates.sales["by_day"])


def _whole(aggregates: Aggregates) -> Totals:
    by_day, period = aggregates.sales["by_day"], aggregates.period
    return Totals(
        days=period.through - period.first + 1,
        kept_purchases=int((aggregates.purchases["kept"] > 0).sum()),
        transactions=aggregates.transactions,
        buyers=int((aggregates.customer_sums["purchases"] > 0).sum()),
        **{name: int(by_day[name].sum()) for name in SUMMED},
    )


SUMMED = ("gross", "returns", "tax", "units", "purchases", "credited_returns")


def _months(aggregates: Aggregates) -> dict[int, Totals]:
    by_month = by_period(aggregates)["by_month"].set_index("month")
    distinct = aggregates.transactions_by_month.set_index("month")["transactions"]
    month_of_day = aggregates.calendar.set_index("day")["month"]
    purchases = aggregates.purchases
    kept = purchases.loc[purchases["kept"] > 0, "day"].map(month_of_day).value_counts()
    return {
        int(month): Totals(
            days=first_day(int(month) + 1) - first_day(int(month)),
            kept_purchases=int(kept.get(month, 0)),
            transactions=int(distinct.get(month, 0)),
            buyers=int(row["buyers"]),
            **{name: int(row[name]) for name in SUMMED},
        )
        for month, row in zip(by_month.index, by_month.to_dict("records"), strict=True)
    }
