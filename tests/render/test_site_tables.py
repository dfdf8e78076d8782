"""Long tables: the same cells as short ones, in files of so many rows, of so many customers."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import lists
from retail.render import csv_files, customer_files, site_checks, site_tables, table_views
from retail.render.formats import Formats
from retail.render.site_tables import SiteTable
from retail.schema.segments import CUSTOMERS
from retail.schema.table import Column, Table
from retail.schema.units import Units

KINDS = ("text", "count", "money", "quantity", "day", "month", "number", "share", "real", "flag")
EVERY = Table("every", "", tuple(Column(kind, kind, "", optional=True) for kind in KINDS), ())  # type: ignore[arg-type]
WHOLE = st.integers(1 - 2**63, 2**63 - 1)  # all that sums may be
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    [
        "=1+1",
        "'=1",
        "-5",
        "+5.25",
        " a",
        "a\u2003",
        "\x1c",
        "a\r\nb",
        'a"b',
        ";",
        "＝1",
        "\x85x",
        "",
    ]
)
ROW = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "count": WHOLE,
        "money": WHOLE,
        "quantity": WHOLE,
        "day": st.integers(-100_000, 100_000),
        "month": st.integers(12, 30_000),
        "number": WHOLE,
        "share": st.floats(0, 1),
        "real": st.floats(allow_nan=False, allow_infinity=False),
        "flag": st.booleans(),
    }
)
OPTIONAL = {
    **dict.fromkeys(("count", "money", "quantity", "day", "month", "number"), "Int64"),
    **dict.fromkeys(("share", "real"), "float64"),
    "text": "str",
    "flag": "boolean",
}


@given(
    st.lists(ROW, min_size=1, max_size=20),
    st.lists(st.sampled_from(KINDS)),
    st.integers(0, 8),
    st.integers(0, 3),
)
def test_cells_are_those_that_are_written_one_by_one(
    rows: list[dict], gaps: list[str], money: int, quantity: int
) -> None:
    frame = pd.DataFrame(rows).astype(OPTIONAL)
    for at, name in enumerate(gaps):
        frame.loc[at % len(frame), name] = None
    whole = [name for name in OPTIONAL if OPTIONAL[name] == "Int64" and name not in gaps]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    shown, formats = SiteTable(EVERY, frame), Formats(Units(money, quantity))
    columns = [[cell(value, name, formats) for value in shown.values(name)] for name in KINDS]
    lines = [KINDS, *zip(*columns, strict=True)]
    expected = "".join(",".join(line) + "\r\n" for line in lines)
    assert b"".join(csv_files.table_parts(shown, formats)) == expected.encode()


def cell(value: object, kind: str, formats: Formats) -> str:
    """One value as a cell, by the formats of single values."""
    if value is None:
        return ""
    if kind == "text":
        return csv_files.quoted(csv_files.neutralise(str(value)))
    return formats.plain(kind)(value)


@given(st.integers(1, 40), st.integers(1, 7), st.data())
def test_lines_are_picked_from_the_block_they_are_in(
    rows: int, block: int, data: st.DataObject
) -> None:
    frame = pd.DataFrame({"text": [f"line {at}" for at in range(rows)]}, dtype="str")
    table = Table("t", "", (EVERY.columns[0],), ())
    wanted = sorted(data.draw(st.sets(st.integers(0, rows - 1))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_files, "BLOCK", block)
        made = list(csv_files.blocks(table, frame, Formats(Units(0, 0))))
        found = csv_files.picked(made, np.array(wanted, dtype="int32"))
    assert found == "".join(f"line {at}\r\n" for at in wanted).encode()


def shop(customers: int) -> pd.DataFrame:
    at = np.arange(customers)
    frame = pd.DataFrame({"customer_id": [f"c{n:03}" for n in at]}, dtype="str")
    return frame.assign(net=(at * 37) % customers, group="scored", segment="Loyal")


def test_a_long_table_comes_in_files_that_are_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retail.render.site_tables.FILE_ROWS", 10)
    table = Table("customers", "", (CUSTOMERS.column("customer_id"),), ("customer_id",))
    shown, formats = SiteTable(table, shop(25)), Formats(Units(0, 0))
    files = csv_files.files(shown, formats)
    assert list(files) == [f"data/customers-{n}.csv" for n in (1, 2, 3)]
    rows = [list(csv.DictReader(io.StringIO(content.decode()))) for content in files.values()]
    assert [len(part) for part in rows] == [10, 10, 5]
    assert [row["customer_id"] for part in rows for row in part] == shop(25)["customer_id"].tolist()
    described = json.loads(csv_files.package({"customers": shown}, files, "Shop"))["resources"]
    assert [one["path"] for one in described] == [f"customers-{n}.csv" for n in (1, 2, 3)]
    assert [one["bytes"] for one in described] == [len(content) for content in files.values()]


def test_a_page_that_shows_the_first_rows_of_a_long_table_leads_to_all_its_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retail.render.site_tables.FILE_ROWS", 10)
    monkeypatch.setattr("retail.render.table_views.LONG", 5)
    heads = (CUSTOMERS.column("customer_id"), CUSTOMERS.column("net"))
    shown = SiteTable(Table("customers", "", heads, ("customer_id",)), shop(25))
    view = table_views.view(shown, Formats(Units(0, 0)), rows=3, by="net", descending=True)
    assert view.paths == shown.paths
    assert [row.cells[0] for row in view.rows] == shop(25).nlargest(3, "net")[
        "customer_id"
    ].tolist()


def test_a_site_tells_of_so_many_customers_and_of_the_same_ones_in_every_table() -> None:
    people = shop(20)
    moves = pd.DataFrame({"customer_id": ["c001", "c002", None, "c019"]}, dtype="str")
    groups = pd.DataFrame({"group": ["scored"], "customers": [20]})
    offered = {
        name: SiteTable(Table(name, "", (), ()), frame)
        for name, frame in (("customers", people), ("latest_moves", moves), ("groups", groups))
    }
    cut = site_tables.bounded(offered, most=5)
    best = people.nlargest(5, "net")["customer_id"]
    told = cut["customers"].frame["customer_id"].tolist()
    assert told == sorted(best)
    assert cut["latest_moves"].frame["customer_id"].dropna().tolist() == [
        one for one in ("c001", "c002", "c019") if one in told
    ]
    assert cut["groups"].frame["customers"].tolist() == [20]
    assert site_tables.bounded(offered, most=20) == offered


def test_lists_of_a_site_are_cut_too_and_those_in_private_are_not() -> None:
    people = shop(20).assign(
        monetary=shop(20)["net"].astype("Int64"),
        frequency=pd.array([1] * 20, dtype="Int64"),
        held_out=False,
    )
    made = {
        "customers": people,
        "segments": pd.DataFrame({"segment": ["Loyal"], "order": [1]}),
    }
    cut, whole = lists.build(made, most=5), lists.build(made)
    assert cut is not None
    assert whole is not None
    assert len(whole.lists[0].rows) == 20
    assert (
        cut.customers["customer_id"].tolist() == people.nlargest(5, "net")["customer_id"].tolist()
    )
    assert len(cut.lists[0].rows) == 5


def test_each_file_of_a_long_list_is_described_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retail.render.site_tables.FILE_ROWS", 10)
    people = shop(25)[["customer_id"]]
    table = Table("list_members", "", (CUSTOMERS.column("customer_id"),), ("customer_id",))
    one = lists.CustomerList("loyal", "segment", "Loyal", "In it now", 25, np.arange(25))
    customer_lists = lists.CustomerLists(table, people, (one,))
    files = customer_files.list_pages(customer_lists, Formats(Units(0, 0)), page_rows=15)
    contents = {file.path: file.content for file in files["loyal"]}
    made = csv_files.package(customer_files.list_tables(customer_lists, files), contents, "Shop")
    assert [one["path"] for one in json.loads(made)["resources"]] == [
        "lists/loyal-1.csv",
        "lists/loyal-2.csv",
    ]


def test_the_check_counts_the_customers_of_all_files(tmp_path) -> None:
    (tmp_path / "data").mkdir()
    for at, rows in ((1, b"customer_id\r\na\r\n"), (2, b'customer_id\r\nb\r\n"c\r\nd"\r\n')):
        (tmp_path / f"data/customers-{at}.csv").write_bytes(rows)
    (tmp_path / "data/customers_by.csv").write_bytes(b"other\r\n1\r\n")
    groups = {"scored": 3, "nothing_kept": 0, "refund_only": 0, "prospects": 0}
    money = {"gross": 1, "returns": 0, "net": 1, "tax": 0}
    for known, problems in ((3, 0), (4, 1)):
        customers = {**groups, "prospects": known - 3, "known": known}
        told = {"money": money, "customers": customers, "rfm": None}
        (tmp_path / "summary.json").write_text(json.dumps(told))
        assert len(list(site_checks.figures(tmp_path))) == problems
