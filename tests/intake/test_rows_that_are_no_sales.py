"""[exclude]: rows that are no sales are left out by any column, before anything in them is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shop
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retail import starter
from retail.config import load
from retail.errors import InputError
from retail.explained import explain

TOML = """
[columns.transactions]
transaction_id = "Name"
customer_id = "Email"
date = "Paid"
amount = "Total"
[exclude]
"""
ORDERS = (
    "Name,Email,Paid,Total,Financial Status,Test?\n"
    "1,a@x,2025-01-01,10.00,paid,\n2,a@x,2025-01-02,7.50,voided,\n3,b@x,,,voided,\n"
    "4,b@x,2025-01-03,5.00,paid,x\n5,c@x,2025-01-04,1.25, voided ,x\n6,c@x,2025-01-05,2.00,refunded,\n"
)


def read(folder: Path, rules: str, text: str = ORDERS, **more: object) -> object:
    return shop.read(folder, {"Transactions.csv": text}, TOML + rules, **more)


def test_a_cancelled_row_with_a_blank_amount_is_excluded_not_rejected(tmp_path: Path) -> None:
    said: list[str] = []
    inputs = read(tmp_path, '"Financial Status" = ["voided"]\n"Test?" = ["x"]\n', log=said.append)
    assert shop.books(inputs) == {
        "Lines read": (6, "25.75"),
        "Excluded by rule: Financial Status": (-3, "-8.75"),
        "Excluded by rule: Test?": (-1, "-5.00"),
        "Set aside as unreadable": (0, "0.00"),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (2, "12.00"),
    }
    assert shop.kept(inputs)["row"].tolist() == [2, 7]
    assert shop.rejects(inputs) == []
    assert "excluded by Financial Status voided: 3 lines" in said
    assert "excluded by Test? x: 2 lines" in said
    assert shop.check(inputs, "rules_fit") == ("pass", "every rule does")


def test_a_value_may_end_in_a_star_and_a_blank_is_a_value(tmp_path: Path) -> None:
    kept = shop.kept(read(tmp_path, '"Financial Status" = ["re*"]\n"Paid" = [""]\n'))
    assert kept["row"].tolist() == [2, 3, 5, 6]


def test_a_field_that_is_mapped_is_meant_before_a_header(tmp_path: Path) -> None:
    text = (
        "customer_id,date,amount,dept,channel\n1,2025-01-01,1,web,shop\n2,2025-01-01,2,shop,web\n"
    )
    toml = '[columns.transactions]\ncustomer_id = "customer_id"\ndate = "date"\namount = "amount"\n'
    rules = '[exclude]\nchannel = ["web"]\n'
    by_field = shop.read(tmp_path, {"Transactions.csv": text}, toml + 'channel = "dept"\n' + rules)
    assert shop.kept(by_field)["row"].tolist() == [3]
    by_header = shop.read(tmp_path, {"Transactions.csv": text}, toml + rules)
    assert shop.kept(by_header)["row"].tolist() == [2]


def test_without_a_header_a_rule_names_a_position(tmp_path: Path) -> None:
    toml = (
        '[input]\nheader = false\n[columns.transactions]\ncustomer_id = "1"\ndate = "2"\namount = "3"\n'
        '[exclude]\n4 = ["void"]\n'
    )
    text = "7,2025-01-01,1.00,\n8,2025-01-02,nothing,void\n"
    assert shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))["row"].tolist() == [1]


def test_a_rule_that_finds_nothing_is_told_without_its_value(tmp_path: Path) -> None:
    said: list[str] = []
    rules = '"Financial Status" = ["voided", "test"]\nEmail = ["owner@shop"]\n'
    inputs = read(tmp_path, rules, log=said.append)
    observed = "2 of 3 values of [exclude] find none: Financial Status, Email"
    assert shop.check(inputs, "rules_fit") == ("warn", observed)
    assert any("Email = 'owner@shop'" in sentence for sentence in said)
    assert "owner@shop" not in inputs.tables["checks"].to_csv() + inputs.tables["books"].to_csv()


def test_a_header_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\[exclude\] 'Finacial Status'.*did you mean 'Financial"):
        read(tmp_path, '"Finacial Status" = ["voided"]\n')
    twice = ORDERS.replace("Test?", "Financial Status", 1)
    with pytest.raises(InputError, match=r"stands there 2 times"):
        read(tmp_path, '"Financial Status" = ["voided"]\n', twice)


def test_a_category_by_its_name_in_the_products_table_still_counts(tmp_path: Path) -> None:
    files = {
        "Transactions.csv": "customer_id,date,amount,product_id\n7,2014-01-01,1,A\n7,2014-01-01,2,B\n",
        "prod_cat_info.csv": "product_id,category\nA,Apples\nB,Fees\n",
    }
    inputs = shop.read(tmp_path, files, '[exclude]\ncategory = ["Fees"]\n')
    assert shop.kept(inputs)["row"].tolist() == [2]
    assert shop.books(inputs)["Excluded by rule: category or subcategory by name"] == (-1, "-2")
    assert shop.check(inputs, "rules_fit")[0] == "pass"


def test_what_is_excluded_stops_nothing(tmp_path: Path) -> None:
    """Neither its size, its decimals, its date nor its sign is judged; what can be read is counted."""
    rows = ["9" * 30, "1.123456789012345", "nothing", "", "-5", "0.1"]
    text = ORDERS + "".join(f"9,d@x,31/31/3131,{value},voided,\n" for value in rows)
    inputs = read(tmp_path, '"Financial Status" = ["voided"]\n', text)
    assert shop.books(inputs)["Excluded by rule: Financial Status"] == (-9, "-4.97")
    assert shop.books(inputs)["Lines kept"] == (3, "17.00")
    assert inputs.units.money_scale == 2


def test_a_file_that_a_rule_leaves_out_whole(tmp_path: Path) -> None:
    files = {"t/a.csv": ORDERS, "t/b.csv": ORDERS.splitlines()[0] + "\n9,z@x,,,voided,\n"}
    toml = '[input]\ntransactions = "t"\n' + TOML + '"Financial Status" = ["voided"]\n'
    inputs = shop.read(tmp_path, files, toml)
    assert shop.books(inputs)["Excluded by rule: Financial Status"] == (-4, "-8.75")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.text(min_size=1, max_size=12).filter(
        lambda t: t.strip() and not set(t) & set("\r\n\0\ufeff") and t.isprintable()
    ),
    value=st.text(min_size=1, max_size=12).filter(
        lambda t: t.strip() and not set(t) & set("\r\n\0*") and t.isprintable()
    ),
)
@example(header="row", value="0")
@example(header='a "quoted" header.with = signs', value="ß€")
def test_any_header_and_any_value(tmp_path: Path, header: str, value: str) -> None:
    """Quotes, dots, signs and other scripts in a header or a value are text."""
    if header.strip() in ("customer_id", "date", "amount"):
        return

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    text = (
        f"customer_id,date,amount,{quoted(header)}\n1,2025-01-01,1,{quoted(value)}\n"
        f"2,2025-01-01,2,{quoted(value + '!')}\n"
    )
    toml = (
        '[columns.transactions]\ncustomer_id = "customer_id"\ndate = "date"\namount = "amount"\n'
        f"[exclude]\n{json.dumps(header, ensure_ascii=False)} = [{json.dumps(value, ensure_ascii=False)}]\n"
    )
    assert shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))["row"].tolist() == [3]


def test_the_key_is_explained_and_in_the_starter(tmp_path: Path) -> None:
    assert "before amounts and dates are read" in explain("exclude")
    path = tmp_path / "retail.toml"
    path.write_text(starter.text(), encoding="utf-8")
    assert load(path).exclude == {}
    assert "# exclude = {}" in starter.text()


PRICED = (
    "transaction_id,customer_id,date,quantity,unit_price,tax\n"
    "1,7,2011-08-12,1,11062.06,0\nA506401,,2011-08-12,1,-53594.36,0\n2,7,2011-08-12,2,3,-1\n"
    "3,7,2011-08-13,2,3,1\n4,8,2011-08-13,-1,-2.50,0\n5,8,2011-08-32,3,2,0\n6,8,2011-08-13,x,2,0\n"
)


def test_the_money_of_rejected_lines_is_what_their_own_fields_give(tmp_path: Path) -> None:
    toml = "[input]\nmax_rejected_share = 0.9\n"
    inputs = shop.read(tmp_path, {"Transactions.csv": PRICED}, toml)
    assert [row for row, _, _ in shop.rejects(inputs)] == [3, 4, 7, 8]
    assert shop.books(inputs) == {
        "Lines read": (7, "-42516.80"),
        "Set aside as unreadable": (-3, "53583.36"),  # -53594.36 + 5 + 6
        "Set aside, their money unknown": (-1, None),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (3, "11066.56"),
    }


def test_a_price_below_0_is_a_return_by_a_key(tmp_path: Path) -> None:
    toml = "[input]\nmax_rejected_share = 0.9\n[returns]\nsigned_prices = true\n"
    inputs = shop.read(tmp_path, {"Transactions.csv": PRICED}, toml)
    lines = shop.kept(inputs)
    assert lines[["row", "quantity", "amount"]].to_numpy().tolist() == [
        [2, "1", "11062.06"],
        [3, "-1", "-53594.36"],
        [5, "2", "7.00"],
        [6, "-1", "-2.50"],
    ]
    assert shop.check(inputs, "signs_agree")[0] == "pass"
    without = shop.read(tmp_path, {"Transactions.csv": PRICED}, toml.replace("true", "false"))
    assert 3 not in shop.kept(without)["row"].tolist()


def test_an_amount_against_its_quantity_is_set_aside_as_stated(tmp_path: Path) -> None:
    text = (
        "customer_id,date,quantity,amount\n7,2011-08-12,1,5\n7,2011-08-12,-1,3\n7,2011-08-12,1,?\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, "[input]\nmax_rejected_share = 0.9\n")
    assert shop.books(inputs)["Set aside as unreadable"] == (-1, "-3")
    assert shop.books(inputs)["Set aside, their money unknown"] == (-1, None)


def test_excluded_rows_whose_money_cannot_be_read_are_of_unknown_money(tmp_path: Path) -> None:
    text = ORDERS + "9,d@x,,,draft,\n"
    inputs = read(tmp_path, '"Financial Status" = ["draft"]\n"Paid" = [""]\n', text)
    assert shop.books(inputs)["Excluded by rule: Financial Status"] == (-1, None)
