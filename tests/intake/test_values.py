"""Numbers and dates are read exactly as written, or set aside with their place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail import frames
from retail.errors import InputError
from retail.intake.values import amounts, date_shapes, dates
from retail.intake.values.date_style import DateStyle

HEAD = "customer_id,date,amount\n"
ONE_BY_ONE = "[input]\nmax_rejected_share = 1.0\n"


@pytest.mark.parametrize(
    "decimal, thousands, good, bad",
    [
        (
            ".",
            "",
            {
                "1234.50": "1234.5",
                "-12": "-12",
                "+3": "3",
                ".5": "0.5",
                "-.0": "0",
                " 7 ": "7",
                "007": "7",
            },
            [
                "1,234.50",
                "1.234,50",
                "(12.00)",
                "12-",
                "n/a",
                "NaN",
                "inf",
                "1e5",
                "−5",
                "1 234",
                ".",
            ],
        ),
        (
            ",",
            ".",
            {"1.234,50": "1234.5", "1234,5": "1234.5", "-1.000.000": "-1000000", "0,25": "0.25"},
            ["1,234.50", "1.23,4", "12.34", "1.2345", ".123", "1..234", "12,3,4"],
        ),
        (
            ".",
            ",",
            {"1,234.50": "1234.5", "12,345,678": "12345678", "999": "999"},
            ["1,23", "1234,567", "1,2345", ",123", "1,234,56"],
        ),
        (
            ",",
            " ",
            {"1 234,50": "1234.5", "1\u00a0234": "1234", "12\u202f345,6": "12345.6"},
            ["1  234"],
        ),
        (".", "'", {"1'234.5": "1234.5", "1\u2019234": "1234"}, ["1'23"]),
    ],
)
def test_marks_of_numbers(
    decimal: str, thousands: str, good: dict[str, str], bad: list[str]
) -> None:
    texts = [*good, *bad]
    found = amounts.plain(pa.array(texts), decimal, thousands)
    assert found.is_bad.tolist() == [False] * len(good) + [True] * len(bad)
    values, _ = amounts.whole(found, 4)
    assert [Decimal(int(v)).scaleb(-4) for v in values[: len(good)]] == list(
        map(Decimal, good.values())
    )


@given(
    values=st.lists(st.none() | st.decimals(-(10**12), 10**12, places=5), max_size=8),
    scale=st.integers(0, 5),
)
def test_rounding_is_half_away_from_zero(values: list[Decimal | None], scale: int) -> None:
    texts = [None if value is None else format(value, "f") for value in values]
    found, _ = amounts.whole(amounts.plain(pa.array(texts, pa.string()), ".", ""), scale)
    unit = Decimal(1).scaleb(-scale)
    right = [
        0 if v is None else int(v.quantize(unit, rounding="ROUND_HALF_UP").scaleb(scale))
        for v in values
    ]
    assert found.tolist() == right


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), max_size=20))
def test_sums_do_not_wrap(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    assert frames.exact_sum(array) == sum(values)
    assert amounts.exact_size(array) == sum(map(abs, values))


PLAIN = DateStyle()


@pytest.mark.parametrize(
    "text, pattern, day_first, month_first",
    [
        ("28-02-2014", "DD-MM-YYYY", "2014-02-28", None),
        ("2/1/2014", "D/M/YYYY", "2014-01-02", "2014-02-01"),
        ("2014-02-28", "YYYY-MM-DD", "2014-02-28", "2014-02-28"),
        ("20140228", "YYYYMMDD", "2014-02-28", "2014-02-28"),
        ("12/1/2010 8:26", "D/M/YYYY hh:mm", "2010-01-12", "2010-12-01"),
        ("2011-12-01T08:26:00.5", "YYYY-MM-DD hh:mm", "2011-12-01", "2011-12-01"),
        ("1-Dec-2010", "D Month YYYY", "2010-12-01", "2010-12-01"),
        ("December 1, 2010", "D Month YYYY", "2010-12-01", "2010-12-01"),
        ("12/1/2010 11:26 PM", "D/M/YYYY hh:mm", "2010-01-12", "2010-12-01"),
        ("12/1/2010 11:26\u202fp.m.", "D/M/YYYY hh:mm", "2010-01-12", "2010-12-01"),
        ("2025年6月1日", "YYYY年MM月DD日", "2025-06-01", "2025-06-01"),
        ("2025 年 06 月 01 日 23:05", "YYYY年MM月DD日 hh:mm", "2025-06-01", "2025-06-01"),
        ("2025년 6월 1일", "YYYY年MM月DD日", "2025-06-01", "2025-06-01"),
    ],
)
def test_forms_of_dates(text: str, pattern: str, day_first: str, month_first: str | None) -> None:
    found = dates.read(text, PLAIN)
    assert found is not None
    assert date_shapes.SHAPES[found.shape].pattern == pattern
    assert found.day_first is not None
    assert dates.iso(found.day_first) == day_first
    assert month_first is None or dates.iso(found.month_first or 0) == month_first


NO_DATES = (
    "2014-02-30 31/31/2014 29/02/2013 14-02-28 2/1/14 25022014 2014-2 today 0001-01-01 9999-12-31 "
    "2014-02-28T25:00 2014-02-28T10:61 ٢٨/٠٢/٢٠١٤ 41234"
)


@pytest.mark.parametrize("text", NO_DATES.split())
def test_what_is_no_date(text: str) -> None:
    assert dates.read(text, PLAIN) is None


@pytest.mark.parametrize(
    "text, zone, day",
    [
        ("2014-07-01T23:30:00Z", "Europe/Paris", "2014-07-02"),
        ("2014-01-01 00:30+02:00", "UTC", "2013-12-31"),
        ("2014-03-09 03:30:00-0500", "America/Los_Angeles", "2014-03-09"),
        ("2014-07-01 23:30", "Asia/Tokyo", "2014-07-01"),
    ],
)
def test_an_offset_counts_in_the_zone_of_the_shop(text: str, zone: str, day: str) -> None:
    found = dates.read(text, DateStyle(ZoneInfo(zone)))
    assert found is not None
    assert dates.iso(found.day_first or 0) == day


def test_unreadable_values_are_set_aside_with_place_and_header(tmp_path: Path) -> None:
    text = (
        HEAD
        + "7,2014-02-28,1.50\n7,2014-02-30,2\n8,2014-03-01,n/a\n8,,3\n8,2014-03-01,\n,2014-03-02,4\n"
    )
    inputs = shop.read(
        tmp_path, {"in/../Transactions.csv": ""} | {"Transactions.csv": text}, ONE_BY_ONE
    )
    assert shop.rejects(inputs) == [
        (3, "date", "2014-02-30"),
        (4, "amount", "n/a"),
        (5, "date", ""),
        (6, "amount", ""),
    ]
    lines = shop.kept(inputs)
    assert lines[["row", "date", "amount"]].to_numpy().tolist() == [
        [2, "2014-02-28", "1.50"],
        [7, "2014-03-02", "4.00"],
    ]
    # The money of a line whose date can't be read is known, so the books show it.
    assert shop.books(inputs) == {
        "Lines read": (6, "10.50"),
        "Set aside as unreadable": (-2, "-5.00"),
        "Set aside, their money unknown": (-2, None),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (2, "5.50"),
    }


def test_too_many_unreadable_lines_stop_the_run_and_are_listed(tmp_path: Path) -> None:
    text = HEAD + "7,2014-02-28,1\n" * 97 + "7,2014-02-30,2\n" * 2
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"Transactions.csv": text})
    for part in ("2 of 99 records (2.0%)", "row 99", "column date", "2014-02-30", "rejects.csv"):
        assert part in str(error.value)
    listed = tmp_path / ".retail" / "rejects.csv"
    assert (
        listed.read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("Transactions.csv,99,date,2014-02-30,")
    )
    assert listed.stat().st_mode & 0o077 == 0


def test_a_formula_among_the_rejects_is_not_run_by_a_spreadsheet(tmp_path: Path) -> None:
    text = HEAD + "7,2014-02-28,1\n7,2014-02-28,=1+cmd|' /C calc'!A0\n"
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, ONE_BY_ONE)
    assert shop.rejects(inputs)[0][2].startswith("=1+cmd")
    listed = (tmp_path / ".retail" / "rejects.csv").read_text(encoding="utf-8")
    assert ",=" not in listed
    assert ',"=' not in listed


def test_an_amount_is_derived_from_quantity_price_and_tax(tmp_path: Path) -> None:
    text = (
        "customer_id,date,quantity,unit_price,tax\n"
        "7,2014-01-01,3,1.25,0.40\n7,2014-01-02,-2,-1.25,0.1\n7,2014-01-03,-2,1.25,\n"
        "7,2014-01-04,0.5,0.333,0\n7,2014-01-05,1,-9,0\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, ONE_BY_ONE)
    assert shop.kept(inputs)["amount"].tolist() == ["4.1500", "-2.6000", "-2.5000", "0.1665"]
    assert shop.rejects(inputs) == [(6, "unit_price", "-9")]


def test_amounts_are_rounded_half_up_when_the_config_says_so(tmp_path: Path) -> None:
    text = (
        HEAD + "7,2014-01-01,0.125\n7,2014-01-02,-0.125\n7,2014-01-03,0.1249999999999999999999999\n"
    )
    rounded = shop.read(tmp_path, {"Transactions.csv": text}, "[money]\ndecimals = 2\n")
    assert shop.kept(rounded)["amount"].tolist() == ["0.13", "-0.13", "0.12"]
    with pytest.raises(InputError, match=r"row 4, column amount.*\[money\] decimals"):
        shop.read(tmp_path, {"Transactions.csv": text})


def test_money_that_can_pass_64_bits_is_refused(tmp_path: Path) -> None:
    text = HEAD + "7,2014-01-01,0.123456789\n" + "7,2014-01-02,9000000000\n" * 2
    with pytest.raises(InputError, match=r"amount: with 9 decimals .* row 2, .*\[money\] decimals"):
        shop.read(tmp_path, {"Transactions.csv": text}, '[input]\nduplicates = "keep"\n')


def test_decimals_of_a_later_batch_count_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retail.intake.source.encoding.CHUNK", 64)
    text = HEAD + "7,2014-01-01,1\n" * 20 + "8,2014-01-02,1.25\n" + "9,2014-01-03,0.125\n"
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, '[input]\nduplicates = "keep"\n')
    assert shop.books(inputs)["Lines kept"] == (22, "21.375")
    assert shop.kept(inputs)["row"].tolist() == list(range(2, 24))


def test_all_files_share_the_largest_scale(tmp_path: Path) -> None:
    files = {
        "t/a.csv": HEAD + "7,2014-01-01,1.5\n",
        "t/b.csv": HEAD + "7,2014-01-02,2.125\n",
        "t/c.csv": HEAD + "7,2014-01-03,3\n",
    }
    inputs = shop.read(tmp_path, files, '[input]\ntransactions = "t"\n')
    assert inputs.units.money_scale == 3
    assert shop.kept(inputs)["amount"].tolist() == ["1.500", "2.125", "3.000"]


def test_signs_that_contradict_each_other_are_set_aside(tmp_path: Path) -> None:
    text = "customer_id,date,quantity,amount\n7,2014-01-01,-2,5.00\n7,2014-01-02,2,9.00\n7,2014-01-03,1,-1.00\n"
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, ONE_BY_ONE)
    assert shop.rejects(inputs) == [(2, "amount", "5.00")]
    assert shop.check(inputs, "signs_agree") == (
        "warn",
        "1 line against it",
    )
    unsigned = "[returns]\nunsigned_amounts = true\n"
    signed = shop.read(tmp_path, {"Transactions.csv": text}, unsigned)
    assert shop.kept(signed)["amount"].tolist() == ["-5.00", "9.00", "-1.00"]
