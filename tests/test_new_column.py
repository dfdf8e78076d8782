"""The recipes of docs/architecture.md for a new column and a new figure: one record each, and all of it works.

A copy of the package gets the records, and builds a site of the sample with a column more of the lines, and one
more of the customers.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
RECORD = """
    Dimension(
        "store_manager",
        "Store manager",
        "store managers",
        inputs={"transactions": "who ran the shop that day"},
        headers="storemanager",
        is_attributed=True,
    ),
    Dimension(
        "tier",
        "Tier",
        "tiers",
        of="customer",
        inputs={"customers": "of the loyalty card"},
    ),
"""
LAST = '    Dimension(\n        "gender",'
FIGURE = """
    Metric(
        "units_per_purchase",
        "Units per purchase",
        "quantity",
        {"units": 1},
        {"purchases": 1},
        needs="quantity",
        subject="Buying",
        meaning="How many pieces a purchase comes to.",
        formula="units / purchases",
    ),
"""
TIERS = ("gold", "iron")
MANAGERS = ("Ann", "Bob", "Cyd")
CONFIG = """
title = "Shop with managers"
[input]
folder = "in"
[privacy]
level = "{level}"
[clusters]
permutations = 2
subsamples = 2
every_pair = false
[columns.transactions]
transaction_id = "transaction_id"
customer_id = "cust_id"
date = "tran_date"
subcategory = "prod_subcat_code"
category = "prod_cat_code"
quantity = "Qty"
unit_price = "Rate"
tax = "Tax"
amount = "total_amt"
channel = "Store_type"
store_manager = "Manager on duty"
[columns.customers]
customer_id = "customer_Id"
birth_date = "DOB"
gender = "Gender"
city = "city_code"
tier = "tier"
{more}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its templates, with the record; the sample's last year, with the column."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(
        ROOT / "retail", folder / "retail", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "templates").symlink_to(ROOT / "templates")
    records = folder / "retail" / "schema" / "dimensions.py"
    text = records.read_text(encoding="utf-8")
    assert text.count(LAST) == 1
    records.write_text(text.replace(LAST, RECORD.lstrip("\n") + LAST), encoding="utf-8")
    figures = folder / "retail" / "schema" / "metrics.py"
    text = figures.read_text(encoding="utf-8")
    assert text.count("\n)\nMETRICS = ") == 1
    text = text.replace("\n)\nMETRICS = ", f"{FIGURE})\nMETRICS = ").replace(
        '    "return_rate",\n)', '    "return_rate",\n    "units_per_purchase",\n)'
    )
    figures.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "sample", folder / "in")
    (folder / "in" / "retail.toml").unlink()
    path = folder / "in" / "Transactions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    kept = [[*row, manager(row[0])] for row in rows if row[2].endswith(("2024", "2025"))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*header, "Manager on duty"], *kept])
    path = folder / "in" / "Customer.csv"
    head, *people = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{person},{TIERS[number % 2]}" for number, person in enumerate(people)]
    path.write_text("\n".join([f"{head},tier", *rows, ""]), encoding="utf-8")
    return folder


def manager(transaction: str) -> str:
    """Who was on duty: the same for all lines of a transaction, but not its returns' own."""
    return MANAGERS[hashlib.sha256(transaction.encode()).digest()[0] % 3]


def built(project: Path, level: str, more: str = "") -> Path:
    """The site at a level of privacy."""
    config = project / f"{level}.toml"
    config.write_text(
        f'output = "{level}"\nwork = ".work-{level}"\n' + CONFIG.format(level=level, more=more),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "retail.cli", "build", "--config", str(config)]
    run = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return project / level


