"""Pages as a reader's browser takes them: quiet under the policy, nothing runs, nothing overflows.

The `new_page` fixture fails a test whose page logs, throws or asks another host for anything.
"""

from __future__ import annotations

import pandas as pd
import pytest

from retail.render import publish, render

PAGES = ("segments", "clusters", "customers", "quality", "methods", "404")
TEXTS = [
    "</script><img src=x onerror='window.ran=1'><script>window.ran=1</script>",
    "W" * 10_000,
    "\u202eright to left\u202c \u2067isolate\u2028",
]
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, select")].filter((e) => {
    const box = e.getBoundingClientRect();
    const isInline = getComputedStyle(e).display === "inline";
    return box.width && !isInline && (box.height < 24 || box.width < 24) && !e.matches(".skip");
}).map((e) => e.outerHTML)"""


@pytest.mark.parametrize("text", TEXTS, ids=["markup", "long", "bidi"])
def test_hostile_text_neither_runs_nor_breaks_a_page(text, report_of, site_of, new_page, tmp_path):
    site = publish(site_of(report_of(text, text, text)), tmp_path / "site")
    page = new_page(viewport={"width": 360, "height": 780})
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate("window.ran") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert page.locator("h1").count() == 1


def test_a_keyboard_reaches_the_content_and_targets_are_large(
    small_report, site_of, new_page, tmp_path
):
    site = publish(site_of(small_report), tmp_path / "site")
    page = new_page()
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.id === 'main'")
        assert page.evaluate(SMALL_TARGETS) == [], name


def test_what_names_the_run_is_filled_in(small_report, site_of, new_page, tmp_path):
    site = publish(site_of(small_report), tmp_path / "site")
    page = new_page()
    page.goto((site / "quality.html").as_uri())
    page.locator("[data-run=run_id]").get_by_text("r1").wait_for()
    assert "2014" in page.locator("[data-run=started]").inner_text()
    assert page.locator("[data-run-table] tbody tr").all_inner_texts() == [
        "transactions\tTransactions.csv\t10\t1\t" + "ab" * 32
    ]


def test_checks_against_the_last_run_are_told_on_every_page(small_report, run, new_page, tmp_path):
    rows = [
        ("steady_volume", "warn", "much as in the last run", "3 lines, 900 then", "warn"),
        ("steady_names", "info", "the same names", "new: <b>Tea</b>", "warn"),
    ]
    table = pd.DataFrame(rows, columns=["check", "severity", "expectation", "observed", "verdict"])
    files = render(small_report, {}, run, run_tables={"run_checks": table})
    site = publish(files, tmp_path / "site")
    page = new_page()
    page.goto((site / "methods.html").as_uri())
    page.get_by_text("1 check against the last run did not hold.").wait_for()
    page.locator("[data-run-failed] a").click()
    page.wait_for_url("**/quality.html#run-checks")
    page.locator("[data-run-table=checks] tbody tr").first.wait_for()
    assert page.locator("[data-run-table=checks] tbody td").all_text_contents() == [
        *("warn", "steady_volume", "much as in the last run", "3 lines, 900 then", "warn"),
        *("warn", "steady_names", "the same names", "new: <b>Tea</b>", "info"),
    ]


def test_pages_say_all_with_scripts_off(small_report, site_of, new_page, tmp_path):
    site = publish(site_of(small_report), tmp_path / "site")
    page = new_page(java_script_enabled=False)
    page.goto((site / "segments.html").as_uri())
    assert page.locator("noscript p").first.is_visible()
    page.locator("summary", has_text="Recency by frequency").click()
    page.get_by_role("cell", name="1,203.45").first.wait_for()
