"""The stale banner, by the reader's clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retail.render import assets
from retail.schema.units import Units

PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>'
    '<link rel="icon" href="data:,"><main id="main"><h1>Figures</h1></main>'
    "<p>Generated<span data-run-inputs></span>.</p>"
    '<script defer src="pages.js"></script><script defer src="run.js"></script>'
)


def lay_out(folder: Path) -> None:
    """A page with the script of the pages; run.js is the test's."""
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "pages.js").write_bytes(assets.script("pages", Units(2, 0)))


@pytest.mark.parametrize(
    "now, hours, said",
    [
        ("2024-03-01T14:00:00Z", 36, ""),
        ("2024-03-02T15:00:00Z", 36, "37 hours old"),
        ("2024-03-11T02:00:00Z", 36, "10 days old"),
        ("2024-03-11T02:00:00Z", 0, ""),
        ("2020-01-01T00:00:00Z", 36, ""),
    ],
)
def test_the_banner(
    tmp_path: Path, new_page: Callable[..., Any], now: str, hours: int, said: str
) -> None:
    run = {"started": "2024-03-01T02:00:00+00:00", "stale_after_hours": hours}
    lay_out(tmp_path)
    (tmp_path / "run.js").write_text(
        f"window.retailReport = {{ run: {json.dumps(run)} }};", encoding="utf-8"
    )
    page = new_page()
    page.clock.install(time=now)
    page.goto((tmp_path / "index.html").as_uri())
    banner = page.locator("#stale")
    assert banner.count() == (1 if said else 0)
    if said:
        assert said in banner.inner_text()
        assert "2024-03-01" in banner.inner_text()


def test_a_run_that_found_nothing_new_counts_for_the_banner(
    tmp_path: Path, new_page: Callable[..., Any]
) -> None:
    run = {
        "started": "2024-03-01T02:00:00+00:00",
        "checked": "2024-03-10T02:00:00+00:00",
        "stale_after_hours": 36,
    }
    lay_out(tmp_path)
    (tmp_path / "run.js").write_text(
        f"window.retailReport = {{ run: {json.dumps(run)} }};", encoding="utf-8"
    )
    page = new_page()
    page.clock.install(time="2024-03-11T02:00:00Z")
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator("#stale").count() == 0
    page.clock.set_fixed_time("2024-03-11T15:00:00Z")
    page.reload()
    said = page.locator("#stale").inner_text()
    assert "37 hours" in said
    assert "2024-03-01" in said, "when the pages were made"
    assert "2024-03-10" in said, "when they last held"


def test_the_footer_names_the_inputs_by_hash(tmp_path: Path, new_page: Callable[..., Any]) -> None:
    inputs = [{"file": f"{n}.csv", "sha256": f"{n}" * 64} for n in range(8)]
    run = {"started": "2024-03-01T02:00:00+00:00", "stale_after_hours": 0, "inputs": inputs}
    lay_out(tmp_path)
    (tmp_path / "run.js").write_text(
        f"window.retailReport = {{ run: {json.dumps(run)} }};", encoding="utf-8"
    )
    page = new_page()
    page.goto((tmp_path / "index.html").as_uri())
    text = page.locator("p").inner_text()
    assert text.startswith("Generated, from 0.csv 00000000, 1.csv 11111111,")
    assert text.endswith("5.csv 55555555 and 2 more.")


def test_a_page_left_open_says_that_it_was_updated(
    tmp_path: Path, new_page: Callable[..., Any]
) -> None:
    def publish(name: str) -> None:
        run = {"run_id": name, "started": "2024-03-02T02:00:00+00:00", "stale_after_hours": 0}
        script = f"window.retailReport = {{ ...window.retailReport, run: {json.dumps(run)} }};"
        (tmp_path / "run.js").write_text(script, encoding="utf-8")

    lay_out(tmp_path)
    publish("one")
    page = new_page()
    page.clock.install(time="2024-03-01T14:00:00Z")
    page.goto((tmp_path / "index.html").as_uri())
    page.clock.run_for(16 * 60_000)
    page.wait_for_function("() => !document.querySelector('script[src*=\"?\"]')")
    assert page.locator("#updated").count() == 0
    publish("two")
    page.clock.run_for(16 * 60_000)
    page.locator("#updated").wait_for()
    assert "2024-03-02, 02:00 UTC" in page.inner_text("#updated")
    assert page.evaluate("() => window.retailReport.run.run_id") == "one"
    page.get_by_role("button", name="Reload").click()
    page.wait_for_function("() => window.retailReport?.run.run_id === 'two'")
    assert page.locator("#updated").count() == 0
