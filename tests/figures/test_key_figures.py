"""Key figures and their comparison, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from retail.figures import key_figures
from retail.figures.key_figures import Totals
from retail.schema.units import Period, day_of, month_of

ALL = frozenset({"customer_id", "tax", "quantity"})
JANUARY_2014 = month_of(day_of("2014-01-01"))


def totals(**changes: int) -> Totals:
    sums = {"gross": 1000, "returns": -200, "tax": 80, "units": 9, "credited_returns": -150}
    counts = {"days": 31, "purchases": 8, "kept_purchases": 6, "transactions": 10, "buyers": 5}
    return Totals(**{**sums, **counts, **changes})


def period(first: str, through: str, as_of: str | None = None) -> Period:
    return Period(day_of(first), day_of(through), day_of(as_of or through))


def column(table: pd.DataFrame, name: str) -> dict[str, object]:
    return dict(zip(table["figure"], table[name], strict=True))


def test_every_figure_by_its_definition() -> None:
    table = key_figures.table(totals(), {}, period("2014-01-01", "2014-01-31"), ALL)
    assert column(table, "value") == {
        "net": 800,
        "net_ex_tax": 720,
        "gross": 1000,
        "returns": -200,
        "return_rate": 0.15,
        "units": 9,
        "purchases": 8,
        "kept_purchases": 6,
        "average_order": 125,
        "buyers": 5,
        "average_daily_net": 800 / 31,
        "transactions": 10,
        "tax": 80,
    }


def test_what_the_input_does_not_state_is_left_out() -> None:
    table = key_figures.table(totals(), {}, period("2014-01-01", "2014-01-31"), frozenset())
    assert {"net_ex_tax", "tax", "units"} & set(table["figure"]) == set()


def test_the_last_full_month_is_compared_with_a_year_before() -> None:
    months = {JANUARY_2014: totals(), JANUARY_2014 - 12: totals(gross=500, returns=-100, tax=60)}
    days = period("2013-01-01", "2014-02-20", "2014-02-28")
    table = key_figures.table(totals(), months, days, ALL)
    # In February sales end on the 20th; what follows are refunds, so the month isn't full.
    assert set(table["compared"]) == {"2014-01 against 2013-01"}
    assert column(table, "month_value")["net"] == 800
    assert column(table, "year_before_value")["net"] == 400
    assert column(table, "comparison")["net"] == 1.0
    assert column(table, "comparison")["returns"] == 1.0
    assert column(table, "comparison")["return_rate"] == pytest.approx(
        -0.15
    )  # in points: 0.15 - 0.3
    assert column(table, "comparison")["buyers"] == 0


@pytest.mark.parametrize(
    "days",
    [
        period("2013-01-02", "2014-02-20"),  # the earlier month isn't whole
        period("2014-01-05", "2014-01-30"),  # there is no full month
    ],
)
def test_no_comparison_beyond_the_data(days: Period) -> None:
    months = {JANUARY_2014: totals(), JANUARY_2014 - 12: totals()}
    table = key_figures.table(totals(), months, days, ALL)
    assert set(table["compared"]) == {"-"}
    assert table[["comparison", "month_value", "year_before_value"]].isna().all(axis=None)


def test_a_month_without_a_line_is_not_compared() -> None:
    days = period("2013-01-01", "2014-02-20")
    table = key_figures.table(totals(), {JANUARY_2014: totals()}, days, ALL)
    assert set(table["compared"]) == {"-"}


def test_a_change_from_nothing_or_across_zero_is_not_said() -> None:
    before = totals(returns=0, gross=100, credited_returns=0, purchases=0)
    after = totals(returns=-2000)
    months = {JANUARY_2014: after, JANUARY_2014 - 12: before}
    table = key_figures.table(totals(), months, period("2013-01-01", "2014-01-31"), ALL)
    changes = column(table, "comparison")
    for name in ("net", "returns", "purchases", "average_order"):
        assert pd.isna(changes[name]), name
    assert changes["gross"] == 9
