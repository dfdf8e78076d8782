"""One row per customer -> RFM scores, named segments, clusters, movement: who buys how, and what.

`begin` scores the customers and has their clusters fitted beside what comes next; `finish` gives
every table of `retail.schema.segments`; `analyse` is both in one go. A slice of the customers or
lines is analysed by the same call without a history, with fewer settings switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retail import frames, writing
from retail.schema import segments as schema
from retail.schema.measures import Measures
from retail.segments import (
    backtest,
    cluster_tables,
    clusters,
    crosswalk,
    movement,
    names,
    nextsteps,
    profiles,
    rfm,
    segments,
    sentences,
    taste,
    verdict,
)
from retail.segments.scored import Begun, Settings, begin

KNOWN = {table.name: table for table in schema.TABLES}


@dataclass(frozen=True)
class History:
    """What it takes to look back, and the first day with a line.

    parts: gives PURCHASES and RETURN_LINES anew at each call, in parts of some customers each, in
        the order of their ids, so that only one part is in memory.
    """

    parts: Callable[[], Iterable[tuple[pd.DataFrame, pd.DataFrame]]]
    first: int

    def channels(self, customers: pd.Series) -> pd.DataFrame:
        """Purchases by customer and channel, see `profiles.by_channel`."""
        return profiles.by_channel(self.parts(), customers)


def analyse(
    customer_sums: pd.DataFrame,
    kept_units: pd.DataFrame | taste.Basket,
    *,
    as_of: int,
    measures: Measures,
    settings: Settings,
    history: History | None = None,
    **how: Any,
) -> dict[str, pd.DataFrame]:
    """Every table of `schema.segments` from CUSTOMER_SUMS and KEPT_UNITS; `how` as in `begin`."""
    begun = begin(
        customer_sums, kept_units, as_of=as_of, measures=measures, settings=settings, **how
    )
    return finish(begun, as_of=as_of, measures=measures, settings=settings, history=history)


def finish(
    begun: Begun,
    *,
    as_of: int,
    measures: Measures,
    settings: Settings,
    history: History | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[str, pd.DataFrame]:
    """Every table of `schema.segments`, from what `begin` gave with the same settings.

    Without a `history` there is no backtest, no movement and no mix of channels. `meanwhile` is done
    when all that is left is to wait for the clusters.
    """
    form, named, convention = writing.of(measures.locale), begun.named, begun.convention
    customers = begun.customers
    tested = None
    moved: dict[str, pd.DataFrame] = {}
    if history is not None:
        tested = backtest.analyse(
            history.parts(),
            as_of=as_of,
            days=settings.backtest_days,
            cuts=begun.by_hand if settings.bins == convention.bins else None,
            convention=convention,
            form=form,
        )
        moved = movement.analyse(
            history.parts(),
            named.cuts,
            convention,
            first=history.first,
            as_of=as_of,
            lookback=settings.lookback_months,
            most=settings.history_months,
        )
    channels = history.channels(customers["customer_id"]) if history else None
    holds = tested.holds if tested else {}
    by_name = segments.table(customers, convention, named, measures, settings.actions, holds)
    listed = clusters.listed(begun.kept, settings.seed)
    tables = {
        "rfm_cuts": rfm.cut_table(begun.scores, measures),
        "rfm_grid": rfm.grid_table(customers, begun.scores),
        "segments": by_name,
        "seven_levels": segments.levels(customers, names.SEVEN_LEVELS),
        "groups": segments.groups(customers),
        "units_by_customer": cluster_tables.units_by_customer(listed),
        **({} if settings.is_slice else _of_everyone(customers, named, convention, measures)),
        **(tested.tables if tested else {}),
        **moved,
        **_segment_profiles(begun, channels),
    }
    said = {
        "rfm": sentences.of_scores(customers, begun.scores, measures),
        "segments": sentences.of_segments(by_name),
        "backtest": tested.sentences if tested else [],
        "movement": sentences.of_movement(moved, settings.lookback_months) if history else [],
    }
    conformed = {name: frames.conform(table, KNOWN[name]) for name, table in tables.items()}
    meanwhile()
    clustered = begun.fitting.result()
    customers = _with_clusters(customers, clustered.members)
    last = {
        "customers": customers,
        **clustered.tables,
        **_cluster_profiles(customers, convention, channels, settings.clusters),
        "segment_notes": sentences.table(**said, clusters=clustered.sentences),
    }
    return conformed | {name: frames.conform(table, KNOWN[name]) for name, table in last.items()}


def with_tests(
    tables: Mapping[str, pd.DataFrame], tests: pd.DataFrame, form: writing.Writing = writing.PLAIN
) -> dict[str, pd.DataFrame]:
    """The tables of `analyse` after the full test of all pairs (CLUSTER_TESTS, noise.all_pairs)."""
    if "cluster_fits" not in tables:
        return dict(tables)
    fits = verdict.judged(tables["cluster_fits"], tests, form)
    notes = tables["segment_notes"]
    others = notes[notes["topic"] != "clusters"]
    said = pd.concat([others, sentences.table(clusters=verdict.sentences(fits, form))])
    new = {"cluster_fits": fits, "segment_notes": said, "cluster_tests": tests}
    return {**tables, **{name: frames.conform(new[name], KNOWN[name]) for name in new}}


def _with_clusters(customers: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Customers with cluster, x and y, missing for those who are in none."""
    at = frames.position_among(customers["customer_id"], members["customer_id"])
    found = members.drop(columns="customer_id").astype({"cluster": "Int64"})
    theirs = {name: found[name].array.take(at, allow_fill=True) for name in ("cluster", "x", "y")}
    return customers.assign(**theirs)


