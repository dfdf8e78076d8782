"""Calendar roll-ups, rates and shares; every table of a small shop as its schema says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import figures
from retail.aggregates import collect_all, date_table
from retail.aggregates.lines import LineCounts
from retail.errors import CheckError
from retail.figures import breakdowns
from retail.figures.complete import books
from retail.intake.inputs import DateFormat, Inputs
from retail.report import Report
from retail.schema.units import EPOCH, Units, day_of


@given(st.integers(-40_000, 40_000))
def test_the_calendar_as_python_counts_it(day: int) -> None:
    row = date_table.table(day, day).iloc[0].to_dict()
    date = EPOCH + pd.Timedelta(days=day).to_pytimedelta()
    assert row == {
        "day": day,
        "week": day - date.isoweekday() + 1,
        "month": date.year * 12 + date.month - 1,
        "quarter": date.year * 12 + (date.month - 1) // 3 * 3,
        "year": date.year,
        "weekday": date.isoweekday(),
        "month_of_year": date.month,
    }


def test_days_roll_up_to_periods() -> None:
    days = [day_of(text) for text in ("2013-12-30", "2014-01-01", "2014-01-06")]
    by_day = pd.DataFrame({"day": days, **{name: [1, 2, 4] for name in breakdowns.BY_DAY_SUMS}})
    dates = date_table.table(days[0], days[-1])
    weeks = [day_of("2013-12-30"), day_of("2014-01-06")]
    buyers = pd.DataFrame({"week": weeks[:1], "buyers": [2]})
    found = breakdowns.rolled_up(by_day, buyers, dates, ["week"])
    assert found["week"].tolist() == weeks
    assert found["gross"].tolist() == [3, 4]
    assert found["buyers"].tolist() == [2, 0]
    no_one = pd.DataFrame({"year": [2013, 2014], "buyers": [1, 1]})
    by_year = breakdowns.rolled_up(by_day, no_one, dates, ["year"])
    assert by_year["purchases"].tolist() == [1, 6]


def test_rates_and_shares_are_missing_where_nothing_divides() -> None:
    sums = pd.DataFrame({"gross": [100, 0], "returns": [-20, -5], "credited_returns": [-25, 0]})
    found = breakdowns.with_shares(breakdowns.with_rates(sums))
    assert found["net"].tolist() == [80, -5]
    assert found["return_rate"].fillna(-1).tolist() == [0.25, -1]
    assert found["share_of_net"].tolist() == [80 / 75, -5 / 75]
    nothing = breakdowns.with_shares(pd.DataFrame({"net": [5, -5]}))
    assert nothing["share_of_net"].isna().all()


SUMS = pd.DataFrame({"gross": [70, 30], "returns": [-20, 0]})
READ = pd.DataFrame(
    [("Lines read", 1, 6, None), ("Repeats dropped", 2, -1, -5), ("Lines kept", 3, 5, 80)],
    columns=["step", "order", "lines", "amount"],
)


def test_the_books_go_on_to_net_revenue() -> None:
    found = books(READ, LineCounts(sales=3, returns=1, neither=1), SUMS)
    assert found["order"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert found.iloc[3:][["step", "lines", "amount"]].to_numpy().tolist() == [
        ["Gross revenue", 3, 100],
        ["Returns", 1, -20],
        ["Lines of no money", 1, 0],
        ["Net revenue", 5, 80],
    ]


def test_books_that_do_not_add_up_stop_the_run() -> None:
    with pytest.raises(
        CheckError, match=r"intake kept 5 lines of 80.* the sums hold 4 lines of 80"
    ):
        books(READ, LineCounts(sales=3, returns=1, neither=0), SUMS)


LEAST = pd.DataFrame(
    {
        "row": [2, 3],
        "customer_id": ["ann", "bob"],
        "day_first": [0, 40],
        "month_first": [0, 40],
        "date_format": [0, 0],
        "amount": [5, 7],
    }
)


def least(folder: Path, lines: pd.DataFrame = LEAST, features: frozenset = frozenset()) -> Inputs:
    path = folder / "lines.parquet"
    lines.to_parquet(path, index=False)
    formats = (DateFormat("D/M/YYYY", True, len(lines), ""),)
    nothing = dict.fromkeys(["dropped", "customers", "products", "cities"])
    return Inputs((path,), formats, **nothing, units=Units(0, 0), features=features, tables={})


def test_a_table_whose_column_is_absent_is_left_out(tmp_path: Path) -> None:
    inputs = least(tmp_path)
    aggregates = collect_all(inputs, "pandas", tmp_path)
    report = Report(
        title="",
        units=inputs.units,
        period=aggregates.period,
        features=inputs.features,
        tables=figures.complete(inputs, aggregates),
    )
    assert {name for name in report.tables if name.startswith("by_")} == {
        *("by_day", "by_week", "by_month", "by_quarter", "by_year"),
    }
    assert report["weekday_by_month"]["buyers"].tolist() == [1, 1]
    assert report["by_month"]["net"].tolist() == [5, 7]


def test_every_way_to_split_sales_adds_up(tmp_path: Path) -> None:
    lines = LEAST.assign(channel=["Web", None], category="Books", subcategory=["Novels", "Comics"])
    inputs = least(tmp_path, lines, frozenset({"channel", "category", "subcategory"}))
    tables = figures.complete(inputs, collect_all(inputs, "pandas", tmp_path))
    split = {name: table for name, table in tables.items() if name.startswith(("by_", "weekday"))}
    assert {"by_channel", "by_category", "by_subcategory"} <= set(split)
    for name, table in split.items():
        assert table["net"].sum() == 12, name
        assert table["purchases"].sum() == 2, name
    assert tables["by_subcategory"]["share_of_net"].sum() == 1
