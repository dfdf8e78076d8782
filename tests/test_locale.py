"""Numbers, money and dates in the form of a country; what a wrong name is answered with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from retail import config, locale
from retail.errors import ConfigError
from retail.locale import Locale
from retail.render.formats import Formats
from retail.schema.units import Units

DAY = date(2014, 2, 8)
THIN, BLANK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    "name, number, share, amount, day, month",
    [
        ("", "-1,234,567.5", "12.3%", "-€1,234.50", "2014-02-08", "2014-02"),
        ("en-US", "-1,234,567.5", "12.3%", "-€1,234.50", "Feb 8, 2014", "Feb 2014"),
        ("en-GB", "-1,234,567.5", "12.3%", "-€1,234.50", "8 Feb 2014", "Feb 2014"),
        ("de", "-1.234.567,5", f"12,3{BLANK}%", f"-1.234,50{BLANK}€", "08.02.2014", "Feb. 2014"),
        ("de_CH", "-1’234’567.5", "12.3%", "€-1’234.50", "08.02.2014", "Feb. 2014"),
        ("fr", f"-1{THIN}234{THIN}567,5", f"12,3{BLANK}%", f"-1{THIN}234,50{BLANK}€", "8 févr. 2014",
         "févr. 2014"),
        ("hi", "-12,34,567.5", "12.3%", "-€1,234.50", "8 फ़र॰ 2014", "फ़र॰ 2014"),
        ("ar-EG", "-1,234,567.5", "12.3%", f"-1,234.50{BLANK}€", "08/02/2014", "فبراير 2014"),
    ],
)  # fmt: skip
def test_each_country_has_its_signs(name, number, share, amount, day, month) -> None:
    locale = Locale.of(name)
    assert locale.number("-1234567.5") == number
    assert locale.share("12.3") == share
    assert locale.money("-1234.50", "€") == amount
    assert locale.written_day(DAY) == day
    assert locale.written_month(2014, 2) == month


def test_no_currency_is_written_where_none_is_given() -> None:
    assert Locale.of("de").money("-1234.50", "") == "-1.234,50"
    assert Locale.of("de").for_charts("")["number"]["currency"] == ["", ""]


@given(st.decimals(-(10**15), 10**15, places=2), st.sampled_from(["de", "fr", "en-IN", "pt", "nl"]))
def test_numbers_are_those_of_the_library(value, locale) -> None:
    pattern = {"en-IN": "#,##,##0.00"}.get(locale, "#,##0.00")
    mine = Locale.of(locale).number(f"{value:.2f}")
    assert mine == format_decimal(value, pattern, locale=locale.replace("-", "_"))


def test_every_locale_that_the_library_knows_can_be_used() -> None:
    for name in locale_identifiers():
        assert locale.problem(name.replace("_", "-")) is None
        found = Locale.of(name)
        assert found.written_day(DAY)
        assert len(found.names["LLL"]) == 12


@pytest.mark.parametrize(
    "name, hint",
    [
        ("de_DE.UTF-8", 'did you mean "de-DE"?'),
        ("de\n", 'did you mean "de"?'),
        ("en-USA", 'did you mean "en-US"?'),
        ("../../etc/passwd", 'such as "de" or "en-US"'),
        ("<script>alert(1)</script>", 'such as "de" or "en-US"'),
        ("x" * 10_000, 'such as "de" or "en-US"'),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_nearest(tmp_path: Path, name, hint) -> None:
    file = tmp_path / "retail.toml"
    file.write_text(f"[publish]\nlocale = {name!r}\n", encoding="utf-8")
    if "\n" in name:
        file.write_text('[publish]\nlocale = "de\\n"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        config.load(file)
    assert "retail.toml, line 2: key publish.locale: no locale is called" in str(refused.value)
    assert hint in str(refused.value)
    assert len(str(refused.value)) < 400


def test_pages_have_the_locale_and_downloads_stay_plain() -> None:
    formats = Formats(Units(money_scale=2, quantity_scale=0, currency="€", locale="de"))
    cells = {
        "money": 123456789,
        "count": 23053,
        "day": 16_109,
        "month": 2014 * 12 + 2,
        "share": 0.125,
    }
    assert {kind: formats.shown(kind)(value) for kind, value in cells.items()} == {
        "money": f"1.234.567,89{BLANK}€", "count": "23.053", "day": "08.02.2014",
        "month": "März 2014", "share": f"12,5{BLANK}%",
    }  # fmt: skip
    assert {kind: formats.plain(kind)(value) for kind, value in cells.items()} == {
        "money": "1234567.89", "count": "23053", "day": "2014-02-08", "month": "2014-03",
        "share": "0.125",
    }  # fmt: skip
