"""Whole sites at each level: every byte is searched for ids and birth dates, every group is counted.

The figures are computed once for each data set, and protected and rendered for each level.
"""

from __future__ import annotations

import base64
import csv
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from retail import config, pipeline
from retail.charts import drawing
from retail.privacy.groups import MINIMUM
from retail.render import RunInfo, render

ROOT = Path(__file__).parents[2]
LEVELS = ("internal", "public", "raw")
TYPES = {
    "u8": "u1",
    "i8": "i1",
    "u16": "<u2",
    "i16": "<i2",
    "u32": "<u4",
    "i32": "<i4",
    "f64": "<f8",
}
# Words of digits or letters that are not part of a decimal number.
WORD = re.compile(rb"(?<![0-9A-Za-z.])[0-9A-Za-z]+(?![0-9A-Za-z]|\.[0-9])")
DATE = re.compile(rb"(?<![0-9])[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?![0-9])")
PACKED = re.compile(
    rb'"type":"([a-z0-9]+)","data":"([A-Za-z0-9+/=]*)"|"data":"([A-Za-z0-9+/=]*)","type":"([a-z0-9]+)"'
)


@dataclass(frozen=True)
class Built:
    """One data set: its site and private lists by level, the input's ids and birth dates."""

    sites: dict[str, dict[str, bytes]]
    lists: dict[str, Any]
    reports: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    customers: frozenset[str]
    transactions: frozenset[str]
    births: frozenset[str]


def built(folder: Path, work: Path) -> Built:
    """Every level of the site of the inputs in `folder`, with as few fits of clusters as there can be."""
    work.mkdir(parents=True, exist_ok=True)
    settings = work / "retail.toml"
    settings.write_text(
        f'[input]\nfolder = "{folder}"\n[clusters]\nevery_pair = false\npermutations = 0\n'
        "subsamples = 0\n",
        encoding="utf-8",
    )
    quick = config.load(settings)
    inputs = pipeline.read(quick, pipeline.silent)
    aggregates = pipeline.aggregate(inputs, quick, pipeline.silent)
    tables = pipeline.analyse(inputs, aggregates, quick)
    sites, lists, reports = {}, {}, {}
    for level in LEVELS:
        privacy = msgspec.structs.replace(quick.privacy, level=level)
        chosen = msgspec.structs.replace(quick, privacy=privacy)
        found = pipeline.protect(dict(tables), inputs, aggregates, chosen)
        info = RunInfo("r1", "2014-03-01T02:00:00+00:00", 1.0, "pandas")
        sites[level] = render(found.report, drawing.draw(found.report), info)
        lists[level] = found.lists
        reports[level] = found.report
    births = tables["customers"]["birth_day"].dropna().astype("int64")
    dates = pd.to_datetime(births, unit="D")
    forms = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y")
    return Built(
        sites=sites,
        lists=lists,
        reports=reports,
        tables=tables,
        customers=frozenset(tables["customers"]["customer_id"]),
        transactions=frozenset(aggregates.purchases["transaction_id"])
        | frozenset(aggregates.return_lines["transaction_id"]),
        births=frozenset(text for form in forms for text in dates.dt.strftime(form)),
    )


@pytest.fixture(
    scope="module",
    params=["sample", pytest.param("case_study", marks=pytest.mark.needs_data("case_study"))],
)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    is_sample = request.param == "sample"
    folder = ROOT / "data/sample" if is_sample else request.getfixturevalue("case_study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETAIL_KEY", "key of the tests")
        yield built(folder, tmp_path_factory.mktemp(request.param))


def decoded(files: dict[str, bytes]) -> Iterator[tuple[str, np.ndarray]]:
    """Every column of numbers that travels in base64."""
    for path, content in files.items():
        for first, second, third, fourth in PACKED.findall(content.replace(b"\\", b"")):
            kind, data = (first, second) if first else (fourth, third)
            yield path, np.frombuffer(base64.b64decode(data), TYPES[kind.decode()])


