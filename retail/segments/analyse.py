"""Customers and what they bought -> RFM scores, named segments, clusters, migration: every table of
`retail.schema.segments`.

A slice of the customers or lines is analysed by the same call without a history, with fewer settings
switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from retail import frames
from retail.locale import PLAIN, Locale
from retail.schema import segments as schema
from retail.schema.units import Units
from retail.segments import (
    backtest,
    cluster_tables,
    clusters,
    gaps,
    kmeans,
    mapped_conventions,
    migration,
    naming_conventions,
    nextsteps,
    profiles,
    rfm,
    scored,
    segments,
    sentences,
    unit_matrix,
    verdict,
)
from retail.segments.scored import Scored

if TYPE_CHECKING:
    from retail.config import SegmentSettings

KNOWN = {table.name: table for table in schema.TABLES}
KeptLines = Callable[[pd.Index], pd.DataFrame]  # ids of customers -> their KEPT_UNITS


@dataclass(frozen=True)
class History:
    """Purchases and returns for the look back, the first day with a line and that of the last purchase.

    parts: gives PURCHASES and RETURN_LINES anew at each call, in parts of some customers each, in
        the order of their ids, so that only one part is in memory.
    """

    parts: Callable[[], Iterable[tuple[pd.DataFrame, pd.DataFrame]]]
    first: int
    through: int

    def by_purchase(self, customers: pd.Series) -> dict[str, pd.DataFrame]:
        """Purchases by customer and what a purchase has one of, see `profiles.by_purchase`."""
        return profiles.by_purchase(self.parts(), customers)


def analyse(
    customer_sums: pd.DataFrame,
    kept_units: pd.DataFrame | unit_matrix.UnitMatrix,
    *,
    as_of: int,
    units: Units,
    settings: SegmentSettings,
    history: History | None = None,
    previous_centres: pd.DataFrame | None = None,
    kept_lines: KeptLines | None = None,
    rhythm: gaps.Gaps | None = None,
) -> dict[str, pd.DataFrame]:
    """Every table of `schema.segments` from CUSTOMER_SUMS and KEPT_UNITS.

    `kept_units` may be a matrix with one entry per customer and subcategory; `kept_lines` then gives
    KEPT_UNITS of some customers, for the noise test. `previous_centres` is the CLUSTER_CENTRES of the
    run before. Without a `history` there is no backtest, no migration and no mix by purchases. `rhythm` are the gaps
    between orders, by default those of the history.
    """
    if rhythm is None:
        rhythm = gaps.of_parts(history.parts(), history.through) if history else gaps.NONE
    who = scored.score(customer_sums, as_of, units, settings, rhythm)
    tested, moved = _look_back(who, history, as_of, units, settings)
    kept = unit_matrix.of_scored(kept_units, who.customers)
    clustered = _clustered(who, kept, kept_lines, previous_centres, units, settings)
    customers = _with_clusters(who.customers, clustered.members)
    bought = history.by_purchase(customers["customer_id"]) if history else {}
    by_name = segments.table(
        customers, who.convention, who.named, units, settings.actions, tested.holds
    )
    notes = sentences.table(
        rfm=sentences.of_scores(customers, who.scores, units),
        segments=sentences.of_segments(by_name),
        rhythm=sentences.of_gaps(rhythm, who, units) if len(rhythm.closed) else [],
        backtest=tested.sentences,
        movement=sentences.of_movement(moved, settings.lookback_months) if history else [],
        clusters=clustered.sentences,
    )
    tables = {
        "customers": customers,
        "rfm_cuts": rfm.cut_table(who.scores, units),
        "rfm_grid": rfm.grid_table(customers, who.scores),
        "segments": by_name,
        "segment_map": segments.map_table(who.convention),
        "seven_levels": segments.levels(customers, naming_conventions.SEVEN_LEVELS),
        "groups": segments.groups(customers),
        "units_by_customer": cluster_tables.units_by_customer(clusters.listed(kept, settings.seed)),
        "segment_notes": notes,
        **({} if settings.is_slice else _of_everyone(who, units)),
        **_gaps(who, rhythm),
        **tested.tables,
        **moved,
        **_segment_profiles(who, kept, bought),
        **clustered.tables,
        **_cluster_profiles(customers, who.convention, bought, clustered.tables.get("clusters")),
    }
    return {name: frames.conform(table, KNOWN[name]) for name, table in tables.items()}


def _gaps(who: Scored, rhythm: gaps.Gaps) -> dict[str, pd.DataFrame]:
    """GAPS and SEGMENT_GAPS; none without an order or without anyone who is scored."""
    if not len(rhythm.closed) or not (who.customers["group"] == "scored").any():
        return {}
    return {
        "gaps": gaps.table(rhythm, who.customers),
        "segment_gaps": gaps.by_segment(rhythm, who.customers, who.convention.names),
    }


def _look_back(
    who: Scored,
    history: History | None,
    as_of: int,
    units: Units,
    settings: SegmentSettings,
) -> tuple[backtest.Backtest, dict[str, pd.DataFrame]]:
    """The backtest and the tables of the migration between segments; both empty without a history."""
    if history is None:
        return backtest.Backtest({}, []), {}
    tested = backtest.analyse(
        history.parts(),
        through=history.through,
        days=settings.backtest_days,
        cuts=who.by_hand if settings.bins == who.convention.bins else {},
        convention=who.convention,
        scheme=settings.scheme,
        locale=Locale.of(units.locale),
    )
    moved = migration.analyse(
        history.parts(),
        who.named.cuts,
        who.convention,
        first=history.first,
        as_of=as_of,
        lookback=settings.lookback_months,
        most=settings.history_months,
    )
    return tested, moved


def _clustered(
    who: Scored,
    kept: unit_matrix.UnitMatrix,
    kept_lines: KeptLines | None,
    previous_centres: pd.DataFrame | None,
    units: Units,
    settings: SegmentSettings,
) -> clusters.Clustered:
    """The scored customers' clusters; tested line by line on the customers of `clusters.sampled`."""
    lines = None
    if kept_lines is not None:
        some = clusters.sampled(kept, settings.seed)
        lines = unit_matrix.line_by_line(kept_lines(some.customers), some)
    return clusters.analyse(
        kept,
        who.customers[["customer_id", "monetary"]],
        lines=lines,
        chosen=(settings.components, settings.clusters),
        others=kmeans.EVERY_PAIR if settings.is_every_pair and not settings.is_slice else (),
        seed=settings.seed,
        permutations=settings.permutations,
        subsamples=settings.subsamples,
        least_units=unit_matrix.LEAST_UNITS * 10**units.quantity_scale,
        is_brief=settings.is_slice,
        previous=previous_centres,
        locale=Locale.of(units.locale),
    )


