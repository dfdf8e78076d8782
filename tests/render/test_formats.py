"""Numbers as text: exact money, ISO dates, aligned decimals."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.locale import Locale
from retail.render import formats
from retail.render.formats import Formats
from retail.schema import rounding
from retail.schema.table import Column
from retail.schema.units import Units

EURO = Formats(Units(money_scale=3, quantity_scale=0, currency="€"))


@pytest.mark.parametrize(
    "smallest_units, shown",
    [
        (48_611_294_805, "€48,611,294.81"),  # half a cent goes up
        (-5_842_590_255, "-€5,842,590.26"),  # away from zero for returns too
        (4, "€0.00"),
        (-4, "€0.00"),  # nothing is shown as minus nothing
        (5, "€0.01"),
    ],
)
def test_money_is_rounded_half_up_to_two_decimals(smallest_units, shown):
    assert EURO.money(smallest_units) == shown


def test_no_currency_is_shown_when_none_is_configured():
    assert Formats(Units(money_scale=2, quantity_scale=0)).money(123456) == "1,234.56"


@given(st.integers(-(10**30), 10**30), st.integers(0, 6), st.integers(0, 6))
def test_rounding_agrees_with_decimal(value, scale, decimals):
    with localcontext(prec=80):
        exact = Decimal(value).scaleb(-scale).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        assert rounding.rounded(value, decimals, -scale) == int(exact.scaleb(decimals))


def test_a_mean_is_rounded_half_up_once_for_page_and_download():
    tenths = Formats(Units(money_scale=1, quantity_scale=0))
    assert tenths.money(1681.95) == "168.20"
    assert tenths.plain("money")(1681.95) == "168.195"
    assert tenths.money(12_232_825 / 7_273) == "168.20"  # 168.19503 of the sample; cut: 168.10
    assert tenths.plain("money")(12_232_825 / 7_273) == "168.195"
    assert (tenths.money(-0.5), tenths.plain("money")(-0.25)) == ("-0.05", "-0.025")
    assert tenths.plain("money")(1682.0) == "168.2"  # a sum keeps the decimals of the input
    assert tenths.plain("mean")(1682.0) == "168.200"  # a mean has its own, whatever it comes to


@given(st.integers(-(10**10), 10**10), st.integers(1, 10**9), st.integers(0, 4))
def test_a_quotient_is_rounded_as_if_it_were_exact(above, below, decimals):
    exact = Fraction(above, below)
    assert rounding.rounded(above / below, decimals) == rounding.rounded(exact, decimals)


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_a_tie_goes_away_from_zero(units, decimals):
    tie = (2 * units + 1) / (2 * 10**decimals)
    assert rounding.rounded(tie, decimals) == (units + 1 if units >= 0 else units)


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1), st.integers(0, 6))
def test_a_column_of_decimals_is_exact(values, scale):
    texts = Formats(Units(scale, 0)).plain_column("money", pd.Series(values))
    assert [Decimal(text).scaleb(scale) for text in texts] == values
    assert texts == [rounding.decimal(value, scale) for value in values]


@pytest.mark.parametrize(
    "number, date", [(0, "1970-01-01"), (16_129, "2014-02-28"), (-1, "1969-12-31")]
)
def test_days_are_iso_dates(number, date):
    assert formats.day(number) == date


def test_months_count_from_year_zero():
    assert [formats.month(2014 * 12 + 1), formats.month(2014 * 12 + 11)] == ["2014-02", "2014-12"]


def test_a_column_of_reals_has_one_number_of_decimals():
    silhouette = Column("silhouette", "real", "")
    assert EURO.column(silhouette, [0.5, 0.33612, None]) == ["0.500", "0.336", "-"]
    assert EURO.column(silhouette, [78.0, 1_170.0]) == ["78", "1,170"]


def test_every_kind_of_column_has_a_form_for_pages_and_for_machines():
    values = {
        "text": ("e-Shop", "e-Shop", "e-Shop"),
        "count": (23_053, "23,053", "23053"),
        "money": (-1_500, "-€1.50", "-1.500"),
        "quantity": (1_200, "1,200", "1200"),
        "day": (16_129, "2014-02-28", "2014-02-28"),
        "month": (2014 * 12, "2014-01", "2014-01"),
        "number": (2014, "2014", "2014"),
        "share": (0.1234567, "12.3%", "0.123457"),
        "flag": (True, "yes", "true"),
    }
    for kind, (value, shown, plain) in values.items():
        assert EURO.shown(kind)(value) == shown
        assert EURO.plain(kind)(value) == plain
    assert EURO.shown("real")(4366.12) == "4,366.1"
    assert EURO.plain("real")(4366.123456) == "4366.12"
    assert EURO.plain("real")(48_611_294_810.0) == "48611294810"  # whole numbers stay whole


# The page's scripts are tested against the same file: web/tests/formats.test.js.
SHARED = json.loads((Path(__file__).parent / "format_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("name", SHARED["locales"])
def test_the_locales_of_the_shared_cases_are_those_that_pages_get(name):
    assert SHARED["locales"][name] == json.loads(json.dumps(Locale.of(name).for_page()))


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: f"{case['kind']} {case['text']}")
def test_a_value_is_written_as_the_scripts_write_it(case):
    units = Units(case["money_scale"], case["quantity_scale"], case["currency"], case["locale"])
    write = getattr(Formats(units), case["how"])(case["kind"])
    assert write(case["value"]) == case["text"]
