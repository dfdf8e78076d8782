"""Shipping, discounts, tax and refunds that a file states for whole orders."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retail import intake
from retail.errors import ConfigError, InputError
from retail.intake.decide.order_amounts import spread

TOML = """
[columns.transactions]
transaction_id = "order"
customer_id = "who"
date = "day"
category = "group"
quantity = "qty"
unit_price = "price"
order_shipping = "shipping"
order_discount = "off"
order_refunded = "refunded"
"""
ORDERS = (
    "order,who,day,group,qty,price,shipping,off,refunded,status\n"
    "1,a,2025-01-01,Tea,1,10.00,4.90,1.00,0.00,paid\n"
    "1,a,2025-01-01,Cups,2,10.00,,,,paid\n"
    "2,b,2025-01-02,Tea,1,10.00,0.00,0.00,10.00,refunded\n"
    "3,b,2025-01-03,Tea,1,10.00,5.00,,4.00,partly\n"
    "3,b,2025-01-03,Tea,1,10.00,5.00,,4.00,partly\n"
    "4,c,2025-01-04,Cups,1,20.00,4.90,,,voided\n"
    ",c,2025-01-05,Cups,1,7.00,1.00,,,paid\n"
)
STEPS = {
    "Lines read": (7, "87.00"),
    "Shipping of orders": (0, "15.80"),
    "Discounts of orders": (0, "-1.00"),
    "Refunds of orders": (2, "-14.00"),
}


def read(folder: Path, toml: str = "", text: str = ORDERS) -> object:
    return shop.read(folder, {"Transactions.csv": text}, toml + TOML)


def test_they_count_once_for_each_order(tmp_path: Path) -> None:
    inputs = read(tmp_path)
    kept = "Lines kept"
    assert {k: v for k, v in shop.books(inputs).items() if k in STEPS or k == kept} == {
        **STEPS,
        kept: (9, "87.80"),
    }
    lines = shop.kept(inputs)[["row", "category", "quantity", "amount"]].to_numpy().tolist()
    assert lines == [
        [2, "Tea", "1", "11.30"],  # 10 + 3.90 / 3
        [3, "Cups", "2", "22.60"],
        [4, "Tea", "1", "10.00"],
        [5, "Tea", "1", "12.50"],
        [6, "Tea", "1", "12.50"],
        [7, "Cups", "1", "24.90"],
        [8, "Cups", "1", "8.00"],
        [4, "Tea", "-1", "-10.00"],
        [5, "Tea", "0", "-4.00"],
    ]


def test_an_excluded_order_takes_its_amounts_with_it(tmp_path: Path) -> None:
    inputs = read(tmp_path, '[exclude]\nstatus = ["voided"]\n')
    assert shop.books(inputs) == {
        **STEPS,
        "Excluded by rule: status": (-1, "-24.90"),
        "Set aside as unreadable": (0, "0.00"),
        "Repeats dropped": (0, "0.00"),
        "Lines kept": (8, "62.90"),
    }


def test_what_an_excluded_row_states_of_an_order_still_counts_for_its_other_rows(
    tmp_path: Path,
) -> None:
    text = ORDERS.replace("Tea,1,10.00,4.90,1.00", "Card,1,10.00,4.90,1.00")
    inputs = read(tmp_path, '[exclude]\ngroup = ["Card"]\n', text)
    assert shop.books(inputs)["Excluded by rule: group"] == (-1, "-10.00")
    assert shop.kept(inputs)["amount"].tolist()[0] == "23.90"


def test_kinds_that_are_not_part_of_net_revenue(tmp_path: Path) -> None:
    toml = '[money]\nnot_counted = ["order_shipping"]\n'
    assert shop.books(read(tmp_path, toml))["Lines kept"] == (9, "72.00")
    with pytest.raises(ConfigError, match=r"money.not_counted"):
        read(tmp_path, '[money]\nnot_counted = ["order_refunded"]\n')


def test_an_order_with_two_values_stops_the_run(tmp_path: Path) -> None:
    text = ORDERS.replace("10.00,5.00,,4.00,partly\n4", "10.00,6.00,,4.00,partly\n4")
    with pytest.raises(InputError) as error:
        read(tmp_path, "", text)
    assert (
        "row 6: the order 3 states another order_shipping than in Transactions.csv, row 5"
        in str(error.value)
    )
    assert "take order_shipping out of [columns.transactions]" in str(error.value)


def test_the_order_of_lines_and_their_files_change_nothing(tmp_path: Path) -> None:
    head, *rows = ORDERS.splitlines(keepends=True)
    one = shop.read(tmp_path / "a", {"t/a.csv": ORDERS}, f'[input]\ntransactions = "t"\n{TOML}')
    files = {"t/a.csv": head + "".join(rows[::-2]), "t/b.csv": head + "".join(rows[-2::-2])}
    two = shop.read(tmp_path / "b", files, f'[input]\ntransactions = "t"\n{TOML}')
    assert shop.books(one) == shop.books(two)
    both = [
        sorted(shop.kept(i)[["customer_id", "category", "amount", "quantity"]].to_numpy().tolist())
        for i in (one, two)
    ]
    assert both[0] == both[1]


def test_a_refund_of_all_gives_each_line_back(tmp_path: Path) -> None:
    text = ORDERS.splitlines()[0] + (
        "\n1,a,2025-01-01,Tea,1,10.00,4.90,1.00,33.90,\n1,a,2025-01-01,Cups,2,10.00,,,,\n"
        "2,a,2025-01-01,Tea,1,10.00,,,6.00,\n2,a,2025-01-01,Cups,1,10.00,,,,\n"
    )
    back = shop.kept(read(tmp_path, "", text))
    back = back[back["file"] > 0][["category", "quantity", "amount", "unit_price"]]
    assert sorted(back.astype(object).where(back.notna(), None).to_numpy().tolist(), key=str) == [
        ["Cups", "-2", "-22.60", "10.00"],
        ["Tea", "-1", "-11.30", "10.00"],
        [None, "0", "-6.00", None],
    ]


def test_a_discount_of_a_line_is_taken_off_its_amount(tmp_path: Path) -> None:
    text = (
        "customer_id,date,quantity,unit_price,line_discount,tax\n7,2025-01-01,2,10,3,1\n7,2025-01-02,-2,10,-3,1\n"
        "7,2025-01-03,1,1,2,0\n7,2025-01-04,1,5,,\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, "[input]\nmax_rejected_share = 0.5\n")
    assert shop.kept(inputs)["amount"].tolist() == ["18", "-18", "5"]
    assert shop.rejects(inputs) == [(4, "line_discount", "2")]


def test_a_return_that_names_its_order_in_another_column_belongs_to_it(tmp_path: Path) -> None:
    text = (
        "no,who,day,amount,parent\nA1,7,2025-01-01,10,\nA2,7,2025-01-02,5,A1\n"
        "R1,,2025-01-03,-4,A1\nR2,8,2025-01-04,-1,\n"
    )
    toml = (
        '[columns.transactions]\ntransaction_id = "no"\ncustomer_id = "who"\ndate = "day"\n'
        'amount = "amount"\nparent_id = "parent"\n'
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, toml)
    assert shop.kept(inputs)["transaction_id"].tolist() == ["A1", "A2", "A1", "R2"]
    with pytest.raises(ConfigError, match=r"parent_id names the order"):
        shop.read(tmp_path, {"Transactions.csv": text}, toml.replace('transaction_id = "no"\n', ""))


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_the_parts_of_an_amount_add_up_to_it(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    whole = sum(weights)
    if whole:
        assert all(
            abs(part * whole - total * weight) < whole
            for part, weight in zip(parts, weights, strict=True)
        )


WEB_SHOP = """
[input]
transactions = "orders.csv"
quoted_newlines = true
fill_down = ["Financial Status"]
[dates]
timezone = "Europe/Berlin"
[columns.transactions]
transaction_id = "Name"
customer_id = "Email"
date = "Created at"
product_id = "Lineitem sku"
quantity = "Lineitem quantity"
unit_price = "Lineitem price"
line_discount = "Lineitem discount"
order_shipping = "Shipping"
order_discount = "Discount Amount"
order_refunded = "Refunded Amount"
[exclude]
"Financial Status" = ["voided"]
"""


def test_a_web_shop_s_orders(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """The whole file; the figures are those of its README."""
    data = (shared_data("field") / "web_shop_orders.csv").read_bytes()
    inputs = shop.read(tmp_path, {"orders.csv": data}, WEB_SHOP)
    steps = shop.books(inputs)
    assert steps["Lines read"] == (117, "2537.10")
    assert steps["Shipping of orders"] == (0, "205.80")
    assert steps["Discounts of orders"] == (0, "-48.74")
    assert steps["Excluded by rule: Financial Status"][1] == "-100.51"
    assert steps["Refunds of orders"][1] == "-97.90"
    assert steps["Lines kept"][1] == "2495.75"
    lines = shop.kept(inputs)
    assert lines["transaction_id"].nunique() == 68  # of 70, 2 voided
    assert lines["customer_id"].nunique() == 14


def test_init_proposes_what_adds_up(shared_data: Callable[[str], Path]) -> None:
    """A total that stands once for an order is no amount of a line; what comes to it is mapped."""
    text = intake.propose([shared_data("field") / "web_shop_orders.csv"]).text
    read = tomllib.loads(text)
    fields = read["columns"]["transactions"]
    assert fields["transaction_id"] == "Name"
    assert fields["order_shipping"] == "Shipping"
    assert fields["order_discount"] == "Discount Amount"
    assert fields["order_refunded"] == "Refunded Amount"
    assert not {"amount", "tax", "order_tax"} & set(fields)
    assert {"Financial Status", "Billing City"} <= set(read["input"]["fill_down"])
    assert "Shipping" not in read["input"]["fill_down"]
    assert '# "Financial Status" = ["voided"]' in text


def proposed(folder: Path, text: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return tomllib.loads(intake.propose([path]).text)["columns"]["transactions"]


def test_init_knows_tax_on_top_from_tax_within(tmp_path: Path) -> None:
    head = "order_id,email,date,qty,price,tax,order_total\n"
    on_top = [(n, k) for n in range(9) for k in range(1 + n % 2)]
    rows = "".join(
        f"{n},a@x,2025-01-0{1 + n},1,10.00,{2 * (1 + n % 2)}.00,{12 * (1 + n % 2)}.00\n"
        for n, _ in on_top
    )
    fields = proposed(tmp_path / "a", head + rows)
    assert fields["order_tax"] == "tax"
    assert "amount" not in fields
    within = "".join(
        f"{n},a@x,2025-01-0{1 + n},1,10.00,{2 * (1 + n % 2)}.00,{10 * (1 + n % 2)}.00\n"
        for n, _ in on_top
    )
    fields = proposed(tmp_path / "b", head + within)
    assert not {"order_tax", "tax", "amount"} & set(fields)


def test_init_leaves_amounts_of_lines_as_they_are(tmp_path: Path) -> None:
    head = "order_id,email,date,qty,price,total\n"
    rows = "".join(
        f"{n // 2},a@x,2025-01-0{1 + n},{1 + n % 3},2.00,{2 * (1 + n % 3)}.00\n" for n in range(9)
    )
    assert proposed(tmp_path, head + rows)["amount"] == "total"


AN_ORDER = st.tuples(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9_999)), min_size=1, max_size=4),
    st.integers(0, 2_000),  # shipping
    st.integers(0, 100),  # discount, in per cent
    st.integers(0, 150),  # refund, in per cent
    st.sampled_from(["paid", "paid", "voided"]),
    st.booleans(),  # repeated on the other rows
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(AN_ORDER, min_size=1, max_size=6), st.randoms())
def test_an_order_comes_to_its_total_whatever_the_order_of_its_rows(
    tmp_path: Path, orders: list, chance: random.Random
) -> None:
    rows, net = ["z,c,2025-01-01,Tea,1,0.50,,,,paid\n"], 50
    for number, (lines, shipping, share, back, state, is_repeated) in enumerate(orders):
        goods = sum(q * p for q, p in lines)
        off = goods * share // 100
        refund = (goods + shipping - off) * back // 100
        if state == "paid":
            net += goods + shipping - off - refund
        for at, (q, p) in enumerate(lines):
            stated = [f"{v / 100:.2f}" for v in (shipping, off, refund)]
            own = ",".join(stated if is_repeated or not at else ["", "0.00", ""])
            rows.append(f"o{number},c,2025-01-02,Tea,{q},{p / 100:.2f},{own},{state}\n")
    chance.shuffle(rows)
    text = ORDERS.splitlines()[0] + "\n" + "".join(rows)
    inputs = read(tmp_path, '[exclude]\nstatus = ["voided"]\n', text)
    assert shop.books(inputs)["Lines kept"][1] == shop.money(net, 2)
