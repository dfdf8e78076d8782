"""The public case study: figures of ../shared/data/README.md, and SQL written on its own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from retail import intake
from retail.aggregates import Aggregates, collect_all
from retail.config import Config, Input
from retail.intake.inputs import Inputs

SCALE = 1000  # amounts of the case study have up to three decimals


@pytest.fixture(scope="module")
def inputs(case_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    work = tmp_path_factory.mktemp("work")
    config = Config(input=Input(folder=str(case_study)), work=str(work))
    return intake.read(msgspec.structs.replace(config, base=str(work)), lambda _: None)


@pytest.fixture(scope="module")
def found(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Aggregates:
    assert inputs.units.money_scale == 3
    return collect_all(inputs, "pandas", tmp_path_factory.mktemp("work"))


def in_money(values: pd.Series) -> float:
    return round(int(values.sum()) / SCALE, 2)


def test_money_units_and_tax(found: Aggregates) -> None:
    by_day = found.sales["by_day"]
    assert in_money(by_day["gross"]) == 54_453_885.07
    assert in_money(by_day["returns"]) == -5_842_590.26
    assert in_money(by_day["gross"] + by_day["returns"]) == 48_611_294.81
    assert in_money(by_day["tax"]) == 4_619_172.81
    assert by_day["units"].sum() == 56_120
    assert (found.lines.sales, found.lines.returns, found.lines.neither) == (20_876, 2_164, 0)


def test_net_by_category_channel_and_year(found: Aggregates) -> None:
    def net(table: pd.DataFrame, key: str) -> dict[str, float]:
        values = (table["gross"] + table["returns"]) / SCALE
        return dict(zip(table[key], values.round(2), strict=True))

    assert net(found.sales["by_category"], "category") == {
        "Books": 12_832_592.63,
        "Electronics": 10_730_705.83,
        "Home and kitchen": 8_444_612.22,
        "Clothing": 6_251_137.49,
        "Footwear": 6_225_904.82,
        "Bags": 4_126_341.83,
    }
    assert net(found.sales["by_channel"], "channel") == pytest.approx(
        {
            "e-Shop": 19_842_623.12,
            "Flagship store": 9_721_596.62,
            "MBR": 9_674_941.32,
            "TeleShop": 9_372_133.74,
        },
        abs=0.0051,  # three of them end in half a cent
    )
    dated = found.sales["by_day"].merge(found.calendar, on="day")
    by_year = dated.groupby("year")[["gross", "returns"]].sum().reset_index()
    assert net(by_year, "year") == {
        2011: 14_743_413.88,
        2012: 15_918_256.51,
        2013: 15_713_981.79,
        2014: 2_235_642.63,
    }


def test_purchases_and_returns(found: Aggregates) -> None:
    kept = found.purchases["kept"]
    assert found.transactions == 20_878
    assert len(kept) == 20_876
    assert (kept > 0).sum() == 18_819
    assert (kept == 0).sum() == 1_953
    rules = dict(zip(found.return_matching["rule"], found.return_matching["lines"], strict=True))
    # Two returns have an id that no purchase has; one of them finds its product elsewhere.
    assert rules == {"same id": 2_162, "same product": 1, "unmatched": 1}
    by_id = found.return_lines[found.return_lines["return_rule"] == "same id"]
    refunds = by_id.groupby("transaction_id")["amount"].sum()
    sold = found.purchases.set_index("transaction_id")["gross"]
    beyond = (refunds + sold.reindex(refunds.index)).loc[lambda left: left < 0]
    others = found.return_lines[found.return_lines["return_rule"] != "same id"]
    assert len(beyond) + len(others) == 106
    assert in_money(beyond) + in_money(others["amount"]) == pytest.approx(-292_021.66)


def test_customers_are_in_one_group_each(found: Aggregates) -> None:
    people = found.customer_sums
    bought, kept = people["purchases"] > 0, people["kept_purchases"] > 0
    assert len(people) == 5_647
    assert bought.sum() == 5_506
    assert kept.sum() == 5_444
    assert (bought & ~kept).sum() == 62
    assert (~bought & (people["lines"] > 0)).sum() == 0
    assert (people["lines"] == 0).sum() == 141
    assert (people.loc[bought, "net"] <= 0).sum() == 82
    assert (people["gender"] == "Unknown").sum() == 2
    assert (people["city"] == "Unknown").sum() == 2


def test_days_that_frame_the_data(found: Aggregates) -> None:
    days = [found.period.first, found.period.through, found.period.as_of]
    dates = [str(pd.Timestamp(day, unit="D").date()) for day in days]
    assert dates == ["2011-01-25", "2014-02-20", "2014-02-28"]


# ---- the same from the CSV files, in SQL that shares nothing with the code ----

LINES = """
    CREATE TEMP TABLE lines AS
    SELECT DISTINCT transaction_id AS id, cust_id AS customer, Store_type AS channel,
        strptime(replace(tran_date, '/', '-'), '%d-%m-%Y')::DATE AS day,
        prod_cat AS category, prod_subcat AS subcategory, Qty::BIGINT AS units,
        (total_amt::DECIMAL(18, 3) * 1000)::BIGINT AS amount,
        (Tax::DECIMAL(18, 3) * 1000)::BIGINT AS tax
    FROM read_csv('{folder}/Transactions.csv', all_varchar = true) t
    LEFT JOIN read_csv('{folder}/prod_cat_info.csv', all_varchar = true) p
        ON p.prod_cat_code = t.prod_cat_code AND p.prod_sub_cat_code = t.prod_subcat_code
