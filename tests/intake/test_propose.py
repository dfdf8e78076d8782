"""What `retail init --from` proposes for files of every shape."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
import shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retail import intake
from retail.errors import RetailError
from retail.intake.source import discovery

CELL = st.sampled_from(
    ["", " ", "7", "-1,5", "2014-01-31", "Tee", "a\nb", "a\r\nb", 'say "x"', "=1", "é", ";", "\t"]
)
HEADERS = ["Order ID", "Date", "Customer", "Total", "Note", "", "Total\ntax", "Date"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    headers=st.lists(st.sampled_from(HEADERS), max_size=6),
    rows=st.lists(st.lists(CELL, max_size=7), max_size=8),
    separator=st.sampled_from([",", ";", "\t", "|", " "]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    ending=st.sampled_from(["", '"open', "x", "\n\n"]),
)
def test_any_table_gives_a_proposal_or_one_message(
    tmp_path: Path,
    headers: list[str],
    rows: list[list[str]],
    separator: str,
    line_end: str,
    ending: str,
) -> None:
    """Quoted breaks, ragged rows, empty columns, files that are no tables: TOML, or a RetailError."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, lineterminator=line_end).writerows([headers, *rows])
    path = tmp_path / "x.csv"
    path.write_bytes((made.getvalue() + ending).encode())
    try:
        proposal = intake.propose([path])
    except RetailError:
        return
    named = tomllib.loads(proposal.text)
    assert named["input"]["transactions"] == "x.csv"
    assert proposal.remarks


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
