"""Public data sets come out exact, each with a config of ten lines or fewer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shop

from retail import config, intake
from retail.intake.inputs import Inputs

CONFIGS = Path(__file__).parent / "configs"


def read(name: str, folder: Path, tmp_path: Path) -> Inputs:
    text = (CONFIGS / f"{name}.toml").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 10
    path = tmp_path / "retail.toml"
    path.write_text(text, encoding="utf-8")
    return intake.read(config.load(path, input=str(folder)))


def total(lines: pd.DataFrame) -> Decimal:
    return sum(map(Decimal, lines["amount"]), Decimal())


def test_case_study(case_study: Path, tmp_path: Path) -> None:
    inputs = read("case_study", case_study, tmp_path)
    lines = shop.kept(inputs)
    assert shop.books(inputs) == {
        "Lines read": (23053, "48579771.370"),
        "Set aside as unreadable": (0, "0.000"),
        "Repeats dropped": (-13, "31523.440"),
        "Lines kept": (23040, "48611294.810"),
    }
    amounts = lines["amount"].map(Decimal)
    assert amounts[amounts > 0].sum() == Decimal("54453885.07")
    assert amounts[amounts < 0].sum() == Decimal("-5842590.26")
    assert lines["quantity"].astype(int).sum() == 56120
    assert (lines["date"].min(), lines["date"].max()) == ("2011-01-25", "2014-02-28")
    by_year = amounts.groupby(lines["date"].str[:4]).sum()
    assert by_year.to_dict() == {
        "2011": Decimal("14743413.88"),
        "2012": Decimal("15918256.51"),
        "2013": Decimal("15713981.79"),
        "2014": Decimal("2235642.63"),
    }
    purchases = lines[amounts > 0]
    assert purchases["date"].max() == "2014-02-20"
    assert (lines["transaction_id"].nunique(), purchases["transaction_id"].nunique()) == (
        20878,
        20876,
    )
    assert purchases["customer_id"].nunique() == 5506


def test_case_study_dates_are_decided_by_evidence(case_study: Path, tmp_path: Path) -> None:
    evidence = read("case_study", case_study, tmp_path).tables["date_evidence"]
    shown = evidence.set_index(["column", "format"])
    dashes = shown.loc[("transactions, tran_date", "DD-MM-YYYY")]
    assert (dashes["order"], dashes["lines"]) == ("day-first", 13929)
    slashes = shown.loc[("transactions, tran_date", "D/M/YYYY")]
    assert (slashes["order"], slashes["lines"]) == ("day-first", 9124)
    assert "month-first 552 come before it" in slashes["evidence"]
    births = shown.loc[("customers, DOB", "DD-MM-YYYY")]
    assert (births["order"], births["lines"]) == ("day-first", 5647)
    assert len(shown) == 3


def test_case_study_dimensions(case_study: Path, tmp_path: Path) -> None:
    inputs = read("case_study", case_study, tmp_path)
    people = pq.read_table(inputs.customers).to_pandas()
    assert len(people) == people["customer_id"].nunique() == 5647
    assert people[["gender", "city"]].isna().sum().tolist() == [2, 2]
    assert shop.iso(people.set_index("customer_id").loc["268408", "birth_day"]) == "1970-01-02"
    assert pq.read_table(inputs.products).num_rows == 23
    assert shop.check(inputs, "known_customers")[0] == "pass"
    assert shop.check(inputs, "known_products")[0] == "pass"
    assert shop.check(inputs, "amount_formula")[0] == "pass"
    verdict, observed = shop.check(inputs, "last_purchase")
    assert verdict == "warn"
    assert observed == "last purchase 2014-02-20, last line 2014-02-28"
    assert {"tax", "channel", "birth_date", "gender", "city", "unit_price"} <= inputs.features


def test_superstore(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    inputs = read("superstore", shared_data("superstore"), tmp_path)
    lines = shop.kept(inputs)
    assert (len(lines), total(lines)) == (9994, Decimal("2297200.8603"))
    evidence = inputs.tables["date_evidence"]
    assert evidence["format"].tolist() == ["M/D/YYYY"]
    assert (lines["date"].min(), lines["date"].max()) == ("2016-01-03", "2019-12-30")
    assert lines["customer_id"].nunique() == 793


@pytest.mark.parametrize(
    "name, lines, people, money",
    [
        ("cdnow", 6919, 2357, "244091.94"),
        ("cdnow_master", 69659, 23570, "2500315.63"),
    ],
)
def test_cdnow(
    shared_data: Callable[[str], Path],
    tmp_path: Path,
    name: str,
    lines: int,
    people: int,
    money: str,
) -> None:
    kept = shop.kept(read(name, shared_data("cdnow"), tmp_path))
    assert (len(kept), kept["customer_id"].nunique()) == (lines, people)
    assert total(kept) == Decimal(money)
    assert (kept["date"].min(), kept["date"].max()) == ("1997-01-01", "1998-06-30")


def test_r_rfm(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    inputs = read("r_rfm", shared_data("r_rfm"), tmp_path)
    lines = shop.kept(inputs)
    assert (len(lines), lines["customer_id"].nunique()) == (4906, 995)
    assert total(lines) == 464158
    assert shop.iso(inputs.as_of or 0) == "2006-12-31"
