"""A small report written by hand: three days, two categories, four customers."""

from __future__ import annotations

import pandas as pd
import pytest

from retail.report import Report
from retail.schema import TABLES
from retail.schema.units import Period, Units


def sums(**key: list) -> pd.DataFrame:
    """A sales table: the key, and sums that differ from row to row."""
    frame = pd.DataFrame(key)
    at = pd.Series(range(1, len(frame) + 1))
    return frame.assign(
        gross=at * 12_00,
        returns=-at * 2_00,
        net=at * 10_00,
        tax=at * 1_00,
        units=at * 3,
        lines=at * 2,
        purchases=at,
        buyers=at,
        credited_returns=-at * 1_00,
        return_rate=1 / 12,
    )


def filled(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the required columns that charts don't look at."""
    blank = {"text": "", "flag": False}
    lacking = [c for c in TABLES[name].columns if c.name not in frame and not c.optional]
    return frame.assign(**{c.name: blank.get(c.kind, 0) for c in lacking})


def shares(**key: list) -> pd.DataFrame:
    frame = sums(**key)
    return frame.assign(share_of_net=frame["net"] / frame["net"].sum())


@pytest.fixture
def report() -> Report:
    """2012-12-31 to 2013-01-02, money in cents."""
    first = 15_705
    customers = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "gender": "F",
            "city": "Delhi",
            "first_purchase_day": first,
            "last_purchase_day": first,
            "last_kept_day": first,
            "purchases": 1,
            "kept_purchases": 1,
            "lines": 1,
            "gross": 10_00,
            "returns": 0,
            "net": 10_00,
            "units": 1,
            "age_band": "30-39",
            "group": "scored",
            "lifecycle": "new",
            "segment": ["Champions", "Champions", "Loyal", "prospect"],
            "seven_level": "Gold",
            "cluster": [1, 1, 2, None],
            "x": [0.5, 1.5, -1.0, None],
            "y": [0.1, 0.2, 0.3, None],
        }
    )
    tables = {
        "by_day": sums(day=[first, first + 1, first + 2]),
        "by_subcategory": shares(
            category=["Bags", "Books", "Books"], subcategory=["Men", "Comics", "Fiction"]
        ),
        "by_channel": shares(channel=["Shop", "Web"]),
        "by_city": shares(city=["Agra", "Delhi", "Unknown"]),
        "by_gender": shares(gender=["F", "Unknown"]),
        "by_age_band": shares(age_band=["18-29", "30-39"]),
        "weekday_by_month": sums(weekday=[1, 2, 3], month_of_year=[12, 1, 1]),
        "rfm_grid": pd.DataFrame(
            {
                "r": [1, 1, 2, 2],
                "f": [1, 2, 1, 2],
                "segment": ["Hibernating", "", "", "Loyal"],
                "customers": [2, 0, 0, 1],
                "monetary": [20_00, 0, 0, 10_00],
                "mean_monetary": [10_00, None, None, 10_00],
                "is_impossible": [False, True, True, False],
            }
        ),
        "segments": pd.DataFrame(
            {
                "segment": ["Champions", "Loyal"],
                "rule": ["R5", "R3"],
                "customers": [2, 1],
                "share_of_customers": [2 / 3, 1 / 3],
                "monetary": [20_00, 10_00],
                "share_of_net": [2 / 3, 1 / 3],
                "kept_purchases": [2, 1],
                "average_order": [10_00, 10_00],
                "return_rate": [0.0, 0.0],
                "median_recency_days": [1.0, 2.0],
                "order": [1, 2],
            }
        ),
        "customers": customers,
        "clusters": pd.DataFrame(
            {
                "cluster": [1, 2],
                "name": ["Comics", "Men"],
                "customers": [2, 1],
                "share_of_customers": [2 / 3, 1 / 3],
                "units": [4, 1],
                "monetary": [20_00, 10_00],
                "share_of_net": [2 / 3, 1 / 3],
                "top_subcategories": ["Comics", "Men"],
            }
        ),
        "cluster_profile": pd.DataFrame(
            {
                "cluster": [1, 2],
                "category": ["Books", "Bags"],
                "subcategory": ["Comics", "Men"],
                "units": [4, 1],
                "customers": [2, 1],
                "share": [1.0, 1.0],
                "share_of_all": [0.8, 0.2],
                "index": [125.0, 500.0],
            }
        ),
        "units_by_customer": pd.DataFrame(
            {
                "customer_id": ["a", "b", "c"],
                "category": ["Books", "Books", "Bags"],
                "subcategory": ["Comics", "Comics", "Men"],
                "units": [1, 3, 1],
            }
        ),
    }
    tables = {name: filled(name, frame) for name, frame in tables.items()}
    return Report("Shop", Units(2, 0), Period(first, first + 2, first + 2), frozenset(), tables)
