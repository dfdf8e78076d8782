"""The customers page: everyone, searched, sorted and paged out of files of some rows each."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from retail.charts import drawing
from retail.render import RunInfo, customer_files, publish, render
from retail.render.site_tables import site_tables

DONE = "() => document.querySelector('#people').dataset.settled === 'true'"
INFO = RunInfo("test", "2024-03-01T02:00:00+00:00", 1.0, "pandas")


@pytest.fixture(scope="module")
def people_site(sample_site, tmp_path_factory):
    """The sample's customers in files of 300."""
    usual, customer_files.FILE_ROWS = customer_files.FILE_ROWS, 300
    try:
        files = render(sample_site.report, drawing.draw(sample_site.report), INFO)
    finally:
        customer_files.FILE_ROWS = usual
    return publish(files, tmp_path_factory.mktemp("people") / "site")


@pytest.fixture
def table(page, people_site):
    page.goto((people_site / "customers.html").as_uri())
    page.wait_for_function(DONE)
    return page


def ids(page) -> list[str]:
    page.wait_for_function(DONE)
    return page.locator("#people tbody th").all_text_contents()


def test_pages_go_through_everyone_by_net_revenue(table, sample_site) -> None:
    everyone = sample_site.report["customers"]
    wanted = everyone.sort_values("net", ascending=False, kind="stable")["customer_id"].tolist()
    assert ids(table) == wanted[:50]
    for _ in range(6):  # from one file into the next
        table.get_by_role("button", name="Next").click()
    table.get_by_text("Page 7 of").wait_for()
    assert ids(table) == wanted[300:350]
    table.get_by_role("button", name="Last").click()
    table.locator(".pager", has_text="Page 53 of 53").wait_for()
    assert ids(table) == wanted[2600:]


def test_any_column_sorts_all_customers(table, sample_site) -> None:
    everyone = sample_site.report["customers"].sort_values("net", ascending=False, kind="stable")
    table.get_by_role("button", name="Recency").click()
    table.locator('th[aria-sort="descending"]').wait_for()
    wanted = everyone.sort_values("recency_days", ascending=False, kind="stable")
    assert ids(table) == wanted["customer_id"].head(50).tolist()
    table.get_by_role("button", name="Recency").click()
    table.locator('th[aria-sort="ascending"]').wait_for()
    wanted = everyone.sort_values("recency_days", kind="stable")
    assert ids(table) == wanted["customer_id"].head(50).tolist()
    count = table.locator(".customer-count")
    assert count.text_content() == "2,626 of 2,626 customers, the first 1,000 are listed"


def test_a_search_finds_texts_of_any_column(table, sample_site) -> None:
    everyone = sample_site.report["customers"]
    wanted = everyone[everyone["segment"] == "Champions"]
    table.get_by_label("Search").fill("CHAMPIONS")
    table.get_by_text(f"{len(wanted):,} of 2,626 customers").wait_for()
    last = wanted.sort_values("net", ascending=False, kind="stable")["customer_id"].iloc[-1]
    table.get_by_label("Search").fill(last)
    table.get_by_text("1 of 2,626 customers").wait_for()
    assert ids(table) == [last]
    table.get_by_role("link", name="Champions").click()
    table.wait_for_url("**/segment-champions*.html")


def test_no_file_grows_with_the_customers(sample_site) -> None:
    customers = site_tables(sample_site.report)["customers"]
    files = customer_files.files(customers, sample_site.report.units, {}).files
    assert [Path(path).name for path in files] == ["0.js", "1.js"]
    fewer = dataclasses.replace(customers, frame=customers.frame.head(customer_files.FILE_ROWS))
    assert len(customer_files.files(fewer, sample_site.report.units, {}).files) == 1
