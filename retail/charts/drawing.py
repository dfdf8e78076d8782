"""Draws every figure of the site with Altair, which nothing else loads: it takes a quarter of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from altair.utils.schemapi import debug_mode

from retail.charts.bridge import figures as of_changes
from retail.charts.bridge import of_runs
from retail.charts.convention_mapping import figures as of_crosswalk
from retail.charts.figure import Figure
from retail.charts.group_pages import figures as of_group_pages
from retail.charts.returns import figures as of_returns
from retail.charts.sales import figures as of_sales
from retail.charts.segment_migration import figures as of_segment_migration
from retail.charts.segments import figures as of_segments
from retail.report import Report

Subject = Callable[[Report], Iterator[Figure]]
SUBJECTS: tuple[Subject, ...] = (
    of_sales,
    of_segments,
    of_changes,
    of_returns,
    of_group_pages,
    of_segment_migration,
    of_crosswalk,
)
OF_A_SLICE: tuple[Subject, ...] = (of_segments,)


def draw(report: Report, subjects: Sequence[Subject] = SUBJECTS) -> dict[str, Figure]:
    """Every figure that the report has tables for, by key.

    The specs are the code's own, not a user's, so Altair needn't check each against its schema in
    every run (it takes longer than drawing them): the tests do.
    """
    drawn: dict[str, Figure] = {}
    with debug_mode(False):
        for subject in subjects:
            for figure in subject(report):
                if figure.key in drawn:
                    raise ValueError(f"two figures are called {figure.key}")
                drawn[figure.key] = figure
    return drawn


__all__ = ["OF_A_SLICE", "SUBJECTS", "draw", "of_runs"]
