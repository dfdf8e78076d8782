"""Completed years, bands, and sales by band with guests in Unknown."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.figures import breakdowns
from retail.schema.units import EPOCH, day_of


@pytest.mark.parametrize(
    "born, as_of, years",
    [
        ("1990-03-01", "2014-02-28", 23),
        ("1990-02-28", "2014-02-28", 24),
        ("1992-02-29", "2014-02-28", 21),  # completes 22 on 1 March
        ("1992-02-29", "2014-03-01", 22),
        ("1992-02-29", "2016-02-29", 24),
        ("1960-12-31", "2014-01-01", 53),
        ("2014-01-02", "2014-01-01", -1),
    ],
)
def test_completed_years(born: str, as_of: str, years: int) -> None:
    assert breakdowns.age(pd.Series([day_of(born)]), day_of(as_of)).tolist() == [years]


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_completed_years_as_counted_by_birthdays(born: date, today: date) -> None:
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    found = breakdowns.age(pd.Series([(born - EPOCH).days]), (today - EPOCH).days)
    assert found.tolist() == [years]


def test_bands() -> None:
    stated = pd.Series([0, 17, 18, 24, 25, 64, 65, 120, 121, -1, None], dtype="Int64")
    assert breakdowns.band(stated).tolist() == [
        *("0-17", "0-17", "18-24", "18-24", "25-34", "55-64", "65+", "65+"),
        *("Unknown", "Unknown", "Unknown"),
    ]


def test_without_birth_dates_all_are_unknown() -> None:
    banded = breakdowns.with_age_band(pd.DataFrame({"customer_id": ["ann"]}), 0)
    assert banded["age_band"].tolist() == ["Unknown"]


def test_bands_and_guests_add_up_to_the_whole() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "dan"],
            "age_band": ["18-24", "Unknown", "65+"],
            "gross": [30, 20, 0],
            "returns": [-5, 0, 0],
            "units": [3, 2, 0],
            "lines": [4, 2, 0],
            "purchases": [2, 1, 0],
            "tax": [2, 1, 0],
            "credited_returns": [-5, 0, 0],
        }
    )
    whole = pd.DataFrame(
        {
            "gross": [50, 7],
            "returns": [-5, -1],
            "units": [5, 1],
            "lines": [6, 2],
            "purchases": [3, 1],
            "tax": [3, 1],
            "credited_returns": [-5, -1],
        }
    )
    found = breakdowns.by_age_band(customers, whole).set_index("age_band")
    assert found.index.tolist() == ["18-24", "65+", "Unknown"]
    assert found["gross"].tolist() == [30, 0, 27]
    assert found["returns"].tolist() == [-5, 0, -1]
    assert found["buyers"].tolist() == [1, 0, 1]
    assert found["purchases"].tolist() == [2, 0, 2]
    assert found["tax"].tolist() == [2, 0, 2]