"""


@pytest.fixture(scope="module")
def sql(case_study: Path) -> object:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute(LINES.format(folder=case_study))
    yield connection
    connection.close()


def agree(frame: pd.DataFrame, wanted: pd.DataFrame) -> None:
    columns = list(wanted.columns)
    assert_frame_equal(
        frame[columns].sort_values(columns, ignore_index=True),
        wanted.sort_values(columns, ignore_index=True),
        check_dtype=False,
    )


def test_by_month_and_buyers_as_in_sql(found: Aggregates, sql: object) -> None:
    wanted = sql.sql("""
        WITH sales AS (SELECT id, customer, min(day) AS day FROM lines WHERE amount > 0 GROUP BY ALL),
        counted AS (
            SELECT year(day) * 12 + month(day) - 1 AS month, count(*) AS purchases,
                count(DISTINCT customer) AS buyers
            FROM sales GROUP BY 1),
        summed AS (
            SELECT year(day) * 12 + month(day) - 1 AS month, count(DISTINCT id) AS transactions,
                sum(amount) FILTER (amount > 0)::BIGINT AS gross, sum(units)::BIGINT AS units,
                sum(sign(amount) * tax)::BIGINT AS tax, count(*) AS lines
            FROM lines GROUP BY 1)
        SELECT * FROM summed JOIN counted USING (month)
    """).df()
    names = ["gross", "units", "tax", "lines", "purchases"]
    dated = found.sales["by_day"].merge(found.calendar, on="day")
    months = dated.groupby("month")[names].sum().reset_index()
    both = months.merge(found.buyers["by_month"], on="month")
    agree(both.merge(found.transactions_by_month, on="month"), wanted)


def test_returns_credited_to_the_channel_of_the_purchase_as_in_sql(
    found: Aggregates, sql: object
) -> None:
    wanted = sql.sql("""
        WITH bought AS (
            SELECT id, arg_min(channel, day) AS channel FROM lines WHERE amount > 0 GROUP BY id)
        SELECT coalesce(bought.channel, lines.channel) AS channel,
            sum(amount)::BIGINT AS credited_returns
        FROM lines LEFT JOIN bought USING (id) WHERE amount < 0 GROUP BY 1
    """).df()
    # The one return that only its product matches went back through the channel it was sold by.
    agree(found.sales["by_channel"], wanted)


def test_kept_units_as_in_sql(found: Aggregates, sql: object) -> None:
    # Left out: the purchase of the one return that no id matches.
    odd = found.return_lines.loc[lambda t: t["return_rule"] == "same product", "purchase_id"].iloc[
        0
    ]
    wanted = sql.sql("""
        WITH bought AS (SELECT DISTINCT id FROM lines WHERE amount > 0)
        SELECT id AS transaction_id, customer AS customer_id, category, subcategory,
            sum(units)::BIGINT AS units
        FROM lines JOIN bought USING (id) GROUP BY ALL HAVING sum(units) > 0
    """).df()
    keep = [frame[frame["transaction_id"] != odd] for frame in (found.kept_units, wanted)]
    agree(*keep)
    assert len(keep[0]) == 18_818
