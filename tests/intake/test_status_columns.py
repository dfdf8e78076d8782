"""Columns that say which rows are no sales: warned of by a run, asked about by `retail init`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import shop

from retail import intake
from retail.intake.decide import status_columns

TOML = """
[columns.transactions]
transaction_id = "no"
customer_id = "who"
date = "day"
amount = "total"
"""


def orders(status: list[str], header: str = "State", amounts: list[int] | None = None) -> str:
    rows = [
        f"{number},c{number % 3},2025-01-{1 + number:02},{(amounts or [5] * 99)[number]},{value}\n"
        for number, value in enumerate(status)
    ]
    return f"no,who,day,total,{header}\n" + "".join(rows)


def check(folder: Path, text: str, more: str = "") -> tuple[str, str] | None:
    inputs = shop.read(folder, {"Transactions.csv": text}, TOML + more)
    names = inputs.tables["checks"]["check"].tolist()
    return shop.check(inputs, "status_columns") if "status_columns" in names else None


def test_a_column_that_no_rule_uses_is_warned_of(tmp_path: Path) -> None:
    said: list[str] = []
    text = orders(["paid"] * 9 + ["voided", "On hold", "voided"], "Financial Status")
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, TOML, log=said.append)
    verdict, observed = shop.check(inputs, "status_columns")
    assert verdict == "warn"
    assert observed.startswith("Financial Status: On hold 1, voided 2, counted as sales.")
    rule = 'paid 9, voided 2, On hold 1: [exclude] "Financial Status" = ["On hold", "voided"]'
    assert any(rule in sentence for sentence in said)
    ruled = '[exclude]\n"Financial Status" = ["On hold", "voided"]\n'
    assert check(tmp_path, text, ruled) is None
    assert check(tmp_path, text, '[exclude]\n"Financial Status" = []\n') is None


@pytest.mark.parametrize(
    "values, asked",
    [
        (["bezahlt", "storniert"], ["storniert"]),
        (["payée", "annulée"], ["annulée"]),
        (["pagado", "cancelado"], ["cancelado"]),
        (["pagato", "in attesa"], ["in attesa"]),
        (["支払済", "キャンセル"], ["キャンセル"]),
        (["已付款", "交易关闭"], ["交易关闭"]),
        (["purchase", "view", "cart", "remove_from_cart"], ["cart", "remove_from_cart", "view"]),
        (["COMPLETED", "CANCELED", "PENDING_PAYMENT"], ["CANCELED", "PENDING_PAYMENT"]),
        (["yes", "no"], []),
        (["Sea view", "Cart of wood", "Testament"], []),
        (["Standard Class", "Second Class"], []),
        (["Visa", "Cash", "Voucher"], []),
    ],
)
def test_words_of_several_languages(values: list[str], asked: list[str]) -> None:
    counts = {"x": dict.fromkeys(values, 5)}
    assert [list(one.asked) for one in status_columns.found(counts)] == ([asked] if asked else [])


def test_given_back_is_asked_about_where_the_amounts_are_above_0(tmp_path: Path) -> None:
    values = ["Payment"] * 8 + ["Refund"] * 2
    assert check(tmp_path, orders(values, "Event Type", [5] * 8 + [-5] * 2)) is None
    verdict, observed = check(tmp_path, orders(values, "Event Type"))
    assert (verdict, observed[:20]) == ("warn", "Event Type: Refund 2")


def test_a_header_that_says_it(tmp_path: Path) -> None:
    text = orders([""] * 8 + ["2025-01-09"], "Cancelled at")
    verdict, observed = check(tmp_path, text)
    assert (verdict, observed[:28]) == ("warn", "Cancelled at: any value 1, c")
    assert check(tmp_path, text, '[exclude]\n"Cancelled at" = ["*"]\n') is None
    assert check(tmp_path, orders(["no"] * 8 + ["yes"], "is_test"))[1].startswith("is_test: yes 1")
    assert check(tmp_path, orders(["no"] * 9, "is_test")) is None


def test_a_star_alone_is_any_value_but_a_blank(tmp_path: Path) -> None:
    text = orders(["", "x", " ", "y"], "Cancelled at")
    toml = TOML + '[exclude]\n"Cancelled at" = ["*"]\n'
    assert shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))["row"].tolist() == [
        2,
        4,
    ]


def test_init_asks(shared_data: Callable[[str], Path]) -> None:
    text = intake.propose([shared_data("field") / "web_shop_orders.csv"]).text
    assert '# "Financial Status" = ["voided"]' in text
    assert "# Financial Status: paid 65, blank 47" in text
    assert '# "Cancelled at" = ["*"]  # Cancelled at: blank 115, any value 2' in text
    assert "exclude" not in tomllib.loads(text)
    lines = [line[2:] for line in text.splitlines() if line.startswith(("# [exclude", '# "'))]
    assert "Financial Status" in tomllib.loads("\n".join(lines))["exclude"]
    till = intake.propose([shared_data("field") / "till_items.csv"]).text
    assert "[exclude]" not in till


def test_hostile_headers_and_values_stay_comments(tmp_path: Path) -> None:
    header, value = 'a "b" = [1]\t# x', 'voided"] \\ </script>'
    path = tmp_path / "orders.csv"
    quoted = '"' + header.replace('"', '""') + '"'
    text = f"order_id,customer_id,date,amount,{quoted}\n" + "".join(
        f'{n},c,2025-01-0{n},1,"{v}"\n'
        for n, v in enumerate(["paid", value.replace('"', '""'), "paid"], 1)
    )
    path.write_text(text, encoding="utf-8")
    proposal = intake.propose([path]).text
    tomllib.loads(proposal)
    lines = [line[2:] for line in proposal.splitlines() if line.startswith(("# [exclude", '# "'))]
    assert tomllib.loads("\n".join(lines))["exclude"] == {header: [value]}