def _of_everyone(
    customers: pd.DataFrame, named: rfm.Scores, convention: names.Convention, measures: Measures
) -> dict[str, pd.DataFrame]:
    """What is said once, of all customers."""
    return {
        "next_steps": nextsteps.table(customers, named, convention),
        **crosswalk.analyse(customers, named, convention, 10**measures.money_scale),
    }


def _segment_profiles(begun: Begun, channels: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """What segments buy, and who is in them; none when no one is scored."""
    customers, kept, order = begun.customers, begun.kept, begun.convention.names
    scored = _described(customers, "segment")
    if scored.empty:
        return {}
    at = frames.position_among(kept.customers, customers["customer_id"])
    segment = customers["segment"].iloc[at]
    bought = profiles.bought(kept, segment, order)
    mixed = profiles.mix(_rows(scored, channels, "segment"), order)
    return {
        "segment_profile": bought.rename(columns={"group": "segment"}),
        "segment_mix": mixed.rename(columns={"group": "segment"}),
    }


def _cluster_profiles(
    customers: pd.DataFrame,
    convention: names.Convention,
    channels: pd.DataFrame | None,
    most: int,
) -> dict[str, pd.DataFrame]:
    """Who is in clusters; none when there are none."""
    scored = _described(customers, "segment", "cluster", "group", "monetary")
    if not scored["cluster"].notna().any():
        return {}
    by_cluster = {
        **_rows(scored, channels, "cluster"),
        "segment": (scored["cluster"], scored["segment"], None),
    }
    return {
        "cluster_mix": cluster_tables.mix(by_cluster, most),
        "segment_clusters": cluster_tables.by_segment(scored, convention.names, most),
    }


def _described(customers: pd.DataFrame, *more: str) -> pd.DataFrame:
    """The scored, with what describes them and some columns more."""
    return customers.loc[customers["group"] == "scored", [*profiles.DIMENSIONS, *more]]


def _rows(scored: pd.DataFrame, channels: pd.DataFrame | None, group: str) -> profiles.Rows:
    """What the members of each group are, and through which channels they bought."""
    bought = {} if channels is None else profiles.of_purchases(channels, scored, group)
    return {**profiles.of_customers(scored, group), **bought}


__all__ = ["Begun", "History", "Settings", "analyse", "begin", "finish", "with_tests"]