def payload(site: Path) -> dict[str, Any]:
    """What the dashboard's script gets."""
    (path,) = site.glob("assets/dashboard.*.js")
    found = re.search(r"= JSON\.parse\('(.*)'\);$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    values: dict[str, Any] = json.loads(re.sub(r"\\(.)", r"\1", found.group(1)))
    return values


@pytest.fixture(scope="module")
def internal(project: Path) -> Path:
    """The site at the default level, with a slice by the column."""
    return built(project, "internal", '[[slices]]\nwhere = { store_manager = "Ann" }')


def test_sums_by_the_column_add_up(project: Path, internal: Path) -> None:
    table = pd.read_csv(internal / "data" / "by_store_manager.csv")
    lines = pd.read_csv(project / "in" / "Transactions.csv")
    assert table["store_manager"].tolist() == list(MANAGERS)
    by_channel = pd.read_csv(internal / "data" / "by_channel.csv")
    sums = ["gross", "returns", "net", "lines", "purchases", "credited_returns"]
    assert table[sums].sum().round(2).tolist() == by_channel[sums].sum().round(2).tolist()
    for row in table.to_dict("records"):
        own = lines[lines["Manager on duty"] == row["store_manager"]].drop_duplicates()
        assert row["gross"] == pytest.approx(own["total_amt"].clip(lower=0).sum(), abs=0.01)


def test_sums_by_a_column_of_customers_add_up_to_those_of_known_customers(internal: Path) -> None:
    table = pd.read_csv(internal / "data" / "by_tier.csv").set_index("tier")
    customers = pd.read_csv(internal / "data" / "customers.csv")
    assert table.index.tolist() == list(TIERS)
    known = customers.groupby("tier")[["gross", "returns", "net", "lines", "purchases"]].sum()
    pd.testing.assert_frame_equal(table[known.columns], known)


def test_a_new_figure_is_a_key_figure_an_entry_and_a_record_for_the_page(internal: Path) -> None:
    key_figures = pd.read_csv(internal / "data" / "key_figures.csv").set_index("figure")
    by_year = pd.read_csv(internal / "data" / "by_year.csv")
    expected = by_year["units"].sum() / by_year["purchases"].sum()
    assert key_figures.loc["units_per_purchase", "value"] == pytest.approx(expected, abs=0.005)
    assert 'id="units-per-purchase"' in (internal / "methods.html").read_text(encoding="utf-8")
    assert payload(internal)["metrics"][-1]["over"] == {"units": 1}


def test_summary_and_movers_know_it(internal: Path) -> None:
    summary = json.loads((internal / "summary.json").read_text(encoding="utf-8"))
    assert list(summary["net_by"]["store_manager"]) == list(MANAGERS)
    movers = pd.read_csv(internal / "data" / "month_movers.csv")
    assert "store_manager" in set(movers["dimension"])
    mix = pd.read_csv(internal / "data" / "segment_mix.csv")
    assert "store_manager" in set(mix["dimension"])


def test_the_page_declares_a_filter_and_draws_bars(internal: Path) -> None:
    values = payload(internal)
    declared = {one["name"]: one for one in values["dimensions"]}
    assert declared["store_manager"] == {
        "name": "store_manager",
        "title": "Store manager",
        "many": "store managers",
        "of": "line",
        "isAttributed": True,
        "figure": "store-managers",
    }
    assert (declared["tier"]["of"], declared["tier"]["figure"]) == ("customer", None)
    assert values["names"]["tier"] == sorted([*TIERS, "Unknown"])
    assert values["names"]["store_manager"] == list(MANAGERS)
    assert values["bars"]["store_manager"]
    assert values["specs"]["store-managers"]
    codes = base64.b64decode(values["lines"]["store_manager"]["data"])
    assert len(codes) == values["lines"]["count"]
    assert set(codes) == {0, 1, 2}
    index = (internal / "index.html").read_text(encoding="utf-8")
    assert 'data-figure="store-managers"' in index
    returns = (internal / "returns.html").read_text(encoding="utf-8")
    assert 'data-figure="returns-store-managers"' in returns


def test_the_page_filters_by_it_and_its_address_says_so(page: Any, internal: Path) -> None:
    ready = "() => document.documentElement.dataset.settled && window.retailReport.linked.store.data.members"
    index = (internal / "index.html").as_uri()
    page.goto(f"{index}#period=all")
    page.wait_for_function(ready)
    page.locator(".sheet > summary").click()
    summary = page.locator('details.picker[data-filter="store_manager"]')
    assert summary.locator("summary").text_content() == "Store manager"
    summary.locator("summary").click()
    summary.get_by_label("Bob").check()
    page.wait_for_function("() => location.hash.includes('store_manager=Bob')")
    shown = "() => window.retailReport.linked.keyFigures().values"
    filtered = page.evaluate(shown)
    table = pd.read_csv(internal / "data" / "by_store_manager.csv").set_index("store_manager")
    assert filtered["net"]["value"] == pytest.approx(10 * table.loc["Bob", "net"])
    assert filtered["purchases"]["value"] == table.loc["Bob", "purchases"]
    assert filtered["units_per_purchase"]["value"] == pytest.approx(
        table.loc["Bob", "units"] / table.loc["Bob", "purchases"]
    )
    tile = page.locator('[data-key="units_per_purchase"]')
    assert "Units per purchase" in tile.text_content()
    assert filtered["return_rate"]["value"] == pytest.approx(
        table.loc["Bob", "return_rate"], rel=1e-4
    )
    page.goto("about:blank")
    page.goto(f"{index}#store_manager=Cyd")
    page.wait_for_function(ready)
    assert page.evaluate(shown)["purchases"]["value"] == table.loc["Cyd", "purchases"]


def test_a_slice_by_it_has_a_page(internal: Path) -> None:
    (page,) = internal.glob("slice-*.html")
    assert "Only store manager Ann" in page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def public(project: Path) -> Path:
    """The site at the level public, where sums travel instead of lines."""
    return built(project, "public")


def test_the_public_level_has_it_in_groups_and_cubes(public: Path) -> None:
    site = public
    table = pd.read_csv(site / "data" / "by_store_manager.csv")
    assert (table["buyers"] >= 5).all()
    cubes = pd.read_csv(site / "data" / "cubes.csv")
    assert any("store_manager" in text.split(", ") for text in cubes["dimensions"])
    assert set(payload(site)["names"]["store_manager"]) >= set(MANAGERS)


def test_the_dashboard_of_the_public_level_filters_by_it(page: Any, public: Path) -> None:
    page.goto((public / "index.html").as_uri() + "#store_manager=Bob")
    page.wait_for_function("() => document.documentElement.dataset.settled")
    assert page.locator(".chip-name").all_text_contents() == ["Store manager"]
    assert page.locator(".chip-words").all_text_contents() == ["Bob"]
    table = pd.read_csv(public / "data" / "by_store_manager.csv").set_index("store_manager")
    net = float(page.locator('[data-key="net"] .tile-value').inner_text().replace(",", ""))
    assert 0 < net <= table.loc["Bob", "net"]  # what few customers bought is under Not shown
