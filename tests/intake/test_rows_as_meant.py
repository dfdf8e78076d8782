"""Lines above the header and below the records, headers that come twice, blanks that stand for the value above."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyarrow as pa
import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail import intake
from retail.errors import ConfigError, InputError
from retail.intake.source import edges
from retail.intake.source.whole_rows import FillDown

HEAD = "order,customer,date,total\n"
COLUMNS = """
[columns.transactions]
transaction_id = "order"
customer_id = "customer"
date = "date"
amount = "total"
"""
ROWS = "1,a,2025-01-01,5\n2,b,2025-01-02,7\n"


def read(tmp_path: Path, text: str, keys: str = "", columns: str = COLUMNS) -> list[list[object]]:
    """Row, order, customer and amount of the lines that are kept."""
    toml = f'[input]\nduplicates = "keep"\n{keys}\n{columns}'
    lines = shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))
    lines = lines.astype(object).where(lines.notna(), None)
    return lines[["row", "transaction_id", "customer_id", "amount"]].to_numpy().tolist()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "above",
    ["Sales report\n", "Sales,,,\n\n", ",,,\n", '"A ""title"", quoted"\nPrinted: 2025-02-01\n'],
)
def test_lines_above_the_header_are_named_by_the_refusal_and_skipped(
    tmp_path: Path, above: str, end: str
) -> None:
    text = (above + HEAD + ROWS).replace("\n", end)
    count = above.count("\n")
    with pytest.raises(InputError) as refusal:
        read(tmp_path, text)
    assert f"Set [input] skip_lines = {count} in retail.toml" in str(refusal.value)
    found = read(tmp_path, text, f"skip_lines = {count}")
    assert found == [[count + 2, "1", "a", "5"], [count + 3, "2", "b", "7"]]  # physical rows
    with pytest.raises(InputError, match=f"skip_lines = {count} in"):
        read(tmp_path, text, f"skip_lines = {count + 1}")


def test_a_separator_that_is_stated_above_a_title_is_known(tmp_path: Path) -> None:
    text = "sep=;\nSales\n" + (HEAD + ROWS).replace(",", ";")
    with pytest.raises(InputError, match=r"skip_lines = 2 in"):
        read(tmp_path, text)
    assert len(read(tmp_path, text, "skip_lines = 2")) == 2


def test_no_separator_is_proposed_that_is_set_already(tmp_path: Path) -> None:
    text = '"Sales, January"\n' + ROWS  # no header at all
    with pytest.raises(InputError) as refusal:
        read(tmp_path, text)
    assert "separator" not in str(refusal.value)
    with pytest.raises(InputError, match='separator = ","'):
        read(tmp_path, text, 'separator = ";"')


def test_a_file_shorter_than_its_lines_above_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no more than the 9 lines of \[input\] skip_lines"):
        read(tmp_path, HEAD + ROWS, "skip_lines = 9")


@pytest.mark.parametrize("footer", ["Total,,,12\n", ",,,12\n\n", "Total: 12\n"])
def test_a_footer_is_passed_over_by_its_key(tmp_path: Path, footer: str) -> None:
    with pytest.raises(InputError) as refusal:
        read(tmp_path, HEAD + ROWS + footer)
    assert "skip_footer = 1" in str(refusal.value)
    assert len(read(tmp_path, HEAD + ROWS + footer, "skip_footer = 1")) == 2


def test_a_footer_that_may_be_a_sale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"passes over a line with the date '2025-01-02'"):
        read(tmp_path, HEAD + ROWS + "Total,,,12\n", "skip_footer = 2")
    with pytest.raises(InputError) as refusal:  # a fault in the middle is no footer
        read(tmp_path, HEAD + "1,a,never,5\n" + ROWS)
    assert "skip_footer" not in str(refusal.value)


@given(
    st.lists(st.text("ab,\n", max_size=6), max_size=30),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 9),
)
def test_what_is_within_the_edges_is_left_whole(
    lines: list[str], above: int, below: int, size: int
) -> None:
    whole = [part for line in lines for part in line.split("\n")]
    text = "".join(part + "\n" for part in whole)
    filled = [part for part in whole[above:] if part.strip()]
    data = text.encode()
    pieces = iter([data, *[b""] * (size % 2)])
    passed: list[bytes] = []
    if len(whole) < above or (below and len(filled) <= below):
        return
    found = b"".join(edges.within(pieces, above, below, "f", passed)).decode()
    kept = [part for part in found.split("\n") if part.strip()]
    assert kept == filled[: len(filled) - below]
    assert [line.decode() for line in passed] == filled[len(filled) - below :]


def test_a_header_in_the_middle_is_left_out_by_its_key(tmp_path: Path) -> None:
    text = HEAD + "1,a,2025-01-01,5\n" + HEAD + "2,b,2025-01-02,7\n"
    with pytest.raises(InputError, match=r"set \[input\] repeated_headers = true"):
        read(tmp_path, text)
    found = read(tmp_path, text, "repeated_headers = true")
    assert found == [[2, "1", "a", "5"], [4, "2", "b", "7"]]
    inputs = shop.read(tmp_path, {}, f"[input]\nrepeated_headers = true\n{COLUMNS}")
    assert shop.books(inputs)["Lines read"] == (2, "12")


def test_a_header_that_stands_there_twice_is_mapped_by_position(tmp_path: Path) -> None:
    text = "order,customer,date,total,total\n1,a,2025-01-01,5,6\n2,b,2025-01-02,7,8\n"
    with pytest.raises(InputError) as refusal:
        read(tmp_path, text)
    assert 'amount = "#4" or "#5"' in str(refusal.value)
    found = read(tmp_path, text, columns=COLUMNS.replace('"total"', '"#5"'))
    assert [row[3] for row in found] == ["6", "8"]
    with pytest.raises(InputError, match="no header '#6'"):
        read(tmp_path, text, columns=COLUMNS.replace('"total"', '"#6"'))
    named = read(
        tmp_path,
        text.replace("total,total", "total,#4"),
        columns=COLUMNS.replace('"total"', '"#4"'),
    )
    assert [row[3] for row in named] == ["6", "8"]  # a header that is called so comes first


ORDERS = HEAD + (
    "1,a,2025-01-01,5\n1,,2025-01-01,6\n2,,2025-01-02,7\n2,b,2025-01-02,8\n2,,2025-01-02,9\n"
)


def test_blanks_are_filled_within_an_order_only(tmp_path: Path) -> None:
    found = read(tmp_path, ORDERS, 'fill_down = ["customer"]')
    assert [row[2] for row in found] == ["a", "a", None, "b", "b"]
    assert [row[2] for row in read(tmp_path, ORDERS)] == ["a", None, None, "b", None]


def test_an_order_id_that_is_blank_on_continuation_rows_is_filled_too(tmp_path: Path) -> None:
    text = HEAD + "1,a,2025-01-01,5\n,,,6\n2,,2025-01-02,7\n,,,8\n"
    found = read(tmp_path, text, 'fill_down = ["order", "customer", "date"]')
    assert [row[1:] for row in found] == [
        ["1", "a", "5"],
        ["1", "a", "6"],
        ["2", None, "7"],
        ["2", None, "8"],
    ]


def test_rules_and_repeats_see_what_is_filled(tmp_path: Path) -> None:
    text = (
        "order,customer,date,status,total\n1,a,2025-01-01,void,5\n"
        "1,a,2025-01-01,,6\n2,a,2025-01-01,paid,5\n2,a,2025-01-01,,6\n"
    )
    toml = f'[input]\nduplicates = "drop"\nfill_down = ["status"]\n{COLUMNS}[exclude]\nstatus = ["void"]\n'
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, toml)
    assert shop.kept(inputs)["row"].tolist() == [4, 5]


@pytest.mark.parametrize(
    "name, error, words",
    [("total", ConfigError, "count once for each line"), ("totl", InputError, "no header")],
)
def test_what_can_not_be_filled(tmp_path: Path, name: str, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        read(tmp_path, ORDERS, f'fill_down = ["{name}"]')


CELL = st.sampled_from(["", " ", "x", "y"])


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", ""]), CELL), max_size=25),
    st.integers(1, 5),
    st.booleans(),
)
def test_filling_in_batches_is_filling_row_by_row(
    rows: list[tuple[str, str]], size: int, fills_ids: bool
) -> None:
    filled, last = [], ("", "")
    for order, cell in rows:
        begins = bool(order) if fills_ids else order != last[0]
        order = order if not fills_ids or order else last[0]
        cell = last[1] if not cell.strip() and not begins and filled else cell
        last = (order, cell)
        filled.append(last)
    fill_down = FillDown([0, 1] if fills_ids else [1], 0)
    found = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        table = pa.table({"0": [order for order, _ in part], "1": [cell for _, cell in part]})
        columns = fill_down(table).to_pydict()
        found += list(zip(columns["0"], columns["1"], strict=True))
    assert [tuple(cell.strip() for cell in row) for row in found] == [
        tuple(cell.strip() for cell in row) for row in filled
    ]


def proposed(tmp_path: Path, text: str) -> dict[str, object]:
    """[input] as init proposes it, without what names the file."""
    shop.put(tmp_path, {"sales.csv": text})
    told = tomllib.loads(intake.propose([tmp_path / "sales.csv"]).text)["input"]
    return {key: value for key, value in told.items() if key not in ("folder", "transactions")}


MANY = "".join(f"{at},c{at % 3},2025-01-{at % 28 + 1:02},{at}.50\n" for at in range(40))


@pytest.mark.parametrize(
    "text, keys",
    [
        (HEAD + MANY, {}),
        ("Sales of January\n\n" + HEAD + MANY, {"skip_lines": 2}),
        ("\n\n" + HEAD + MANY, {}),
        (",Who,,\n" + HEAD + MANY, {"skip_lines": 1}),
        ("Acme,,,\nRegister,,,\n1-Jan-25 to 9-Mar-25,,,\n\n" + HEAD + MANY, {"skip_lines": 4}),
        (HEAD + MANY + "Total,,,812\n", {"skip_footer": 1}),
        (HEAD + MANY + "\nTotal: 812\nPrinted: today\n", {"skip_footer": 2}),
        (HEAD + MANY + "40,,2025-01-03,1.50\n", {}),  # a guest at the end is no footer
        (HEAD + MANY + HEAD + MANY, {"repeated_headers": True}),
        ("order,customer,,\n" + MANY, {}),  # a header with blanks is none of groups
        (MANY, {"header": False}),
    ],
)
def test_init_finds_what_stands_around_the_records(
    tmp_path: Path, text: str, keys: dict[str, object]
) -> None:
    assert proposed(tmp_path, text) == keys


def test_init_finds_columns_that_are_blank_on_the_further_rows_of_an_order(tmp_path: Path) -> None:
    head = "order no,email,date,city,status,price,qty,total\n"
    row = "{0},a@b.c,2025-01-{0},Bern,paid,5,1,10\n{0},a@b.c,2025-01-{0},,,5,1,\n"
    text = head + "".join(row.format(at) for at in range(10, 28))
    assert proposed(tmp_path, text)["fill_down"] == ["city", "status"]  # never money
    row = "{0},a@b.c,2025-01-{0},Bern,paid,5,1,10\n,,,,,5,1,\n"
    text = head + "".join(row.format(at) for at in range(10, 28))
    assert proposed(tmp_path, text)["fill_down"] == ["order no", "email", "date", "city", "status"]
    text = head + "".join(row.format(at).replace(",,,,,5,1,", ",,,,,,,5") for at in range(10, 28))
    assert "fill_down" not in proposed(tmp_path, text)  # these may be subtotals
