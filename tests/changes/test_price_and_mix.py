"""Price and mix: by hand, as laws, and the audited figures of the case study."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import aggregates, config, intake
from retail.changes import month_bridge
from retail.changes.price_and_mix import FINE, split

COLUMNS = ["gross_before", "units_before", "gross_now", "units_now"]


def products(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    """Gross and units a year before, gross and units now."""
    return pd.DataFrame(rows, columns=COLUMNS)


def test_dearer_and_otherwise_mixed_by_hand() -> None:
    # Tea 10 -> 12 each, shares 1/2 -> 1/4; coffee 20 each in both.
    found = split(products((100, 10, 60, 5), (200, 10, 300, 15)))
    assert found.price == Fraction(3, 4)  # mean share 3/8 x 2
    assert found.mix == Fraction(9, 4)  # -1/4 x 11 + 1/4 x 20
    assert found.entered is None
    assert found.price + found.mix == Fraction(360, 20) - Fraction(300, 20)


def test_a_new_and_a_gone_product_stand_apart() -> None:
    found = split(products((100, 10, 100, 10), (300, 10, 0, 0), (0, 0, 100, 10)))
    # 20 -> 10 each; what stays costs the same. The mean is 15: gone -(30 - 15) / 2, new (10 - 15) / 2.
    assert found.price == 0
    assert found.entered == Fraction(-15, 2) + Fraction(-5, 2)
    assert found.mix == 0


def test_one_product_has_no_mix() -> None:
    assert split(products((100, 10, 60, 5))).mix is None


def test_the_same_prices_are_all_mix_and_the_same_mix_is_all_price() -> None:
    same_prices = split(products((100, 10, 10, 1), (500, 10, 450, 9)))
    assert same_prices.price == 0
    assert same_prices.mix == Fraction(460, 10) - Fraction(600, 20)
    same_mix = split(products((100, 10, 220, 20), (500, 10, 700, 20)))
    assert same_mix.mix == 0


row = st.tuples(*(st.integers(0, 10**9), st.integers(0, 50)) * 2)


@given(
    st.lists(row, min_size=1, max_size=12).filter(
        lambda rows: all(sum(c) for c in zip(*rows, strict=True))
    )
)
def test_the_parts_add_up_exactly_whatever_the_order(rows: list[tuple[int, int, int, int]]) -> None:
    found, table = split(products(*rows)), products(*rows)
    total = table.sum()
    before = Fraction(int(total["gross_before"]), int(total["units_before"]))
    now = Fraction(int(total["gross_now"]), int(total["units_now"]))
    parts = [part for part in (found.price, found.mix, found.entered) if part is not None]
    assert sum(parts) == now - before
    assert split(products(*rows[::-1])) == found
    # The other way round, everything changes sign.
    back = split(
        table[["gross_now", "units_now", "gross_before", "units_before"]].set_axis(COLUMNS, axis=1)
    )
    assert abs(back.price + found.price) <= Fraction(len(rows), FINE)


@pytest.mark.needs_data("case_study")
def test_the_case_study_as_audited(case_study: Path, tmp_path: Path) -> None:
    """shared/notes/statistics.md: 899.534 -> 887.487 = price -4.589, mix -7.458; 600 orders vary by some 6 %."""
    (tmp_path / "retail.toml").write_text(f'[input]\nfolder = "{case_study}"\n')
    inputs = intake.read(config.load(tmp_path / "retail.toml"), lambda message: None)
    pair = aggregates.collect_all(inputs, "pandas", tmp_path).month_pair
    tables = month_bridge.tables(pair, inputs.units, inputs.features)
    factor = tables["bridge_factors"].set_index("factor").loc["Revenue per unit", ["before", "now"]]
    assert [round(value / 1000, 3) for value in factor] == [899.534, 887.487]
    parts = tables["price_and_mix"].set_index("part")["per_unit"] / 1000
    assert parts.round(3).to_dict() == {
        "Prices within subcategories": -4.589,
        "Mix of subcategories": -7.458,
    }
    noise = tables["month_noise"].iloc[0]
    assert noise["orders_now"] == pytest.approx(600, abs=50)
    assert noise["noise_now"] == pytest.approx(0.06, abs=0.01)
    assert noise["noise_of_change"] == pytest.approx(0.083, abs=0.005)
    assert noise["change"] == pytest.approx(0.088, abs=0.001)
    assert not noise["is_beyond_noise"]
    assert not tables["month_movers"]["is_beyond_noise"].any()
