"""Slices: some of the customers or lines, scored and clustered anew on pages of their own.

Each is a step of its own, a task of the flow. Nothing in it is about one person, and at the level
public there is none: the difference between a slice and the whole could be a single customer.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.intake.inputs import Inputs
    from retail.report import Report
    from retail.segments.taste import Basket

MOST_WORKERS = 4  # each holds scikit-learn, some 200 MB
MOST = 12  # default slices of a column: those with the most customers
UNKNOWN = "Unknown"
LARGE = 500_000  # customers, beyond whom slices are made one after the other: each holds them all
ONE_LARGE = threading.Lock()
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
    people, channels = aggregates.customer_sums, aggregates.sales["by_channel"]
    counted = {
        "channel": channels.set_index("channel")["buyers"],
        "gender": people["gender"].value_counts(),
        "city": people["city"].value_counts(),
    }
    for column, counts in counted.items():
        there = counts[(counts.index != UNKNOWN) & (counts > 0)].sort_index(kind="stable")
        if len(there) < 2:  # all are alike, or the input has no such column
            continue
        for value in there.sort_values(ascending=False, kind="stable").head(MOST).index:
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
    from retail.steps import segment_settings

    as_of = aggregates.period.as_of
    people = figures.with_age_band(aggregates.customer_sums, as_of)
    made = _of_channel if "channel" in part.where else _of_customers
    with ONE_LARGE if len(people) > LARGE else nullcontext():
        cut = made(part.where, people, aggregates)
        tables = segments.analyse(
            cut.customer_sums,
            cut.kept,
            kept_lines=cut.kept_lines,
            as_of=as_of,
            measures=inputs.measures,
            settings=replace(segment_settings(config), is_slice=True),
            beside=workers.where(beside, len(cut.kept.row)),
        )
    shown = {name: tables[name] for name in SHOWN if name in tables}
    said = " and ".join(
        f"{column.replace('_', ' ')} {value}" for column, value in part.where.items()
    )
    about = f"Only {said}: scored and clustered anew, with cut points of its own."
    if "channel" in part.where:
        about += " Everyone counts by what they bought there."
    told = Report(
        title=config.title,
        measures=inputs.measures,
        period=aggregates.period,
        features=inputs.features,
        tables=shown,
        privacy=config.privacy.level,
    )
    return Part(part.name, about, told)


@dataclass(frozen=True)
class Cut:
    """CUSTOMER_SUMS of a slice, what its customers kept, and KEPT_UNITS of some of them."""

    customer_sums: pd.DataFrame
    kept: Basket
    kept_lines: Callable[[pd.Index], pd.DataFrame]


def _of_customers(where: Mapping[str, str], people: pd.DataFrame, aggregates: Aggregates) -> Cut:
    """Some customers with all they did; no line of theirs is read."""
    import pandas as pd

    from retail.segments import slices, taste

    kept = aggregates.kept_by_customer
    everyone = taste.Basket(
        pd.Index(aggregates.customer_sums["customer_id"]),
        aggregates.shelves,
        *(kept[name].to_numpy() for name in ("customer", "shelf", "units")),
    )
    return Cut(
        slices.inside(people, where), everyone, partial(aggregates.kept_rows.of, "customer_id")
    )


def _of_channel(where: Mapping[str, str], people: pd.DataFrame, aggregates: Aggregates) -> Cut:
    """What customers did in a channel, read for some of them at a time."""
    import pandas as pd

    from retail.segments import slices, taste
    from retail.segments.history import PURCHASE

    channel, as_of = where["channel"], aggregates.period.as_of
    sums, kept = [], []
    for part in aggregates.parts():
        whole = slices.Slice(
            people[part.span.own(people["customer_id"]).notna()],
            aggregates.kept_rows.read(where=part.span.has("customer_id")),
            *part.read(channel),
        )
        cut = slices.of(whole, where, as_of)
        sums.append(cut.customer_sums)
        kept.append(taste.coded(cut.kept_units).by_customer())

    def lines(customers: pd.Index) -> pd.DataFrame:
        own = aggregates.kept_rows.of("customer_id", customers)
        theirs = aggregates.purchase_rows.of("customer_id", customers, [*PURCHASE, "channel"])
        there = theirs.loc[theirs["channel"] == channel, PURCHASE]
        return own.merge(there, on=PURCHASE, validate="many_to_one")

    return Cut(pd.concat(sums, ignore_index=True), taste.joined(kept), lines)
