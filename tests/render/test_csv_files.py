"""CSV files: exact, safe in a spreadsheet, described by the data package."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.render import csv_files
from retail.render.formats import Formats
from retail.render.site_tables import SiteTable, site_tables
from retail.schema.table import Column, Table
from retail.schema.units import Units

FORMATS = Formats(Units(money_scale=3, quantity_scale=1))
SHOP = Table(
    "shop",
    "one row per shop",
    (
        Column("shop", "text", "name"),
        Column("opened", "day", "day", optional=True),
        Column("net", "money", "net revenue"),
        Column("units", "quantity", "units"),
        Column("share", "share", "share", optional=True),
    ),
    key=("shop",),
)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def shop(*rows: tuple) -> bytes:
    frame = pd.DataFrame(list(rows), columns=SHOP.names).astype({"opened": "Int64"})
    return b"".join(csv_files.table_parts(SiteTable(SHOP, frame), FORMATS))


def test_a_table_in_full():
    assert shop(
        ("Leeds, High St", 16_129, -1_204_775, 35, 0.25), ('The "Old" Shop', None, 5, 0, None)
    ) == (
        b"shop,opened,net,units,share\r\n"
        b'"Leeds, High St",2014-02-28,-1204.775,3.5,0.25\r\n'
        b'"The ""Old"" Shop",,0.005,0.0,\r\n'
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "＝1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(text):
    cell = read(shop((text, 0, 0, 0, None)))[0]["shop"]
    assert cell == f"'{text}"
    assert csv_files.restore(cell) == text


@pytest.mark.parametrize("text", ["-5", "+5.25", "-1e6", ".5", "Men", "a=b", "'quoted", ""])
def test_other_texts_and_numbers_stay_as_they_are(text):
    assert csv_files.neutralise(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_every_text_comes_back(texts):
    rows = [(text, 0, 0, 0, None) for text in texts]
    assert [csv_files.restore(row["shop"]) for row in read(shop(*rows))] == texts


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_starts_a_formula(text):
    cell = read(shop((text, 0, 0, 0, None)))[0]["shop"]
    is_number = csv_files._NUMBER.match(cell)
    assert is_number or cell[:1] not in set("=+-@\t\r＝＋－＠")


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=20))
def test_money_keeps_its_exact_decimals(amounts):
    rows = read(shop(*[("A", 0, amount, 0, None) for amount in amounts]))
    assert [Decimal(row["net"]) * 1_000 for row in rows] == amounts


def test_key_figures_have_the_unit_of_their_row(small_report):
    found = site_tables(small_report)["key_figures"]
    rows = read(b"".join(csv_files.table_parts(found, Formats(small_report.units))))
    assert {row["figure"]: row["value"] for row in rows} == {
        "net": "2000.00",
        "purchases": "4",
        "transactions": "5",
        "kept_purchases": "3",
        "buyers": "2",
        "return_rate": "0.01",
    }


def test_the_data_package_describes_every_download(small_report, site_of):
    files = site_of(small_report)
    package = json.loads(files["data/datapackage.json"])
    described = {f"data/{resource['path']}": resource for resource in package["resources"]}
    csvs = {path for path in files if path.endswith(".csv")}
    assert set(described) == csvs - {"data/input_files.csv"}  # that one names the run
    for path, resource in described.items():
        header = files[path].split(b"\r\n", 1)[0].decode().split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_what_describes_one_person_is_not_published(small_report, site_of):
    files = site_of(small_report)
    assert b"birth" not in files["data/customers.csv"]
    assert read(files["data/reject_counts.csv"]) == [
        {"column": "Qty", "expected": "a whole number", "lines": "1"}
    ]
    assert not [path for path, content in files.items() if b"SECRET-VALUE" in content]