def with_tests(
    tables: Mapping[str, pd.DataFrame], tests: pd.DataFrame, locale: Locale = PLAIN
) -> dict[str, pd.DataFrame]:
    """The tables of `analyse` after the full test of all pairs (CLUSTER_TESTS, noise.all_pairs)."""
    if "cluster_fits" not in tables:
        return dict(tables)
    fits = verdict.judged(tables["cluster_fits"], tests, locale)
    notes = tables["segment_notes"]
    others = notes[notes["topic"] != "clusters"]
    said = pd.concat([others, sentences.table(clusters=verdict.sentences(fits, locale))])
    new = {"cluster_fits": fits, "segment_notes": said, "cluster_tests": tests}
    return {**tables, **{name: frames.conform(new[name], KNOWN[name]) for name in new}}


def _with_clusters(customers: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Customers with cluster, x and y, missing for those who are in none."""
    at = frames.position_among(customers["customer_id"], members["customer_id"])
    found = members.drop(columns="customer_id").astype({"cluster": "Int64"})
    theirs = {name: found[name].array.take(at, allow_fill=True) for name in ("cluster", "x", "y")}
    return customers.assign(**theirs)


def _of_everyone(who: Scored, units: Units) -> dict[str, pd.DataFrame]:
    """Tables of all customers that slices do not have: next steps, and the mapping of conventions."""
    customers, named, convention = who.customers, who.named, who.convention
    # Others were published on quantiles, whatever the scheme of our own names.
    theirs = named if named.longest is None else rfm.score(customers, named.bins)
    return {
        "next_steps": nextsteps.table(customers, named, convention),
        **mapped_conventions.analyse(customers, theirs, convention, 10**units.money_scale),
    }


def _segment_profiles(
    who: Scored, kept: unit_matrix.UnitMatrix, by_purchase: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """SEGMENT_PROFILE (units bought) and SEGMENT_MIX (gender, city ...); none when no one is scored."""
    customers, order = who.customers, who.convention.names
    members = _described(customers, "segment")
    if members.empty:
        return {}
    at = frames.position_among(kept.customers, customers["customer_id"])
    segment = customers["segment"].iloc[at]
    bought = profiles.bought(kept, segment, order)
    mixed = profiles.mix(_rows(members, by_purchase, "segment"), order)
    return {
        "segment_profile": bought.rename(columns={"group": "segment"}),
        "segment_mix": mixed.rename(columns={"group": "segment"}),
    }


def _cluster_profiles(
    customers: pd.DataFrame,
    convention: naming_conventions.Convention,
    by_purchase: Mapping[str, pd.DataFrame],
    described: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """CLUSTER_MIX and SEGMENT_CLUSTERS; none when there are no CLUSTERS."""
    members = _described(customers, "segment", "cluster", "group", "monetary")
    if described is None:
        return {}
    by_cluster = {
        **_rows(members, by_purchase, "cluster"),
        "segment": (members["cluster"], members["segment"], None),
    }
    return {
        "cluster_mix": cluster_tables.mix(by_cluster, len(described)),
        "segment_clusters": cluster_tables.by_segment(members, convention.names, described),
    }


def _described(customers: pd.DataFrame, *more: str) -> pd.DataFrame:
    """The scored, with what describes them and some columns more."""
    return customers.loc[customers["group"] == "scored", [*profiles.DIMENSIONS, *more]]


def _rows(
    members: pd.DataFrame, by_purchase: Mapping[str, pd.DataFrame], group: str
) -> profiles.Rows:
    """The rows that `profiles.mix` counts: columns of the customers and of their purchases."""
    bought = profiles.of_purchases(by_purchase, members, group)
    return {**profiles.of_customers(members, group), **bought}
