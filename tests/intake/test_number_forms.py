"""Currency signs, brackets and other forms of numbers: read exactly where a key names them, else refused with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import babel.numbers
import pyarrow as pa
import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ConfigError, InputError
from retail.intake.values import amounts, number_forms
from retail.intake.values.number_forms import NumberStyle

HEAD = "customer_id,date,amount\n"
FORMS = ("brackets", "trailing minus", "unicode minus", "apostrophe", "lakhs", "percent")
CENTS = st.decimals(-(10**10), 10**10, places=2)


def value(text: str, style: NumberStyle) -> Decimal | None:
    """What is read, or None where it is refused."""
    plainly = number_forms.plainly(pa.array([text]), style)
    found = amounts.plain(plainly, style.decimal, style.thousands)
    return None if found.is_bad[0] else Decimal(int(amounts.whole(found, 4)[0][0])).scaleb(-4)


@pytest.mark.parametrize(
    "text, style, expected",
    [
        ("$1,250.00", NumberStyle(thousands=",", signs=("$",)), "1250.00"),
        ("-$12.00", NumberStyle(signs=("$",)), "-12"),
        ("$-12.00", NumberStyle(signs=("$",)), "-12"),
        ("+$12.00", NumberStyle(signs=("$",)), "12"),
        ("($3.00)", NumberStyle(forms=("brackets",), signs=("$",)), "-3"),
        ("$(3.00)", NumberStyle(forms=("brackets",), signs=("$",)), "-3"),
        ("(3.00) $", NumberStyle(forms=("brackets",), signs=("$",)), "-3"),
        ("EUR 5", NumberStyle(signs=("EUR",)), "5"),
        ("5,00 €", NumberStyle(",", ".", signs=("€",)), "5"),
        ("-1.250,00\u00a0€", NumberStyle(",", ".", signs=("€",)), "-1250"),
        ("R$\u00a01.250,50", NumberStyle(",", ".", signs=("R$",)), "1250.50"),
        ("5,00- €", NumberStyle(",", "", ("trailing minus",), ("€",)), "-5"),
        ("5.00 -", NumberStyle(forms=("trailing minus",)), "-5"),
        ("\u22125.00", NumberStyle(forms=("unicode minus",)), "-5"),
        ("'-25.50", NumberStyle(forms=("apostrophe",)), "-25.50"),
        ("'25.50", NumberStyle(forms=("apostrophe",)), "25.50"),
        ("12,50,000.50", NumberStyle(forms=("lakhs",)), "1250000.50"),
        ("-1,23,45,678", NumberStyle(forms=("lakhs",)), "-12345678"),
        ("45,000.00", NumberStyle(forms=("lakhs",)), "45000"),
        ("₹ 12,50,000.50", NumberStyle(forms=("lakhs",), signs=("₹",)), "1250000.50"),
        (" - ", NumberStyle(forms=("dash",)), "0"),
        ("19 %", NumberStyle(forms=("percent",)), "0.19"),
        ("-7,5%", NumberStyle(",", "", ("percent",)), "-0.075"),
    ],
)
def test_each_form_is_read_with_its_key_and_refused_without(
    text: str, style: NumberStyle, expected: str
) -> None:
    assert value(text, style) == Decimal(expected)
    assert value(text, NumberStyle(style.decimal, style.thousands)) is None


@pytest.mark.parametrize(
    "text",
    [
        *("--5", "-5-", "-(5)", "(-5)", "(5", "5)", "((5))", "+5-", "()", "$", "%", "'", "''5"),
        *("$$5", "€5", "R$5", "US$5", "5 dollars", "5%%", "%5", "$5x", "1,23,45", "1,234,567"),
        *("12,500,000", "1,00", "12 50,000", "5 - 3", "1e5", "NaN", "− -5", "５"),
    ],
)
def test_with_all_forms_named_what_is_no_number_is_still_refused(text: str) -> None:
    assert value(text, NumberStyle(forms=FORMS, signs=("$",))) is None


@given(
    CENTS, st.sampled_from(["en_US", "de_DE", "fr_FR", "pt_BR", "en_IN", "sv_SE", "de_CH", "ja_JP"])
)
def test_money_as_babel_writes_it_is_read_exactly(amount: Decimal, country: str) -> None:
    currency = {"en_US": "USD", "pt_BR": "BRL", "en_IN": "INR", "sv_SE": "SEK", "de_CH": "CHF"}
    name = currency.get(country, "EUR")
    text = babel.numbers.format_currency(amount, name, locale=country)
    keys = number_forms.keys_for([text])
    assert keys is not None
    assert keys["currency_signs"] == [babel.numbers.get_currency_symbol(name, country)]
    assert value(text, NumberStyle()) is None
    assert value(text, styled(keys)) == amount


def styled(keys: number_forms.Keys) -> NumberStyle:
    return NumberStyle(
        keys.get("decimal", "."),
        keys.get("thousands", ""),
        tuple(keys.get("number_forms", ())),
        tuple(keys.get("currency_signs", ())),
    )


def written(amount: Decimal, form: str, sign: str, is_behind: bool) -> str:
    """An amount in one form, written without a library."""
    digits = f"{abs(amount):.2f}"
    if form == "lakhs":
        whole, cents = digits.split(".")
        head, tail = whole[:-3], whole[-3:]
        parts = []
        while head:
            head, part = head[:-2], head[-2:]
            parts.insert(0, part)
        digits = ",".join([*parts, tail]) + "." + cents
    if form == "percent":
        digits = f"{abs(amount) * 100:.2f}%"
    money = digits if not sign else f"{digits} {sign}" if is_behind else sign + digits
    is_below = amount < 0
    if form == "brackets":
        return f"({money})" if is_below else money
    if form == "trailing minus":
        return money + "-" * is_below
    minus = "\u2212" if form == "unicode minus" else "-"
    return ("'" if form == "apostrophe" else "") + minus * is_below + money


@given(CENTS, st.sampled_from(["", *FORMS]), st.sampled_from(["", "$", "EUR", "kr"]), st.booleans())
def test_what_is_written_in_a_form_is_read_back_and_its_keys_are_found(
    amount: Decimal, form: str, sign: str, is_behind: bool
) -> None:
    if form == "percent" and sign:
        return
    text = written(amount, form, sign, is_behind)
    assert value(text, NumberStyle(forms=(form,), signs=(sign,) if sign else ())) == amount
    keys = number_forms.keys_for([text])
    assert keys is not None
    if keys:
        assert value(text, NumberStyle()) is None
    assert value(text, styled(keys)) == amount
    assert number_forms.keys_for([text], styled(keys)) == {}  # never proposed again


@given(st.text("0123456789.,-+()'%$€ kr−", max_size=9))
def test_without_keys_nothing_but_plain_numbers_is_read(text: str) -> None:
    found = number_forms.plainly(pa.array([text]), NumberStyle())
    assert found.to_pylist() == [text]
    keys = number_forms.keys_for([text])
    if keys == {}:
        assert value(text, NumberStyle()) is not None
    elif keys:
        assert value(text, styled(keys)) is not None


def test_a_refusal_names_the_keys_that_help(tmp_path: Path) -> None:
    rows = '1,2025-01-01,"$1,250.00"\n1,2025-01-02,($3.00)\n1,2025-01-03,5.00\n1,2025-01-04,five\n'
    with pytest.raises(InputError) as refusal:
        shop.read(tmp_path, {"Transactions.csv": HEAD + rows})
    keys = 'thousands = ",", number_forms = ["brackets"], currency_signs = ["$"]'
    assert f"set [input] {keys} if this is one" in str(refusal.value)
    assert (
        "five', expected a number such as 1234.50 (as [input] decimal and thousands say)."
        in str(refusal.value)
    )
    toml = "[input]\nmax_rejected_share = 0.3\n" + keys.replace(", n", "\nn").replace(", c", "\nc")
    found = shop.read(tmp_path, {}, toml)
    assert shop.kept(found)["amount"].tolist() == ["1250.00", "-3.00", "5.00"]
    assert [reject[2] for reject in shop.rejects(found)] == ["five"]
    assert "set [input]" not in found.tables["rejects"]["expected"][0]  # it is so already


def test_a_refusal_proposes_nothing_that_would_spoil_other_numbers(tmp_path: Path) -> None:
    rows = '1,2025-01-01,"1.250,00"\n1,2025-01-02,12.50\n'
    with pytest.raises(InputError) as refusal:
        shop.read(tmp_path, {"Transactions.csv": HEAD + rows})
    assert "set [input]" not in str(refusal.value)


@pytest.mark.parametrize("sign", ["", " ", "-", "(", "5", ",", "'"])
def test_a_currency_sign_that_could_be_part_of_a_number_is_refused(
    tmp_path: Path, sign: str
) -> None:
    toml = f'[input]\ncurrency_signs = ["{sign}"]\n'
    with pytest.raises(ConfigError, match="a sign or code of a currency"):
        shop.read(tmp_path, {"Transactions.csv": HEAD + "1,2025-01-01,5\n"}, toml)
