"""Names that try to be script, markup, template or formula: they are shown as text, and only that."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
from pathlib import Path

import pytest
from driving import OPEN, bring, opened, see, settled
from sites import SAMPLE, Site, build

SHARED = Path(os.environ.get("RETAIL_SHARED", SAMPLE.parents[2] / "shared")) / "data"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
        """() => { const { mounted, store: { toggle } } = window.retailReport.linked;
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


def test_a_city_called_constructor_keeps_its_name_in_the_dark(new_page, hostile_site: Site) -> None:
    page = opened(new_page(color_scheme="dark"), hostile_site)
    see(page, "cities")
    names = page.evaluate(
        "window.retailReport.linked.mounted.get('cities').view.scale('y').domain()"
    )
    assert "constructor" in names


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


# ---- the shared list of naughty strings, each in every text column ----

NAUGHTY = SHARED / "naughty_strings" / "blns.txt"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")  # not text: intake refuses a file with them
FORMULA = re.compile(r"['\s]*[=+\-@|＝＋－＠]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")


def naughty() -> list[str]:
    """The list, and the names above; each once, as it is when blanks at its ends are cut."""
    lines = NAUGHTY.read_text(encoding="utf-8").split("\n")
    texts = [line.strip() for line in lines if not line.startswith("#")]
    return [text for text in dict.fromkeys([*HOSTILE, *texts]) if text and not CONTROL.search(text)]


@pytest.fixture(scope="module")
def naughty_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A shop in which customers, products, channels, cities and genders all have naughty names."""
    folder = tmp_path_factory.mktemp("naughty")
    source = folder / "input"
    source.mkdir()
    names, rng = naughty(), random.Random(5)
    with (source / "Transactions.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["transaction_id", "customer_id", "date", "category", "subcategory", "channel", "city",
             "quantity", "amount", "tax"]
        )  # fmt: skip
        for number in range(6 * len(names)):
            one, other = names[number % len(names)], rng.choice(names)
            date = f"{2012 + number % 2}-{1 + number % 12:02}-{1 + number % 28:02}"
            sale = [f"{number} {one}", other, date, names[number % len(names) % 40], one, one, one]
            rows.writerow([*sale, rng.randint(1, 4), f"{rng.randint(100, 9999)}.50", "1.00"])
    with (source / "Customer.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_id", "birth_date", "gender", "city"])
        rows.writerows([name, "1980-12-31", name, name] for name in names)
    return build(source, folder, privacy="raw")


@pytest.mark.slow
@pytest.mark.needs_data("naughty_strings")
@pytest.mark.parametrize("width", [360, 1280])
def test_naughty_strings_are_shown_as_text_on_every_page(new_page, naughty_site, width) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    pages = sorted(naughty_site.folder.glob("*.html"))
    assert len(pages) > 10
    for path in pages:
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        assert page.evaluate("window.pwned") is None, path.name
        assert page.locator("main script, main iframe, main style").count() == 0, path.name
        assert page.locator("main img:not(.figure-still)").count() == 0, path.name
        assert page.evaluate(WIDE) <= 0, path.name


@pytest.mark.slow
@pytest.mark.needs_data("naughty_strings")
def test_naughty_strings_can_be_filtered_and_leave_as_text(page, naughty_site) -> None:
    opened(page, naughty_site)
    page.evaluate(
        """() => { const { mounted, store: { toggle } } = window.retailReport.linked;
        for (const name of ["channel", "city", "gender", "product"]) toggle(name, [0, 1, 2, 3]);
        for (const it of mounted.values()) it.element.querySelector("details.figure-table").open = true; }"""
    )
    settled(page)
    for key in page.evaluate("[...window.retailReport.linked.render.views.keys()]"):
        see(page, key)
    settled(page)
    assert page.evaluate(WIDE) <= 0
    again = page.url
    page.evaluate("window.retailReport.linked.store.clear()")
    settled(page)
    for key in ("products", "channels", "cities", "scatter"):
        holder = page.locator(f'[data-figure="{key}"]')
        holder.locator(".menu summary").click()
        with page.expect_download() as download:
            holder.get_by_role("button", name="CSV", exact=True).click()
        safe(Path(download.value.path()))
    bring(page, "#customers")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the selection").click()
    rows = safe(Path(download.value.path()))
    assert len(rows) == 1 + len(naughty_site.report["customers"])
    page.goto("about:blank")
    page.goto(again)
    page.wait_for_function(OPEN)
    assert page.locator(".chip").count() == 4
    assert page.locator("#notice").is_hidden()


@pytest.mark.slow
@pytest.mark.needs_data("naughty_strings")
def test_downloads_of_naughty_strings_start_no_formula(naughty_site) -> None:
    files = sorted((naughty_site.folder / "data").rglob("*.csv"))
    assert len(files) > 20
    for file in files:
        safe(file)


def safe(file: Path) -> list[list[str]]:
    """The rows of a CSV in which no cell is a formula to a spreadsheet."""
    with file.open(newline="", encoding="utf-8") as opened_file:
        rows = list(csv.reader(opened_file))
    for row in rows:
        assert len(row) == len(rows[0]), (file.name, row[:3])
        for cell in row:
            is_safe = cell.startswith("'") or NUMBER.match(cell) or not FORMULA.match(cell)
            assert is_safe, (file.name, cell[:60])
    return rows
