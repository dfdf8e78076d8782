"""Names that try to be script, markup, template or formula: they are shown as text, and only that."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from driving import OPEN
from sites import SAMPLE, Site, build

HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    "<img src=x onerror=window.pwned=1>",
    "{{ 7 * 7 }}{% raw %}",
    "${window.pwned=1}`",
    "line\u2028and\u2029paragraph",
    "=HYPERLINK(1)",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "x" * 10_000,
    "\u202eright to left",
    "__proto__",
    "constructor",
    "'\"&;--",
    "名前 🛍️",
)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample with hostile names of products, channels, cities and genders."""
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "input"
    shutil.copytree(SAMPLE, source, ignore=shutil.ignore_patterns(".retail", "site"))
    rename(source / "prod_cat_info.csv", {"prod_cat": 5, "prod_subcat": 0})
    rename(source / "cities.csv", {"name": 3})
    rename(source / "Transactions.csv", {"Store_type": 7})
    rename(source / "Customer.csv", {"Gender": 1})
    return build(source, folder)


def rename(path: Path, columns: dict[str, int]) -> None:
    """Each distinct value of the columns becomes a hostile one, from a place in the list on."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column, start in columns.items():
        known = sorted({row[column] for row in rows} - {""})
        names = {k: HOSTILE[(start + i) % len(HOSTILE)] for i, k in enumerate(known)}
        for row in rows:
            row[column] = names.get(row[column], "")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_hostile_names_run_nothing_and_break_nothing(page, hostile_site: Site) -> None:
    page.goto(hostile_site.url)
    page.wait_for_function(OPEN)
    page.evaluate(
        """() => { const { page, toggle, mounted } = window.retailReport.linked;
        for (const name of ["channel", "city", "gender", "product"]) toggle(name, [0]);
        for (const it of mounted.values()) it.element.querySelector("details.figure-table").open = true; }"""
    )
    for y in range(0, 6000, 700):
        page.evaluate(f"window.scrollTo({{ top: {y}, behavior: 'instant' }})")
        page.wait_for_timeout(60)
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script").count() == 0
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function(OPEN)
    assert page.locator(".chip").count() == 4
    assert page.locator("#notice").is_hidden()


def test_exported_names_start_no_formula(page, hostile_site: Site) -> None:
    page.goto(hostile_site.url)
    page.wait_for_function(OPEN)
    holder = page.locator('[data-figure="products"]')
    holder.locator(".menu summary").click()
    with page.expect_download() as download:
        holder.get_by_role("button", name="CSV", exact=True).click()
    with open(download.value.path(), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(io.StringIO(file.read())))
    names = {row["subcategory"] for row in rows}
    assert "'=HYPERLINK(1)" in names
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]
