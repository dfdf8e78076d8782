"""Returns in every style: negative lines, documents of their own, a table of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
import shop

from retail.errors import InputError

SALES = (
    "transaction_id,customer_id,date,product_id,quantity,unit_price,tax,amount\n"
    "A1,7,2014-01-01,pen,2,1.00,0.20,2.20\nA1,7,2014-01-01,ink,1,5.00,0.50,5.50\n"
    "A2,8,2014-01-03,pen,3,1.00,0.30,3.30\nA3,7,2014-01-09,pen,1,1.00,0.10,1.10\n"
)
COLUMNS = ["row", "transaction_id", "customer_id", "date", "product_id", "quantity", "amount"]
TOML = '[input]\nreturns = "Returns.csv"\n'


def returned(
    tmp_path: Path, text: str, toml: str = "", sales: str = SALES
) -> tuple[list[list[object]], object]:
    """The lines that a returns table becomes."""
    inputs = shop.read(tmp_path, {"Transactions.csv": sales, "Returns.csv": text}, TOML + toml)
    lines = shop.kept(inputs)
    lines = lines[lines["file"] > 0][COLUMNS].astype(object)
    return lines.where(lines.notna(), None).to_numpy().tolist(), inputs


def test_with_everything_stated(tmp_path: Path) -> None:
    lines, inputs = returned(
        tmp_path,
        "transaction_id,customer_id,date,product_id,quantity,amount\nA1,7,2014-01-05,pen,1,1.10\n",
    )
    assert lines == [[2, "A1", "7", "2014-01-05", "pen", "-1", "-1.10"]]
    assert shop.books(inputs) == {
        "Lines read": (5, "11.00"),
        "Set aside as unreadable": (0, "0.00"),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (5, "11.00"),
    }


def test_an_order_returned_as_a_whole(tmp_path: Path) -> None:
    lines, inputs = returned(tmp_path, "transaction_id\nA1\nA1\n")
    assert lines == [
        [2, "A1", "7", "2014-01-01", "pen", "-2", "-2.20"],
        [2, "A1", "7", "2014-01-01", "ink", "-1", "-5.50"],
    ]
    assert shop.books(inputs) == {
        "Lines read": (6, "12.10"),
        "Set aside as unreadable": (0, "0.00"),
        "Returns completed from their purchases": (1, "-7.70"),
        "Repeats dropped": (-1, "0.00"),
        "Lines kept": (6, "4.40"),
    }


def test_units_of_a_product_at_its_price(tmp_path: Path) -> None:
    lines, _ = returned(
        tmp_path,
        "transaction_id,product_id,date,quantity\nA2,pen,2014-01-06,2\nA1,ink,2014-01-06,1\n",
    )
    assert lines == [
        [2, "A2", "8", "2014-01-06", "pen", "-2", "-2.20"],
        [3, "A1", "7", "2014-01-06", "ink", "-1", "-5.50"],
    ]


def test_without_an_order_the_latest_purchase_of_the_product_tells_the_price(
    tmp_path: Path,
) -> None:
    sales = SALES + "A4,7,2014-01-20,pen,1,9.00,0,9.00\n"
    lines, _ = returned(
        tmp_path, "customer_id,product_id,date,quantity\n7,pen,2014-01-10,1\n", sales=sales
    )
    assert lines == [[2, None, "7", "2014-01-10", "pen", "-1", "-1.10"]]


def test_without_customer_and_order_an_amount_is_enough(tmp_path: Path) -> None:
    lines, inputs = returned(tmp_path, "date,amount\n2014-01-10,4.00\n2014-01-11,-1.00\n")
    assert lines == [
        [2, None, None, "2014-01-10", None, None, "-4.00"],
        [3, None, None, "2014-01-11", None, None, "-1.00"],
    ]
    assert shop.check(inputs, "return_signs") == (
        "warn",
        "1 above 0 and 1 below: all count as returns",
    )


def test_what_cannot_be_known_is_set_aside(tmp_path: Path) -> None:
    text = "transaction_id,quantity\nA9,1\nA1,1\nA2,1\n"
    with pytest.raises(InputError, match=r"returns: 2 of 3 records"):
        returned(tmp_path, text)
    toml = "max_rejected_share = 0.7\n"
    lines, inputs = returned(tmp_path, text, toml)
    assert lines == [[4, "A2", "8", "2014-01-03", "pen", "-1", "-1.10"]]
    assert [row for row, _, _ in shop.rejects(inputs)] == [2, 3]
    assert shop.books(inputs)["Lines kept"] == (5, "11.00")


def test_dates_of_returns_follow_those_of_the_transactions(tmp_path: Path) -> None:
    sales = (
        SALES.replace("2014-01-0", "0")
        .replace(",01,", ",13/01/2014,")
        .replace(",03,", ",14/01/2014,")
    )
    sales = sales.replace(",09,", ",15/01/2014,")
    lines, _ = returned(
        tmp_path, "transaction_id,date\nA3,02/02/2014\nA2,01/02/2014\n", sales=sales
    )
    assert [line[3] for line in lines] == ["2014-02-02", "2014-02-01"]


def test_ids_with_a_prefix_are_returns_whatever_their_signs(tmp_path: Path) -> None:
    text = (
        "transaction_id,customer_id,date,quantity,unit_price\n"
        "536,7,2010-12-01,6,2.55\nC537,7,2010-12-02,2,2.55\nC538,7,2010-12-03,-1,2.55\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, '[returns]\nid_prefix = "C"\n')
    lines = shop.kept(inputs)
    assert lines[["quantity", "amount"]].to_numpy().tolist() == [
        ["6", "15.30"],
        ["-2", "-5.10"],
        ["-1", "-2.55"],
    ]


def test_rows_that_are_returns_by_a_column(tmp_path: Path) -> None:
    text = (
        "transaction_id,customer_id,date,quantity,amount,type\n1,7,2025-01-01,2,10.00,Sale\n"
        "2,7,2025-01-02,1,5.00,Refund\n3,7,2025-01-03,-1,-5.00,Refund\n4,8,2025-01-04,1,3.00,Void\n"
    )
    toml = '[returns]\nrows = { type = ["Refund"] }\n'
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, toml)
    assert shop.kept(inputs)[["quantity", "amount"]].to_numpy().tolist() == [
        ["2", "10.00"],
        ["-1", "-5.00"],
        ["-1", "-5.00"],
        ["1", "3.00"],
    ]
    names = inputs.tables["checks"]["check"].tolist()
    assert "status_columns" not in names  # the column is used by a rule
    with pytest.raises(
        InputError, match=r"\[returns\] rows 'typ' is no header.*did you mean 'type'"
    ):
        shop.read(tmp_path, {"Transactions.csv": text}, toml.replace("type", "typ"))


def test_rows_that_are_returns_where_amounts_are_derived(tmp_path: Path) -> None:
    text = (
        "customer_id,date,quantity,unit_price,tax,type\n7,2025-01-01,2,10.00,1,Sale\n"
        "7,2025-01-02,1,5.00,1,Return\n7,2025-01-03,1,-5.00,-1,Return\n"
    )
    toml = '[returns]\nrows = { type = ["Ret*"] }\n'
    lines = shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))
    assert lines[["quantity", "amount"]].to_numpy().tolist() == [
        ["2", "21.00"],
        ["-1", "-6.00"],
        ["-1", "-6.00"],
    ]


def test_tax_on_top_of_amounts(tmp_path: Path) -> None:
    text = (
        "customer_id,date,amount,tax\n7,2025-01-01,10.00,0.80\n7,2025-01-02,-5.00,-0.40\n"
        "7,2025-01-03,-5.00,0.40\n7,2025-01-04,2.00,\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, "[money]\ntax_on_top = true\n")
    assert shop.kept(inputs)["amount"].tolist() == ["10.80", "-5.40", "-5.40", "2.00"]


def test_returns_of_an_order_that_is_left_out_are_left_out_with_it(tmp_path: Path) -> None:
    toml = '[exclude]\ncustomer_id = ["8"]\n'
    text = "transaction_id,date,amount\nA2,2014-01-06,3.30\nA1,2014-01-06,1.00\n"
    lines, inputs = returned(tmp_path, text, toml)
    assert [line[:2] for line in lines] == [[3, "A1"]]
    steps = shop.books(inputs)
    assert steps["Excluded by rule: returns of orders that are left out"] == (-1, "3.30")
    assert steps["Excluded by rule: customer_id"] == (-1, "-3.30")
    assert shop.rejects(inputs) == []
