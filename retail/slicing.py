"""Slices: some of the customers or lines, scored and clustered anew on pages of their own.

Each is a step of its own, a task of the flow. Nothing in it is about one person, and at the level
public there is none: the difference between a slice and the whole could be a single customer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.intake.inputs import Inputs
    from retail.report import Report

MOST_WORKERS = 4  # each holds scikit-learn, some 200 MB
MOST = 12  # default slices of a column: those with the most customers
UNKNOWN = "Unknown"
DEFAULTS = (("channel", "purchases"), ("gender", "customer_sums"), ("city", "customer_sums"))
# Of a slice's tables those that its page shows.
SHOWN = (
    "cluster_fits", "cluster_profile", "clusters", "groups", "rfm_cuts", "rfm_grid",
    "segment_clusters", "segment_notes", "segment_profile", "segments",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A slice to be made: its name and the value of each column."""

    name: str
    where: dict[str, str]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Part:
    """A slice that was made: its name, what it holds, and its tables."""

    name: str
    about: str
    report: Report


def workers(config: Config, are_default: bool) -> int:
    """How many processes to start: one for the clusters of all, and slices use every core."""
    are_wanted = config.slices or (are_default and config.default_slices)
    is_public = config.privacy.level == "public"
    return min(os.cpu_count() or 1, MOST_WORKERS) if are_wanted and not is_public else 1


def wanted(aggregates: Aggregates, config: Config, are_default: bool) -> list[Wanted]:
    """The config's slices; else, if they are asked for, one for each channel, gender and city."""
    if config.privacy.level == "public":
        return []
    if config.slices:
        return [
            Wanted(
                one.name or ", ".join(one.where.values()), {str(k): v for k, v in one.where.items()}
            )
            for one in config.slices
        ]
    return list(_defaults(aggregates)) if are_default and config.default_slices else []


def _defaults(aggregates: Aggregates) -> Iterator[Wanted]:
    for column, table in DEFAULTS:
        people = getattr(aggregates, table).drop_duplicates(["customer_id", column])
        counts = people[column].value_counts()
        counts = counts[counts.index != UNKNOWN].sort_index(kind="stable")
        if len(counts) < 2:  # all are alike, or the input has no such column
            continue
        for value in counts.sort_values(ascending=False, kind="stable").head(MOST).index:
            yield Wanted(f"{column.capitalize()}: {value}", {column: str(value)})


def report(
    part: Wanted,
    inputs: Inputs,
    aggregates: Aggregates,
    config: Config,
    beside: Executor | None = None,
) -> Part:
    """The tables of one slice, without any that has a row about one person."""
    from retail import figures, segments, workers
    from retail.report import Report
    from retail.segments import slices
    from retail.steps import segment_settings

    as_of = aggregates.period.as_of
    whole = slices.Slice(
        figures.with_age_band(aggregates.customer_sums, as_of),
        aggregates.kept_units,
        aggregates.purchases,
        aggregates.return_lines,
    )
    cut = slices.of(whole, part.where, as_of)
    scored = workers.where(beside, len(cut.kept_units)).submit(
        segments.analyse,
        cut.customer_sums,
        cut.kept_units,
        as_of=as_of,
        measures=inputs.measures,
        settings=replace(segment_settings(config), is_slice=True),
    )
    tables = scored.result()
    shown = {name: tables[name] for name in SHOWN if name in tables}
    said = " and ".join(
        f"{column.replace('_', ' ')} {value}" for column, value in part.where.items()
    )
    about = f"Only {said}: scored and clustered anew, with cut points of its own."
    if "channel" in part.where:
        about += " Everyone counts by what they bought there."
    made = Report(
        title=config.title,
        measures=inputs.measures,
        period=aggregates.period,
        features=inputs.features,
        tables=shown,
        privacy=config.privacy.level,
    )
    return Part(part.name, about, made)
