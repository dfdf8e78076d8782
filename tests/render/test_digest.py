"""The digest: its page, its twin as text, its pictures; the pages of runs and changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from retail.changes import of_runs
from retail.charts import bridge, drawing
from retail.history import Run, Snapshot
from retail.render import RunInfo, render, site_checks
from retail.render.run import FILES
from retail.render.summarise import summarise
from retail.render.summary import encode
from retail.report import Report

BRIDGE = pd.DataFrame(
    [
        (1, "Net revenue, Feb 2013", "month", 100_000, 0, 100_000),
        (2, "Buyers", "factor", 30_000, 100_000, 130_000),
        (3, "Returns", "returns", -10_000, 130_000, 120_000),
        (4, "Net revenue, Feb 2014", "month", 120_000, 0, 120_000),
    ],
    columns=["order", "step", "kind", "amount", "start", "end"],
)


@pytest.fixture
def site(small_report: Report, run: RunInfo):
    """`site(pictures=False)`: the small report as the second of two runs, the first of other figures."""
    report = replace(small_report, tables={**small_report.tables, "net_bridge": BRIDGE})
    now = Snapshot(
        encode(summarise(report)), {"repeats": "warn"}, pd.Series({"ann": "Loyal"}, dtype="str")
    )
    net = re.search(rb'"net": ([\d.]+)', now.summary)
    assert net
    before = Snapshot(
        now.summary.replace(net[0], b'"net": 1.00', 1),
        {},
        pd.Series({"ann": "At risk"}, dtype="str"),
    )
    runs = [
        Run(1, "r0", "2014-02-28T02:00:00+00:00", 2.0, "published", before),
        Run(2, run.run_id, run.started, 3.0, "running", None),
    ]
    tables = of_runs(runs, run.run_id, now, before, report.units)

    def made(name: str = "Loyal", times: int = 1, **how: bool) -> dict[str, bytes]:
        tables["run_segment_moves"] = tables["run_segment_moves"].replace("Loyal", name)
        amounts = ["before", "now", "difference"]
        tables["figure_changes"][amounts] *= times
        drawn = drawing.of_runs(tables, report.units)
        figures = {figure.key: figure for figure in bridge.figures(report)}
        return render(report, figures, run, run_tables=tables, run_figures=drawn, **how)

    return made


def test_page_and_text_say_the_same(site) -> None:
    files = site()
    page, text = files["digest.html"].decode(), files["digest.txt"].decode()
    for said in ("Net revenue", "Moves between segments", "At risk", "Buyers"):
        assert said.lower() in page.lower()
        assert said.lower() in text.lower()
    assert "1 from At risk to Loyal" in text
    assert "<" not in text
    assert "<script" not in page
    assert "<img" not in page


def test_pictures_are_png_and_shown(site, tmp_path) -> None:
    files = site(pictures=True)
    assert files["digest-net-bridge.png"].startswith(b"\x89PNG")
    assert '<img src="digest-net-bridge.png"' in files["digest.html"].decode()
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    site_checks.check(tmp_path)


@pytest.mark.parametrize("name", ["Loyal", "W" * 200])
def test_the_digest_fits_a_phone(site, new_page, tmp_path: Path, name: str) -> None:
    """With a comparison, changes since the last run, a bridge, pictures and long names."""
    for path, content in site(pictures=True, name=name, times=-1_000_000).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    page = new_page(viewport={"width": 360, "height": 780})
    page.goto((tmp_path / "digest.html").as_uri())
    text = page.locator("main").inner_text()
    assert "Comparison: 2011-02 against 2010-02." in text
    assert "-2,000,000,000.00" in text
    assert name in text
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_follows_from_runs_is_apart(site, small_report: Report, run: RunInfo) -> None:
    files = site()
    report = replace(small_report, tables={**small_report.tables, "net_bridge": BRIDGE})
    figures = {figure.key: figure for figure in bridge.figures(report)}
    tables = of_runs([], run.run_id, Snapshot(b"{}"), None, report.units)
    first = render(
        report,
        figures,
        run,
        run_tables=tables,
        run_figures=drawing.of_runs(tables, report.units),
    )
    assert files.keys() - FILES == first.keys() - FILES
    assert {name for name in files if files[name] != first.get(name)} <= FILES


def test_the_runs_page_has_each_run_and_says_when_there_is_no_history(site) -> None:
    page = site()["runs.html"].decode()
    assert "2014-02-28, 02:00" in page
    assert "this one" in page
    assert "No history" not in page