def words(content: bytes) -> set[bytes]:
    """The words of a file, those within base64 texts included."""
    found = set(WORD.findall(content))
    for text in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", content):
        whole = text[: len(text) // 4 * 4]
        found |= set(WORD.findall(base64.b64decode(whole + b"=" * (-len(whole) % 4))))
    return found


@pytest.mark.parametrize("level", ["internal", "public"])
def test_no_byte_of_a_site_tells_an_id(shop: Built, level: str) -> None:
    ids = {text.encode() for text in shop.customers | shop.transactions if len(text) >= 6}
    assert len(ids) > 500
    told = {}
    for path, content in shop.sites[level].items():
        found = words(content) & ids
        # Ids of the sample and the case study look like numbers, which scripts and lists of files
        # may hold too: there an id would be a text, and many of them no coincidence.
        if path.endswith((".js", "datapackage.json", "input_files.csv", "run.json")):
            assert len(found) < 0.01 * len(ids), path
            found = {word for word in found if b'"' + word + b'"' in content}
        if found:
            told[path] = sorted(found)[:3]
    assert told == {}


@pytest.mark.parametrize("level", ["internal", "public"])
def test_no_packed_column_holds_ids(shop: Built, level: str) -> None:
    known = {int(text) for text in shop.customers | shop.transactions if text.isdigit()}
    numbers = np.array(sorted(n for n in known if n > 9_999))
    for path, column in decoded(shop.sites[level]):
        if len(column) > 20 and len(numbers):
            share = np.isin(column, numbers).mean()
            assert share < 0.05, f"{path}: {share:.0%} of a column are ids"


def test_the_search_finds_ids_where_they_are(shop: Built) -> None:
    ids = {text.encode() for text in shop.customers}
    for path in ("data/customers.csv", "customers.html"):
        assert len(words(shop.sites["raw"][path]) & ids) > 40
    columns = [column for _, column in decoded(shop.sites["internal"])]
    assert len(columns) > 10


@pytest.mark.parametrize("level", LEVELS)
def test_no_byte_of_a_site_tells_a_birth_date(shop: Built, level: str) -> None:
    births = {text.encode() for text in shop.births}
    for path, content in shop.sites[level].items():
        assert not set(DATE.findall(content)) & births, path
    days = shop.tables["customers"]["birth_day"].dropna().astype("int64").to_numpy()
    for path, column in decoded(shop.sites[level]):
        if len(column) > 20 and column.dtype.kind in "iuf":
            assert np.isin(column, days[np.abs(days) > 300]).mean() < 0.5, path


def test_public_has_no_row_about_a_person(shop: Built) -> None:
    names = set(shop.sites["public"])
    assert not {f"data/{name}.csv" for name in ("customers", "units_by_customer")} & names
    assert "customers.html" not in names
    assert not [name for name in names if name.startswith(("assets/members", "assets/sample"))]
    tables = shop.reports["public"].tables
    assert not {"dashboard_lines", "dashboard_sample", "dashboard_people"} & set(tables)
    for path, content in shop.sites["public"].items():
        if path.endswith(".csv"):
            header = content.split(b"\r\n")[0]
            assert b"customer_id" not in header, path
            assert b"transaction_id" not in header, path


def test_public_cubes_add_up_and_show_no_cell_of_fewer_than_five(shop: Built) -> None:
    tables = shop.reports["public"].tables
    cubes, names = tables["dashboard_cubes"], tables["dashboard_names"].set_index("dimension")
    assert {"days", "products"} <= set(cubes["cube"])
    for measure in ("gross", "returns", "tax", "units", "purchases", "credited_returns"):
        totals = cubes.groupby("cube")[measure].sum()
        assert (totals == tables["by_year"][measure].sum()).all(), measure
    lines = shop.tables["dashboard_lines"]
    credited = lines.assign(
        day=lines["purchase_day"].fillna(lines["day"]).astype("int64"),
        channel=lines["purchase_channel"].fillna(lines["channel"]),
    )
    both = pd.concat([lines, credited[credited["amount"] < 0]])
    both["month"] = both["day"].to_numpy().astype("datetime64[D]").astype("datetime64[M]")
    counted = 0
    for cube, keys in {"products": ["category", "subcategory"], "cities": ["city"]}.items():
        part = cubes[cubes["cube"] == cube]
        if part.empty or tables["cubes"].set_index("cube")["grain"][cube] != "month":
            continue
        people = both.groupby(["month", *keys])["customer_id"].nunique()
        known = names.loc["product" if cube == "products" else "city"].set_index("code")
        for row in part.itertuples():
            month = np.datetime64(int(row.day), "D").astype("datetime64[M]")
            named = known.loc[row.product if cube == "products" else row.city]
            key = (named["category"], named["name"]) if cube == "products" else (named["name"],)
            if (month, *key) in people.index:  # else not shown, or names that are joined
                counted += 1
                assert people[(month, *key)] >= MINIMUM, (cube, month, key)
    assert counted > 20


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_every_group_of_every_public_table_has_five_customers(shop: Built) -> None:
    counted = 0
    for path, content in shop.sites["public"].items():
        if not path.startswith("data/") or not path.endswith(".csv"):
            continue
        for row in rows(content):
            for name in ("buyers", "customers", "bought", "shared", "count"):
                if row.get(name, "") != "":
                    counted += 1
                    size = int(float(row[name]))
                    assert size >= MINIMUM or size == 0, (path, row)
            if row.get("buyers") == "0":
                assert float(row["gross"]) == float(row["net"]) == 0, (path, row)
    assert counted > 1_000


def test_public_figures_add_up_to_those_of_all(shop: Built) -> None:
    for name in (
        "by_day",
        "by_month",
        "by_city",
        "by_gender",
        "by_subcategory",
        "weekday_by_month",
    ):
        if f"data/{name}.csv" in shop.sites["public"]:
            public, internal = (
                sum(
                    round(float(row["net"]) * 1_000)
                    for row in rows(shop.sites[level][f"data/{name}.csv"])
                )
                for level in ("public", "internal")
            )
            assert public == internal, name


def test_what_is_published_less_finely_is_told(shop: Built) -> None:
    told = {row["table"] for row in rows(shop.sites["public"]["data/privacy_notes.csv"])}
    names = {path[5:-4] for path in shop.sites["public"] if path.startswith("data/")}
    gone = {name for name, table in shop.tables.items() if len(table)} - names
    assert gone - told - {"input_files", "movement_states", "segment_map"} == set()
    page = shop.sites["public"]["quality.html"].decode()
    assert "left out" in page


def test_pages_work_with_what_is_left(shop: Built) -> None:
    files = shop.sites["public"]
    for name in ("index.html", "returns.html", "quality.html", "methods.html"):
        assert name in files
    assert b'data-figure="trend"' in files["index.html"]
    links = re.findall(r'(?:href|src)="([^"#:]+)"', files["index.html"].decode())
    assert [link for link in links if link not in files and link != "index.html"] == []


def test_internal_shows_rows_by_pseudonym(shop: Built) -> None:
    listed = rows(shop.sites["internal"]["data/customers.csv"])
    assert len(listed) == len(shop.customers)
    assert all(re.fullmatch("[a-z2-7]{13}", row["customer_id"]) for row in listed)
    assert "birth_day" not in listed[0]
    table, private = shop.lists["internal"]["customers"]
    assert dict(zip(private["customer_pseudonym"], private["customer_id"], strict=True)).keys() == {
        row["customer_id"] for row in listed
    }
    assert table.names[0] == "customer_id"


# ---- a build, from the command line's point of view ----


def test_a_build_keeps_lists_outside_the_site_for_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETAIL_KEY", "key of the tests")
    settings = tmp_path / "retail.toml"
    settings.write_text(
        f'[input]\nfolder = "{ROOT / "data/sample"}"\n[clusters]\nevery_pair = false\n'
        'permutations = 0\nsubsamples = 0\n[privacy]\nlevel = "public"\n',
        encoding="utf-8",
    )
    monkeypatch.delenv("RETAIL_KEY")
    monkeypatch.setenv("CI", "true")  # no key can be made, and none is needed
    site = pipeline.build(config.load(settings))
    assert stat.S_IMODE((tmp_path / ".retail").stat().st_mode) & 0o007 == 0
    lists = tmp_path / ".retail/private"
    assert stat.S_IMODE(lists.stat().st_mode) == 0o700
    files = [path for path in lists.rglob("*") if path.is_file()]
    wanted = {"customers.csv", "refunds_beyond.csv", "orphan_refunds.csv", "rejects.csv"}
    assert wanted <= {path.name for path in files}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not (tmp_path / ".retail/pseudonym.key").exists()
    assert not (site / "customers.html").exists()
