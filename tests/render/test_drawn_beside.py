"""Charts are drawn in another process: what it draws is what this one would, and it may be ended."""

from __future__ import annotations

import os
import signal

import pandas as pd
import pytest

from retail import steps, workers
from retail.changes import of_runs
from retail.charts.figure import Drawn
from retail.history import Snapshot
from retail.report import Report


def of_no_runs(report: Report) -> dict[str, pd.DataFrame]:
    return of_runs([], "a run", Snapshot(b"{}"), None, report.measures)


def told(drawn: Drawn) -> dict[str, object]:
    figures = drawn.figures | drawn.of_runs
    shown = {k: (f.spec, f.rows.to_csv(), f.columns, f.height) for k, f in figures.items()}
    return {"figures": shown, "views": drawn.views}


def test_beside_the_same_is_drawn_as_here(small_report: Report) -> None:
    here = steps.drawing(small_report, of_no_runs(small_report), [small_report], None)()
    assert here.figures
    assert set(here.slices[0]) < set(here.figures)
    with workers.Workers(1, []) as beside:
        ask = steps.drawing(small_report, of_no_runs(small_report), [small_report], beside)
        assert told(ask()) == told(here)
        assert ask() is ask()


def test_a_worker_that_the_system_has_ended_is_not_missed(small_report: Report) -> None:
    with workers.Workers(1, []) as beside:
        os.kill(beside.submit(os.getpid).result(), signal.SIGKILL)
        drawn = steps.drawing(small_report, of_no_runs(small_report), [], beside)()
    assert told(drawn) == told(steps.drawing(small_report, of_no_runs(small_report), [], None)())


def test_a_mistake_in_drawing_is_told_as_that(small_report: Report) -> None:
    def ask() -> dict[str, int]:
        raise KeyError("net")

    with pytest.raises(RuntimeError, match="could not be: KeyError"):
        assert "trend" in workers.Later(ask)
