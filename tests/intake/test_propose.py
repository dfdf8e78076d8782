"""What `retail init --from` proposes for files of every shape."""

from __future__ import annotations

import csv
import datetime
import io
import os
import tomllib
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shop
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retail import config, intake, starter
from retail.cli import cli
from retail.errors import RetailError
from retail.intake.source import discovery

CELL = st.sampled_from(
    [
        *(
            "",
            " ",
            "7",
            "-1,5",
            "2014-01-31",
            "Tee",
            "a\nb",
            "a\r\nb",
            'say "x"',
            "=1",
            "é",
            ";",
            "\t",
        ),
        *(
            "$1,250.00",
            "(3.00)",
            "12,50,000.50",
            "0.30000000000000004",
            "1e-05",
            "Jan-03-25",
            "1.6.25",
        ),
        *(
            "2025年6月1日",
            "注文",
            "Şehir",
            "1735689600",
            "9" * 40,
            "\ud7a3",
            "\u202e",
            "\x1b[31m",
            "Gesamt",
        ),
    ]
)
HEADERS = [
    *(
        "Order ID",
        "Date",
        "Customer",
        "Total",
        "Note",
        "",
        "Total\ntax",
        "Date",
        "Qty",
        "Price",
        "Tax",
    ),
    *(
        "Name",
        "id",
        "Refunded Amount",
        "金額",
        "Net Sales",
        "SKU",
        "Email",
        "Shipping",
        "Discount Amount",
    ),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932", "gb18030", "cp1254", "cp1252"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    headers=st.lists(st.sampled_from(HEADERS), max_size=8),
    rows=st.lists(st.lists(CELL, max_size=8), max_size=12),
    separator=st.sampled_from([",", ";", "\t", "|", " "]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    ending=st.sampled_from(["", '"open', "x", "\n\n"]),
    encoding=st.sampled_from(ENCODINGS),
    stated=st.sampled_from(["", "", "cp932", "utf-16"]),
)
def test_any_table_gives_a_proposal_or_one_message(
    tmp_path: Path,
    headers: list[str],
    rows: list[list[str]],
    separator: str,
    line_end: str,
    ending: str,
    encoding: str,
    stated: str,
) -> None:
    """Quoted breaks, ragged rows, empty columns, files that are no tables: TOML, or a RetailError."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, lineterminator=line_end).writerows([headers, *rows])
    path = tmp_path / "x.csv"
    path.write_bytes((made.getvalue() + ending).encode(encoding, "replace"))
    try:
        text, remarks = starter.proposed([path], tmp_path, stated)
    except RetailError:
        return
    named = tomllib.loads(text)
    assert named["input"]["transactions"] == "x.csv"
    assert remarks
    toml = tmp_path / "retail.toml"
    toml.write_text(text, encoding="utf-8")
    try:
        intake.read(config.load(toml))
    except RetailError:
        return


def test_a_line_break_far_behind_a_cut_start_is_no_end(tmp_path: Path) -> None:
    """A quoted text that is longer than what is looked at: the records before it are enough."""
    text = 'customer_id,date,amount,note\n1,2024-05-06,7.5,x\n2,2024-05-07,1,"' + "y\n" * 3_000_000
    shop.put(tmp_path, {"x.csv": text + '"\n'})
    assert 'amount = "amount"' in intake.propose([tmp_path / "x.csv"]).text


@pytest.mark.parametrize(
    "names, pattern",
    [
        (["t.csv"], "t.csv"),
        (["t-2010.csv", "t-2019.csv"], "t-*.csv"),
        (["t-201.csv", "t-2.csv"], "t-*.csv"),
        (["2014.csv", "2015.csv"], "*.csv"),
        (["a12014.csv", "b22014.csv"], "*.csv"),
        (["a.csv", "aa.csv"], "a*.csv"),
        (["north [1].csv", "west [1].csv"], "* [[]1].csv"),
        (["2014/a.csv", "2015/a.csv"], "*/a.csv"),
        (["a-1.csv", "old/a-2.csv"], "**/a-*.csv"),
    ],
)
def test_a_pattern_fits_its_files_and_does_not_end_inside_a_number(
    tmp_path: Path, names: list[str], pattern: str
) -> None:
    assert discovery.pattern(names) == pattern
    if len(names) > 1:
        shop.put(tmp_path, dict.fromkeys(names, ""))
        found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob(pattern)}
        assert found == set(names)


def test_a_pattern_is_narrower_where_other_files_would_fit(tmp_path: Path) -> None:
    assert discovery.pattern(["2014.csv", "2015.csv"], ["goals.csv"]) == "[0-9]*.csv"


def test_a_file_of_the_same_header_belongs_to_the_pattern_without_any_record(
    tmp_path: Path,
) -> None:
    head = "customer_id,date,amount\n"
    files = {"d-1.csv": head + "1,2024-05-06,7\n", "d-2.csv": head, "other.csv": "a,b\nx,y\n"}
    shop.put(tmp_path, files)
    proposal = intake.propose([tmp_path / name for name in files])
    assert tomllib.loads(proposal.text)["input"]["transactions"] == "d-*.csv"
    assert proposal.remarks[1:] == ["Not read, no pattern under [input] takes them: other.csv."]


def test_columns_beside_those_of_the_case_study_are_proposed_too(tmp_path: Path) -> None:
    case_study = "transaction_id,cust_id,tran_date,prod_subcat_code,prod_cat_code,Qty,Rate,Tax,total_amt,Store_type"
    row = "1,2,28-02-2014,1,1,1,10,1,11,e-Shop,A7"
    shop.put(tmp_path, {"x.csv": f"{case_study},Product ID\n{row}\n"})
    columns = tomllib.loads(intake.propose([tmp_path / "x.csv"]).text)["columns"]["transactions"]
    assert columns["product_id"] == "Product ID"
    assert columns["channel"] == "Store_type"
    assert len(columns) == 11


SOLD = "order_id,customer_id,date,sku,qty,price\n"


def sold(rows: list[tuple[str, int, str]]) -> str:
    days = range(10, 10 + len(rows))
    lines = zip(days, rows, strict=True)
    return SOLD + "".join(f"{d},c{d % 3},2024-05-{d},{s},{q},{p}\n" for d, (s, q, p) in lines)


@pytest.mark.parametrize(
    "rows, field",
    [
        ([("a", 1, "5.00"), ("a", 3, "15.00"), ("b", 2, "8.00"), ("b", 1, "4.00")], "amount"),
        ([("a", 1, "5.00"), ("a", 3, "5.00"), ("b", 2, "4.00"), ("b", 1, "4.00")], "unit_price"),
        ([("a", 1, "5.00"), ("b", 2, "8.00")], "unit_price"),  # no evidence, which is said
    ],
)
def test_a_price_of_the_line_is_told_from_that_of_a_unit(
    tmp_path: Path, rows: list[tuple[str, int, str]], field: str
) -> None:
    shop.put(tmp_path, {"x.csv": sold(rows)})
    proposal = intake.propose([tmp_path / "x.csv"])
    columns = tomllib.loads(proposal.text)["columns"]["transactions"]
    assert {name for name, header in columns.items() if header == "price"} == {field}
    said = " ".join(proposal.remarks)
    assert ("price / quantity is one value" in said) == (field == "amount")
    assert ("can't be seen" in said) == (len(rows) == 2)


def test_a_total_of_the_order_on_each_of_its_lines_is_no_amount(tmp_path: Path) -> None:
    rows = [
        f"{at // 2},c{at % 3},2024-05-1{at},s{at},{at + 1},2.00,{6 * (at // 2 + 1)}\n"
        for at in range(8)
    ]
    shop.put(tmp_path, {"x.csv": SOLD.replace("\n", ",total\n") + "".join(rows)})
    text = intake.propose([tmp_path / "x.csv"]).text
    columns = tomllib.loads(text)["columns"]["transactions"]
    assert "amount" not in columns
    assert columns["unit_price"] == "price"
    assert (
        "#   \"total\"  such as '6'; its name is that of amount, but it is the same on all rows"
        in text
    )


def test_why_a_column_with_a_fitting_name_was_not_taken_is_said(tmp_path: Path) -> None:
    shop.put(tmp_path, {"x.csv": "customer_id,date,total\n1,2024-05-06,low\n2,2024-05-07,high\n"})
    proposal = intake.propose([tmp_path / "x.csv"])
    why = "its name is that of amount, but it holds 'low', which is no number"
    assert f"'total' was not taken: {why}." in proposal.remarks[0]
    assert why in proposal.text


def test_what_is_no_table_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    head = "customer_id,date,amount\n"
    shop.put(
        tmp_path / "in",
        {
            **{f"t-{year}.csv": f"{head}1,{year}-05-06,7\n" for year in (2019, 2020, 2021)},
            "book.xlsx": b"PK\x03\x04...",
            "scan.pdf": b"%PDF-1.7",
            "page.csv": "<html>",
            "empty.csv": "",
            "other.csv": "a,b\nx,y\n",
        },
    )
    text, remarks = starter.proposed([tmp_path / "in"], tmp_path)
    assert tomllib.loads(text)["input"]["transactions"] == "t-*.csv"
    passed = [remark for remark in remarks if remark.startswith("Passed over: ")]
    assert [name for name in ("book", "empty", "page", "scan") if name in " ".join(passed)] == [
        *("book", "empty", "page", "scan"),
    ]
    assert remarks[-1].endswith("takes them: empty.csv, other.csv, page.csv.")
    with pytest.raises(RetailError, match="not delimited text"):  # what is named is no mistake
        starter.proposed([tmp_path / "in" / "book.xlsx"], tmp_path)
    toml = text.replace("# max_last_gap_days = 31", "max_last_gap_days = 999").replace(
        "# max_first_gap_days = 31", "max_first_gap_days = 999"
    )
    (tmp_path / "retail.toml").write_text(toml, encoding="utf-8")
    inputs = intake.read(config.load(tmp_path / "retail.toml"))
    assert shop.check(inputs, "files_left") == ("warn", "3 beside them are not read")


def test_a_name_that_is_no_utf8_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    try:
        path.write_text("customer_id,date,amount\n1,2024-05-06,7\n", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with pytest.raises(RetailError, match=r"caf\\xe9\.csv: the name of this file is not UTF-8"):
        intake.propose([path])
    (tmp_path / "retail.toml").write_text('[input]\ntransactions = "*.csv"\n', encoding="utf-8")
    with pytest.raises(RetailError, match="not UTF-8"):
        intake.read(config.load(tmp_path / "retail.toml"))


def test_parquet_columns_of_any_type_are_no_error_unless_they_are_mapped(tmp_path: Path) -> None:
    count = 12
    day = datetime.date(2024, 5, 6)
    table = pa.table(
        {
            "customer_id": [f"c{at % 3}" for at in range(count)],
            "date": [day + datetime.timedelta(days=at) for at in range(count)],
            "amount": [0.1 * at + 0.2 for at in range(count)],
            "time": [datetime.time(1, 2, 3)] * count,
            "took": [datetime.timedelta(seconds=5)] * count,
            "blob": [b"\xff\0"] * count,
            "tags": [["a"]] * count,
            "address": [{"city": "Oslo"}] * count,
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    text, _ = starter.proposed([tmp_path / "x.parquet"], tmp_path)
    assert tomllib.loads(text)["money"]["decimals"] == 2
    path = tmp_path / "retail.toml"
    path.write_text(text, encoding="utf-8")
    kept = shop.kept(intake.read(config.load(path)))
    assert sum(map(Decimal, kept["amount"])) == Decimal("9.00")
    path.write_text(text.replace('customer_id = "customer_id"', 'customer_id = "tags"'), "utf-8")
    with pytest.raises(RetailError, match="column 'tags': holds list"):
        intake.read(config.load(path))


def test_init_takes_an_encoding_and_replaces_a_file_when_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "customer_id,date,amount,city\n1,2024-05-06,7,Ÿß\n"
    shop.put(tmp_path, {"x.csv": text.encode("cp1252"), "retail.toml": "# mine\n"})
    refused = CliRunner().invoke(cli, ["init", "--from", "x.csv"])
    assert "--force replaces it" in str(refused.exception)
    assert (tmp_path / "retail.toml").read_text("utf-8") == "# mine\n"
    done = CliRunner().invoke(
        cli, ["init", "--force", "--encoding", "iso8859-15", "--from", "x.csv"]
    )
    assert done.exit_code == 0, done.output
    named = tomllib.loads((tmp_path / "retail.toml").read_text("utf-8"))
    assert named["input"]["encoding"] == "iso8859-15"
