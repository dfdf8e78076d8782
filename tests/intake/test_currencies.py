"""Several currencies: a stop, a filter, or a table of rates."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import CheckError, ConfigError, InputError
from retail.intake.values import currencies

TEXT = (
    "customer_id,date,amount,currency\n1,2025-01-01,10.00,EUR\n1,2025-01-02,5.00,USD\n"
    "2,2025-01-03,-1.11,USD\n2,2025-01-04,1000,JPY\n3,2025-01-05,2.00,\n"
)
LOSSY = "[input]\nmax_rejected_share = 0.9\n"


def read(folder: Path, toml: str, text: str = TEXT) -> object:
    return shop.read(folder, {"Transactions.csv": text}, toml)


def test_two_currencies_stop_the_run_and_the_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"\[money\] only_currency .* rates convert them all"):
        read(tmp_path, "")


def test_only_one_currency(tmp_path: Path) -> None:
    inputs = read(tmp_path, '[money]\nonly_currency = "EUR"\n')
    assert shop.books(inputs) == {
        "Lines read": (5, "10.00"),
        "Excluded by rule: another currency": (-4, None),
        "Set aside as unreadable": (0, "0.00"),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (1, "10.00"),
    }
    assert shop.check(inputs, "one_currency") == ("pass", "'EUR'")


def test_rates_convert_exactly_and_what_has_none_is_rejected(tmp_path: Path) -> None:
    rates = '[money]\nrates = { EUR = 1, USD = 0.925, JPY = "0.0061" }\n'
    inputs = read(tmp_path, LOSSY + rates)
    assert shop.kept(inputs)["amount"].tolist() == ["10.00", "4.63", "-1.03", "6.10"]
    assert shop.rejects(inputs) == [(6, "currency", "")]
    assert shop.books(inputs)["Set aside, their money unknown"] == (-1, None)
    observed = "'EUR', 'JPY', 'USD', by the rates of [money]"
    assert shop.check(inputs, "one_currency") == ("pass", observed)


def test_a_currency_without_decimals_gets_two(tmp_path: Path) -> None:
    text = "customer_id,date,amount,currency\n1,2025-01-01,1200,JPY\n"
    inputs = read(tmp_path, "[money]\nrates = { JPY = 0.0061 }\n", text)
    assert shop.kept(inputs)["amount"].tolist() == ["7.32"]


@pytest.mark.parametrize("rate", ["0", "-1", '"a"', '"nan"', '"inf"', '"1e99"'])
def test_a_rate_is_a_number_above_0(tmp_path: Path, rate: str) -> None:
    with pytest.raises(ConfigError, match=r"\[money\] rates: 'USD' = .*a number above 0"):
        read(tmp_path, f"[money]\nrates = {{ USD = {rate} }}\n")


def test_without_a_column_there_is_nothing_to_go_by(tmp_path: Path) -> None:
    text = "customer_id,date,amount\n1,2025-01-01,12\n"
    for key in ('only_currency = "EUR"', "rates = { EUR = 1 }"):
        with pytest.raises(InputError, match=r"needs the column of the currency: map it under"):
            read(tmp_path, f"[money]\n{key}\n", text)


def test_an_amount_that_does_not_fit_is_a_message(tmp_path: Path) -> None:
    text = "customer_id,date,amount,currency\n1,2025-01-01,90000000000000.00,BTC\n"
    with pytest.raises(InputError, match=r"does not fit 64 bits at its rate"):
        read(tmp_path, "[money]\nrates = { BTC = 90000.5 }\n", text)


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    st.decimals("0.0001", "1000", places=4).map(str),
)
def test_converted_by_the_definition(values: list[int], rate: str) -> None:
    rates = currencies.rates({"X": rate})
    texts = pa.array(["X"] * len(values))
    found = currencies.converted(np.array(values), texts, rates, "file").tolist()
    for value, got in zip(values, found, strict=True):
        assert abs(got - value * Fraction(rate)) <= Fraction(1, 2)
        assert got == -currencies.converted(np.array([-value]), texts[:1], rates, "file")[0]
