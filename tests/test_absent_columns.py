"""A shop without customers, and one without ages, gender, cities, categories: no page, table or word of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from retail import config, pipeline
from retail.errors import InputError
from retail.schema.absent import OF_CUSTOMERS


def lines_of(count: int) -> str:
    return "receipt,day,article,shop,total\n" + "".join(
        f"{at // 2},2024-0{at % 6 + 1}-1{at % 8},{'AB'[at % 2]},{'xyz'[at % 3]},{at * 7919 % 1009}.50\n"
        for at in range(count)
    )


NO_CUSTOMERS = """
[input]
transactions = "lines.csv"
[columns.transactions]
transaction_id = "receipt"
date = "day"
category = "article"
channel = "shop"
amount = "total"
"""
MARKS = """() => {
  const root = window.retailReport.linked.mounted.get("trend").view.scenegraph().root;
  const marks = (node) => (["symbol", "rect"].includes(node.marktype) ? node.items.length : 0)
    + (node.items ?? []).reduce((sum, item) => sum + marks(item), 0);
  return marks(root);
}"""
ONE_LINE = "customer_id,date,amount\n1,2024-05-06,7\n"


def build(folder: Path, lines: str, toml: str = NO_CUSTOMERS) -> Path:
    (folder / "lines.csv").write_text(lines, encoding="utf-8")
    (folder / "retail.toml").write_text(toml, encoding="utf-8")
    return pipeline.build(config.load(folder / "retail.toml"), with_slices=True)


def names(site: Path, ending: str) -> set[str]:
    return {path.stem for path in site.rglob(f"*.{ending}")}


def heads(site: Path) -> dict[str, list[str]]:
    found = {}
    for path in site.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = next(csv.reader(file))
    return found


@pytest.mark.parametrize("count, kilobytes", [(120, 1500), (5000, 6)])
def test_a_shop_without_customers_has_no_page_table_or_column_of_them(
    tmp_path: Path, count: int, kilobytes: int, page: object
) -> None:
    toml = f"{NO_CUSTOMERS}[publish]\ndashboard_kilobytes = {kilobytes}\n"
    site = build(tmp_path, lines_of(count), toml)
    tables = heads(site)
    assert ("cubes" in tables) == (kilobytes == 6)
    assert not OF_CUSTOMERS & set(tables)
    assert not {"buyers", "customer_id", "gender", "city"} & {n for h in tables.values() for n in h}
    pages = names(site, "html")
    assert pages == {
        *("index", "changes", "quality", "methods", "runs", "digest", "404"),
    }
    summary = json.loads((site / "summary.json").read_text(encoding="utf-8"))
    assert summary["money"]["net"] == sum(at * 7919 % 1009 + 0.5 for at in range(count))
    assert summary["customers"] == dict.fromkeys(summary["customers"])
    assert summary["rfm"] is None
    for name in sorted(pages):
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_timeout(200)
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector(".tiles")
    labels = page.locator(".tiles dt").all_inner_texts()
    assert any("Net revenue" in label for label in labels)
    assert not any("Buyers" in label for label in labels)
    filters = page.locator("[data-filter]").evaluate_all(
        "all => all.map((it) => it.dataset.filter)"
    )
    assert set(filters) == {"product", "channel"}


def test_that_a_shop_has_no_customers_is_said_and_not_guessed(tmp_path: Path) -> None:
    lines = "date,amount,client\n2024-05-06,7,ann\n"
    with pytest.raises(InputError, match="can't tell which column holds customer_id"):
        build(tmp_path, lines, '[input]\ntransactions = "lines.csv"\n')


def test_one_line_draws_and_names_nothing_that_is_absent(tmp_path: Path, page: object) -> None:
    site = build(tmp_path, ONE_LINE, '[input]\ntransactions = "lines.csv"\n')
    for path in sorted(site.rglob("*.csv")):
        assert "Unknown" not in path.read_text(encoding="utf-8"), path
    for name in sorted(names(site, "html")):
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_timeout(200)
        if name not in ("methods", "404"):
            assert "Unknown" not in page.locator("main").inner_text(), name
    page.goto((site / "index.html").as_uri())
    page.wait_for_function(
        f"() => window.retailReport.linked?.mounted.get('trend')?.view && ({MARKS})() === 1"
    )


def test_no_customers_of_the_field(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """180 receipts of a supermarket."""
    lines = (shared_data("field") / "no_customers.csv").read_text(encoding="utf-8")
    fields = {
        "transaction_id": "Invoice ID", "date": "Date", "city": "City", "category": "Product line",
        "quantity": "Quantity", "unit_price": "Unit price", "tax": "Tax 5%", "amount": "Total",
    }  # fmt: skip
    columns = "".join(f"{field} = {json.dumps(header)}\n" for field, header in fields.items())
    toml = f'[input]\ntransactions = "lines.csv"\n[columns.transactions]\n{columns}'
    site = build(tmp_path, lines, toml)
    with (site / "data" / "key_figures.csv").open(encoding="utf-8", newline="") as file:
        figures = {row["figure"]: row["value"] for row in csv.DictReader(file)}
    assert (float(figures["net"]), float(figures["tax"])) == (47567.835, 2265.135)
    assert float(figures["transactions"]) == 180


def test_cities_of_lines_are_none_of_customers(tmp_path: Path) -> None:
    lines = "customer_id,date,city,amount\n" + "".join(
        f"c{at % 4},2024-05-{at + 10},{'Oslo' if at % 2 else 'Rome'},{at + 1}\n" for at in range(12)
    )
    site = build(tmp_path, lines, '[input]\ntransactions = "lines.csv"\n')
    assert "by_city" in heads(site)
    assert "city" not in heads(site)["customers"]
    assert "Unknown" not in (site / "data" / "segment_mix.csv").read_text(encoding="utf-8")
