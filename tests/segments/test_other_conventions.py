"""Results that others have published, found again: the R package rfm, and CDNOW."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retail import aggregates, config, intake
from retail.segments import mapped_conventions, naming_conventions

EPOCH = pd.Timestamp("1970-01-01")
CONFIGS = Path(__file__).parents[1] / "intake" / "configs"
Data = Callable[[str], Path]


@pytest.fixture(scope="module")
def orders(shared_data: Data) -> pd.DataFrame:
    return pd.read_csv(shared_data("r_rfm") / "rfm_data_orders.csv")


@pytest.fixture(scope="module")
def customers(orders: pd.DataFrame) -> pd.DataFrame:
    """As of 2006-12-31, the analysis date of the package's documentation."""
    days = pd.to_datetime(orders["order_date"])
    ago = (pd.Timestamp("2006-12-31") - days).dt.days
    by = orders.assign(ago=ago).groupby("customer_id")
    table = pd.DataFrame(
        {
            "recency_days": by["ago"].min(),
            "frequency": by.size(),
            "monetary": by["revenue"].sum(),
        }
    )
    return table.reset_index().astype(dict.fromkeys(table.columns, "Int64"))


@pytest.mark.needs_data("r_rfm")
def test_scores_of_the_r_package(customers: pd.DataFrame) -> None:
    scores = mapped_conventions.r_scores(customers, unit=1)
    code = (scores["r"] * 100 + scores["f"] * 10 + scores["m"]).set_axis(customers["customer_id"])
    documented = {
        "Abbey O'Reilly": 343,
        "Add Senger": 412,
        "Aden Lesch": 323,
        "Aden Murphy": 544,
        "Admiral Senger": 433,
    }
    assert code[list(documented)].to_dict() == documented


@pytest.mark.needs_data("r_rfm")
def test_segments_of_the_r_package(customers: pd.DataFrame) -> None:
    """The counts of its release notes for 0.2.2, and of its test suite for Champions."""
    named = naming_conventions.R_RFM.name(mapped_conventions.r_scores(customers, unit=1))
    assert named.value_counts().to_dict() == {
        "Loyal customers": 278,
        "Potential loyalist": 229,
        "Champions": 158,
        "Lost": 111,
        "At risk": 86,
        "About to sleep": 50,
        "Others": 48,
        "Need attention": 35,
    }
    champions = customers[named == "Champions"]
    assert champions[["frequency", "monetary"]].sum().tolist() == [1_234, 120_178]


@pytest.mark.needs_data("r_rfm")
def test_the_other_ranges_of_its_documentation(customers: pd.DataFrame) -> None:
    """rfm_segment_summary() of its reference manual: customers and revenue by segment."""
    ranges = {
        "Champions": ((5, 5), (5, 5), (5, 5)),
        "Potential Loyalist": ((3, 5), (3, 5), (2, 5)),
        "Loyal Customers": ((2, 4), (2, 4), (2, 4)),
        "Promising": ((3, 4), (1, 3), (3, 5)),
        "New Customers": ((4, 5), (1, 3), (1, 5)),
        "Can't Lose Them": ((1, 2), (3, 4), (4, 5)),
        "At Risk": ((1, 2), (2, 5), (4, 5)),
        "Need Attention": ((1, 3), (3, 5), (3, 5)),
        "About To Sleep": ((2, 3), (1, 3), (1, 4)),
        "Lost": ((1, 1), (1, 5), (1, 5)),
    }
    rules = tuple(
        naming_conventions.Rule(name, dict(zip("rfm", limits, strict=True)))
        for name, limits in ranges.items()
    )
    manual = naming_conventions.Convention("manual", "Manual", "", 5, rules)
    segment = manual.name(mapped_conventions.r_scores(customers, unit=1))
    found = customers.assign(segment=segment).groupby("segment")["monetary"].agg(["size", "sum"])
    assert {name: tuple(row) for name, row in found.iterrows()} == {
        "About To Sleep": (102, 23_449),
        "At Risk": (28, 22_227),
        "Can't Lose Them": (47, 32_446),
        "Champions": (35, 31_646),
        "Lost": (148, 35_324),
        "Loyal Customers": (170, 76_562),
        "Need Attention": (10, 4_562),
        "New Customers": (104, 28_837),
        "Potential Loyalist": (342, 204_856),
        "Promising": (9, 4_249),
    }


def test_putlers_ranges_are_those_that_the_r_package_quotes() -> None:
    """Its vignette, data frame `segments`: names, and the same ranges for F and for M."""
    quoted = """Champions 4-5 4-5, Loyal customers 2-5 3-5, Potential loyalist 3-5 1-3,
        New customers 4-5 <=1, Promising 3-4 <=1, Need attention 2-3 2-3, About to sleep 2-3 <=2,
        At risk <=2 2-5, Can't lose them <=1 4-5, Hibernating 1-2 1-2, Lost <=2 <=2"""
    rows = [row.rsplit(maxsplit=2) for row in quoted.split(",")]
    found = {
        rule.name: tuple(
            f"<={high}" if low == 0 else f"{low}-{high}" for low, high in rule.ranges.values()
        )
        for rule in naming_conventions.PUTLER.rules
    }
    assert found == {name.strip(): (r, fm) for name, r, fm in rows}


@pytest.mark.needs_data("cdnow")
def test_purchases_agree_with_the_published_summary_of_cdnow(
    shared_data: Data, tmp_path: Path
) -> None:
    """x: days with an order after the first; t_x, T: weeks from the first to the last, and to the end.

    The summary counts orders of no value, which are no purchases here: their customers are left out.
    """
    folder, path = shared_data("cdnow"), tmp_path / "retail.toml"
    path.write_bytes((CONFIGS / "cdnow.toml").read_bytes())
    inputs = intake.read(config.load(path, input=str(folder)))
    through = (pd.Timestamp("1997-09-30") - EPOCH).days
    purchases = aggregates.collect_all(inputs, "pandas", tmp_path).purchases
    days = purchases.loc[purchases["day"] <= through, ["customer_id", "day"]].drop_duplicates()
    found = days.groupby("customer_id")["day"].agg(["size", "min", "max"])
    orders = pd.read_csv(folder / "CDNOW_sample.txt", sep=r"\s+", header=None, dtype="str")
    free = {f"{int(customer)}" for customer in orders.loc[orders[4].astype(float) == 0, 1]}
    summary = pd.read_csv(folder / "cdnow_customers_summary_with_transactions.csv")
    summary = summary[~summary["ID"].astype("str").isin(free)].set_index("ID")
    found = found.set_axis(found.index.astype("int64")).reindex(summary.index)
    assert len(summary) > 2_250
    np.testing.assert_array_equal(found["size"] - 1, summary["x"])
    weeks = np.stack([found["max"] - found["min"], through - found["min"]], axis=1) / 7
    np.testing.assert_allclose(weeks, summary[["t_x", "T"]], atol=0.05 / 7)
