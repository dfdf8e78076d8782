"""Customers and purchases written by hand, and the case study's, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import case_study_truth
import pandas as pd
import pytest

from retail import segments
from retail.config import SegmentSettings
from retail.schema.units import Units

SETTINGS = {
    "bins": 5,
    "cuts": {},
    "new_days": 90,
    "gap_days": 365,
    "components": 2,
    "clusters": 4,
    "seed": 20,
    "permutations": 19,
    "subsamples": 20,
    "is_every_pair": True,
    "segments": {},
    "actions": {},
    "scheme": "quantiles",
    "backtest_days": 90,
    "lookback_months": 24,
    "history_months": 36,
}
SUMS = {
    "gender": "F",
    "birth_day": None,
    "city": "Lille",
    "contactable": None,
    "returns": 0,
    "tax": 0,
    "credited_returns": 0,
    "units": 1,
}


@pytest.fixture(scope="session")
def settings() -> Callable[..., SegmentSettings]:
    """The defaults of the config, as they stood when the tests were written, with changes."""
    return lambda **changes: SegmentSettings(**(SETTINGS | changes))


@pytest.fixture(scope="session")
def cents() -> Units:
    return Units(money_scale=2, quantity_scale=0)


@pytest.fixture(scope="session")
def shop() -> Callable[..., pd.DataFrame]:
    """CUSTOMER_SUMS from tuples of id, last kept day, kept purchases and net."""

    def table(*customers: tuple[str, int | None, int, int], **more: object) -> pd.DataFrame:
        sums = pd.DataFrame(
            customers, columns=["customer_id", "last_kept_day", "kept_purchases", "net"]
        )
        sums = sums.assign(
            **SUMS,
            first_purchase_day=sums["last_kept_day"],
            last_purchase_day=sums["last_kept_day"],
            reactivated_day=None,
            purchases=sums["kept_purchases"],
            lines=sums["kept_purchases"],
            gross=sums["net"],
        ).assign(**more)
        days = [name for name in sums if name.endswith("_day")]
        return sums.astype(dict.fromkeys(days, "Int64") | {"contactable": "boolean"})

    return table


@pytest.fixture(scope="session")
def nothing_kept() -> pd.DataFrame:
    """KEPT_UNITS without a row."""
    names = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in names}).astype(
        {"units": "int64"}
    )


@pytest.fixture(scope="session")
def case_study_waist(case_study: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """CUSTOMER_SUMS and KEPT_UNITS of the case study, computed apart from the project."""
    return case_study_truth.customer_sums(case_study), case_study_truth.kept_units(case_study)


@pytest.fixture(scope="session")
def case_study_history(case_study: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """PURCHASES and RETURN_LINES of the case study, computed apart from the project."""
    return case_study_truth.trade(case_study)


@pytest.fixture(scope="session")
def case_study_tables(
    case_study_waist: tuple[pd.DataFrame, pd.DataFrame], settings: Callable[..., SegmentSettings]
) -> dict[str, pd.DataFrame]:
    sums, kept = case_study_waist
    return segments.analyse(
        sums,
        kept,
        as_of=case_study_truth.AS_OF,
        units=case_study_truth.UNITS,
        settings=settings(),
    )
