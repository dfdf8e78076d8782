"""Totals among the lines: found by what they sum, told, left out by a key; guests are no totals."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail import intake
from retail.errors import InputError
from retail.intake import propose_orders, propose_rows
from retail.intake.source.first_lines import FirstLines

HEAD = "receipt,who,day,group,amount\n"
TOML = """
[columns.transactions]
transaction_id = "receipt"
customer_id = "who"
date = "day"
category = "group"
amount = "amount"
"""
DAYS = (
    HEAD + "1,a,2025-01-01,Tea,5.00\n2,b,2025-01-01,Tea,5.00\n,,2025-01-01,,10.00\n"
    "3,a,2025-01-02,Tea,2.00\n,,2025-01-02,,2.00\n"
    "4,b,2025-01-03,Tea,3.00\n5,,2025-01-03,Cups,-1.00\n,,2025-01-03,,2.00\n"
)
FIELD = """
[input]
transactions = "day_totals.csv"
separator = ";"
decimal = ","
totals = "POLICY"
[columns.transactions]
date = "Datum"
transaction_id = "Bonnr"
customer_id = "Kundennr"
category = "Warengruppe"
amount = "Betrag"
"""


def read(folder: Path, text: str, policy: str = "warn", more: str = "") -> object:
    toml = f'[input]\ntotals = "{policy}"\n{more}{TOML}'
    return shop.read(folder, {"Transactions.csv": text}, toml)


def test_totals_are_told_with_their_money_and_left_out_by_a_key(tmp_path: Path) -> None:
    told = read(tmp_path, DAYS)
    assert shop.books(told)["Lines kept"] == (8, "28.00")
    verdict, observed = shop.check(told, "total_lines")
    assert verdict == "warn"
    assert observed.startswith("3 lines (money 14.00) counted as sales. [input] totals = ")
    dropped = read(tmp_path, DAYS, "drop")
    assert shop.books(dropped)["Excluded by rule: totals of other lines"] == (-3, "-14.00")
    assert shop.kept(dropped)["row"].tolist() == [2, 3, 5, 7, 8]
    assert shop.check(dropped, "total_lines") == ("pass", "such lines were left out")
    kept = read(tmp_path, DAYS, "keep")
    assert shop.books(kept)["Lines kept"] == (8, "28.00")
    assert "total_lines" not in kept.tables["checks"]["check"].tolist()


def test_a_grand_total_without_a_date_is_left_out_too(tmp_path: Path) -> None:
    text = DAYS + "Grand total,,,,14.00\n"
    inputs = read(tmp_path, text, "drop")
    assert shop.books(inputs)["Excluded by rule: totals of other lines"] == (-4, "-28.00")
    assert shop.rejects(inputs) == []


def test_a_later_batch_with_more_decimals_changes_nothing(tmp_path: Path) -> None:
    text = DAYS + "6,a,2025-01-04,Tea,1.125\n,,2025-01-04,,1.125\n"
    inputs = read(tmp_path, text, "drop")
    assert shop.books(inputs)["Lines kept"] == (6, "15.125")


def test_day_totals_of_the_field(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    data = (shared_data("field") / "day_totals.csv").read_bytes().replace(b".5\n", b",5\n")
    data = data.replace(b".0\n", b",0\n")
    toml = FIELD.replace('decimal = ","', "")
    original = (shared_data("field") / "day_totals.csv").read_bytes()
    for text, config in ((original, toml), (data, FIELD)):
        dropped = shop.read(tmp_path, {"day_totals.csv": text}, config.replace("POLICY", "drop"))
        assert shop.books(dropped)["Lines read"][0] == 192
        assert shop.books(dropped)["Lines kept"] == (151, "2812.5")
        told = shop.read(tmp_path, {"day_totals.csv": text}, config.replace("POLICY", "warn"))
        assert shop.check(told, "total_lines")[1].startswith("41 lines (money 5,625.0)")


@pytest.mark.parametrize("has_groups", [True, False])
def test_guests_are_no_totals(tmp_path: Path, has_groups: bool) -> None:
    """Few prices, many guests: sums coincide by chance, a hundred times; no line is called a total."""
    chance = random.Random(7)
    rows = []
    for number in range(3_000):
        who = chance.choice(["", "a", "b", "c"])
        group = chance.choice(["", "Tea", "Total care"]) if has_groups else ""
        day = 1 + number // 120
        rows.append(f"{number},{who},2025-01-{day:02},{group},{chance.choice([1, 1, 2, 3, 5])}\n")
    inputs = read(tmp_path, HEAD + "".join(rows), "warn")
    assert shop.check(inputs, "total_lines") == ("pass", "none is")
    assert shop.books(read(tmp_path, HEAD + "".join(rows), "drop"))["Lines kept"][0] == 3_000


def test_one_guest_who_pays_what_two_others_did_is_no_total(tmp_path: Path) -> None:
    text = (
        HEAD
        + "1,a,2025-01-01,Tea,5\n2,b,2025-01-01,Tea,5\n3,,2025-01-01,,10\n4,a,2025-01-02,Tea,5\n"
    )
    assert shop.check(read(tmp_path, text), "total_lines")[0] == "pass"


def test_init_says_that_there_are_totals(shared_data: Callable[[str], Path]) -> None:
    proposal = intake.propose([shared_data("field") / "day_totals.csv"])
    assert any('[input] totals = "drop"' in sentence for sentence in proposal.remarks)
    for name in ("till_items", "web_shop_orders", "email_ids", "no_customers"):
        remarks = intake.propose([shared_data("field") / f"{name}.csv"]).remarks
        assert not any("totals of the lines" in sentence for sentence in remarks)


@given(st.lists(st.sampled_from(["5", "", "x", "1e9", "-2", "$3"]), min_size=1, max_size=12))
def test_init_never_ends_in_a_traceback_over_amounts(amounts: list[str]) -> None:
    rows = [["", "2025-01-01", "", amount] for amount in amounts]
    look = FirstLines(
        Path("x.csv"), "auto", "auto", True, False, ["id", "date", "who", "amount"], rows
    )
    mapping = {"transaction_id": "id", "date": "date", "customer_id": "who", "amount": "amount"}
    assert isinstance(propose_rows.totals(look, mapping), list)
    assert isinstance(propose_rows.excluded(look, mapping), str)
    priced = mapping | {"quantity": "amount", "unit_price": "amount"}
    assert isinstance(propose_orders.proposed(look, priced), dict)


def test_totals_of_days_of_months_and_of_all(tmp_path: Path) -> None:
    """The totals of months have no date: the run stops at their number, and its message names the key."""
    rows, whole = [], 0
    for month in (1, 2, 3):
        of_month = 0
        for day in range(1, 11):
            sold = [(day * k + month) % 7 + 1 for k in range(1, 4)]
            rows += [
                f"{month}{day}{k},a,2025-0{month}-{day:02},Tea,{n}\n" for k, n in enumerate(sold)
            ]
            rows.append(f",,2025-0{month}-{day:02},,{sum(sold)}\n")
            of_month += sum(sold)
        rows.append(f"Total {month},,,,{of_month}\n")
        whole += of_month
    text = HEAD + "".join([*rows, f"Grand total,,,,{whole}\n"])
    assert shop.books(read(tmp_path, text, "drop"))["Lines kept"] == (90, str(whole))
    with pytest.raises(InputError, match=r'\[input\] totals = "drop" leaves them out'):
        read(tmp_path, text)
