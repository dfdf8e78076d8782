"""Rejected lines that are mostly returns, or of one month, are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import shop

from retail.errors import InputError
from retail.intake.decide import one_sided

HEAD = "transaction_id,customer_id,date,quantity,amount\n"
SALES = [f"{n},c{n % 7},2025-{1 + n % 6:02}-13,1,5.00\n" for n in range(60)]


def read(folder: Path, rows: list[str], limit: float = 0.5) -> object:
    toml = f"[input]\nmax_rejected_share = {limit}\n"
    return shop.read(folder, {"Transactions.csv": HEAD + "".join(rows)}, toml)


def test_a_higher_limit_that_would_lose_the_returns(tmp_path: Path) -> None:
    rows = SALES + [f"r{n},c1,2025-0{n}-14,-1,'-5.00\n" for n in range(1, 6)]
    with pytest.raises(InputError, match=r"5 of 5 rejected lines are returns, of the others 0%"):
        read(tmp_path, rows, 0.01)
    verdict, observed = shop.check(read(tmp_path, rows), "even_rejects")
    assert (verdict, observed) == ("warn", "5 of 5 rejected lines are returns, of the others 0%")


def test_mostly_one_month(tmp_path: Path) -> None:
    rows = SALES + [f"x{n},c1,2025-03-{13 + n},1,?\n" for n in range(4)] + ["y,c1,2025-05-14,1,?\n"]
    verdict, observed = shop.check(read(tmp_path, rows), "even_rejects")
    assert (verdict, observed) == (
        "warn",
        "4 of 5 rejected lines are of 2025-03, of the others 17%",
    )


def test_rejects_spread_evenly_are_no_matter(tmp_path: Path) -> None:
    rows = SALES + [f"x{n},c1,2025-0{1 + n}-13,1,?\n" for n in range(6)]
    assert shop.check(read(tmp_path, rows), "even_rejects") == ("pass", "they are spread evenly")
    few = [*SALES, "x,c1,2025-03-13,-1,?\n"]
    assert shop.check(read(tmp_path, few), "even_rejects")[0] == "pass"
    none = read(tmp_path, SALES).tables["checks"]["check"].tolist()
    assert "even_rejects" not in none


def test_as_many_returns_as_among_the_others_are_no_matter(tmp_path: Path) -> None:
    back = [f"b{n},c1,2025-01-13,-1,-5.00\n" for n in range(40)]
    rows = SALES + back + [f"r{n},c1,2025-0{n}-14,-1,-5.O0\n" for n in range(1, 6)]
    assert shop.check(read(tmp_path, rows), "even_rejects")[0] == "pass"


def test_the_defused_minus_of_the_field(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    data = (shared_data("field") / "defused_minus.csv").read_bytes()
    toml = (
        '[input]\ntransactions = "d.csv"\n[columns.transactions]\ntransaction_id = "order_id"\ndate = "date"\n'
        'customer_id = "customer_id"\ncategory = "category"\nquantity = "quantity"\namount = "amount"\n'
    )
    with pytest.raises(InputError, match=r"10 of 10 rejected lines are returns, of the others 0%"):
        shop.read(tmp_path, {"d.csv": data}, toml)


@pytest.mark.parametrize(
    "text", ["-1", "'-1", "−1", "(1.00)", "($3.00)", "-$12.00", "$-12", "12-", "1.00 -", "EUR -5"]
)
def test_a_number_below_0_however_written(text: str) -> None:
    assert one_sided.looks_returned({"amount": pa.array([text])}, "").tolist() == [True]


@pytest.mark.parametrize("text", ["1", "$12.00", "1-2", "n/a", "", "12 (net)", "x-y"])
def test_what_is_not_below_0(text: str) -> None:
    assert one_sided.looks_returned({"amount": pa.array([text])}, "").tolist() == [False]
