"""The quality page and the banner: what failed is told on every page, and what stays in is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from retail.render import data_notes, render
from retail.report import Report

RUNS = pd.DataFrame(
    {
        "number": [1, 2, 3],
        "started": ["2014-02-26 02:00", "2014-02-27 02:00", "2014-02-28 02:00"],
        "outcome": ["published", "failed: input", "this one"],
        "seconds": [3.0, 1.0, 3.5],
        "as_of": pd.array([16_127, None, 16_129], dtype="Int64"),  # 2014-02-26 and 28
        "lines": pd.array([7, None, 8], dtype="Int64"),
        "set_aside": pd.array([0, None, 1], dtype="Int64"),
        "net": pd.array([190_000, None, 200_000], dtype="Int64"),
        "purchases": pd.array([3, None, 4], dtype="Int64"),
        "buyers": pd.array([2, None, 2], dtype="Int64"),
        "warnings": pd.array([0, None, 1], dtype="Int64"),
        "run_id": ["r1", "r2", "r3"],
    }
)


def with_checks(report: Report, *rows: tuple[str, str, str]) -> Report:
    """The report with checks of (name, severity, verdict)."""
    checks = pd.DataFrame(
        [(name, severity, "it holds", "seen", verdict) for name, severity, verdict in rows],
        columns=["check", "severity", "expectation", "observed", "verdict"],
    )
    return replace(report, tables={**report.tables, "checks": checks})


def pages(files: dict[str, bytes]) -> dict[str, str]:
    return {
        path: content.decode()
        for path, content in files.items()
        if path.endswith(".html") and not path.startswith("digest")
    }


def test_a_check_that_does_not_hold_is_a_note_on_every_page(small_report, site_of) -> None:
    report = with_checks(small_report, ("a", "warn", "warn"), ("b", "stop", "pass"))
    for path, page in pages(site_of(report)).items():
        assert "<span>1 note:</span> seen" in page, path
        assert 'href="quality.html#checks"' in page, path
        assert "did not hold.</strong>" not in page, path
    two = with_checks(small_report, ("a", "warn", "fail"), ("b", "warn", "warn"))
    assert "<span>2 notes:</span>" in site_of(two)["index.html"].decode()


def test_a_check_set_to_stop_is_a_banner_on_every_page(small_report, site_of) -> None:
    report = with_checks(small_report, ("a", "warn", "warn"), ("b", "stop", "fail"))
    for path, page in pages(site_of(report)).items():
        assert "2 checks did not hold.</strong>" in page, path


@pytest.mark.parametrize("money, is_material", [(99, False), (100, True), (-100, True)])
def test_a_check_with_much_money_at_stake_is_material(small_report, money, is_material) -> None:
    report = with_checks(small_report, ("refunds_beyond_purchase", "warn", "warn"))
    figures = report["key_figures"].copy()
    figures.loc[figures["figure"] == "net", "value"] = 10_000.0
    row = {
        "figure": "beyond_money",
        "label": "",
        "kind": "money",
        "value": float(money),
        "about": "",
    }
    tables = {**report.tables, "key_figures": figures, "return_figures": pd.DataFrame([row])}
    seen = data_notes.notes(replace(report, tables=tables), 1.0)
    assert seen == data_notes.DataNotes(("seen",), is_material)
    assert data_notes.notes(replace(report, tables=tables), 0.5).is_material


def test_what_is_only_noted_makes_no_note(small_report, site_of) -> None:
    report = with_checks(small_report, ("a", "info", "warn"), ("b", "warn", "pass"))
    for path, page in pages(site_of(report)).items():
        assert "did not hold.</strong>" not in page, path
        assert "data-note" not in page, path


def test_rejected_lines_are_a_download_only_where_ids_may_be_shown(small_report, site_of) -> None:
    internal = site_of(small_report)
    assert "data/rejects.csv" not in internal
    assert not [path for path, content in internal.items() if b"SECRET-VALUE" in content]
    assert "rejects.csv of the private folder" in internal["quality.html"].decode()
    raw = site_of(replace(small_report, privacy="raw"))
    assert b"SECRET-VALUE" in raw["data/rejects.csv"]
    assert 'href="data/rejects.csv"' in raw["quality.html"].decode()


@pytest.mark.parametrize(
    "level, text",
    [
        ("internal", "have pseudonyms"),
        ("public", "This site may be published"),
        ("raw", "It must not be published"),
    ],
)
def test_the_page_says_who_can_be_recognised(small_report, site_of, level, text) -> None:
    page = site_of(replace(small_report, privacy=level))["quality.html"].decode()
    assert text in page


def test_history_travels_with_the_run_and_leaves_other_files_alone(
    small_report, site_of, run
) -> None:
    files = render(small_report, {}, run, run_tables={"runs": RUNS})
    told = json.loads(files["run.json"])["history"]
    assert [(one["number"], one["lines"], one["warnings"]) for one in told] == [
        (1, 7, 0),
        (3, 8, 1),
    ]
    first = render(small_report, {}, run, run_tables={"runs": RUNS.tail(1)})
    assert files["quality.html"] == first["quality.html"]


def test_the_history_is_drawn(small_report, run, tmp_path: Path, request) -> None:
    page = request.getfixturevalue("page")
    files = render(small_report, {}, run, run_tables={"runs": RUNS})
    for path, content in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    page.goto((tmp_path / "quality.html").as_uri())
    page.wait_for_selector("[data-run-history]:not([hidden]) svg polyline")
    assert page.inner_text("[data-history=lines]").split() == [
        "8",
        "7",
        "to",
        "8",
        "in",
        "2",
        "runs",
    ]
    page.wait_for_selector("#stale")  # the run of these tests is years old
