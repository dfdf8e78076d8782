"""One row per customer -> RFM scores, named segments, clusters, movement: who buys how, and what.

`analyse` is the room's one door: it takes the tables of the waist and returns every table of
`retail.schema.segments`. A slice of the customers or lines is analysed by the same call without a
history, with fewer settings switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import pandas as pd

from retail import frames, workers
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
    pairs,
    profiles,
    rfm,
    segments,
    sentences,
    taste,
    verdict,
)

KNOWN = {table.name: table for table in schema.TABLES}


@dataclass(frozen=True)
class Settings:
    """What the config says of this room; the defaults are there (`retail.config`).

    A slice is done briefly: only the chosen pair, whose stability is tested where it beats noise;
    no cross-walk and no next steps.
    """

    bins: int
    cuts: Mapping[str, Sequence[float]]
    new_days: int
    gap_days: int
    components: int
    clusters: int
    seed: int
    permutations: int
    subsamples: int
    is_every_pair: bool
    segments: Mapping[str, Mapping[str, tuple[int, int]]]
    actions: Mapping[str, str]
    backtest_days: int
    lookback_months: int
    history_months: int
    is_slice: bool = False


@dataclass(frozen=True)
class History:
    """What it takes to look back, and the first day with a line.

    parts: gives PURCHASES and RETURN_LINES anew at each call, in parts of some customers each, in
        the order of their ids, so that only one part is in memory.
    """

    parts: Callable[[], Iterable[tuple[pd.DataFrame, pd.DataFrame]]]
    first: int


def analyse(
    customer_sums: pd.DataFrame,
    kept_units: pd.DataFrame | taste.Basket,
    *,
    as_of: int,
    measures: Measures,
    settings: Settings,
    history: History | None = None,
    previous_centres: pd.DataFrame | None = None,
    beside: Executor | None = None,
    kept_lines: Callable[[pd.Index], pd.DataFrame] | None = None,
) -> dict[str, pd.DataFrame]:
    """Every table of `schema.segments` from CUSTOMER_SUMS and KEPT_UNITS.

    `kept_units` may be a basket with one entry per customer and subcategory; `kept_lines` then gives
    KEPT_UNITS of the customers of an index, for the tests.
    `customer_sums` may have an `age_band` column; without one everyone's is Unknown. Without a
    `history` there is no backtest, no movement and no mix of channels. `previous_centres` is the
    CLUSTER_CENTRES of the previous run. Clusters are fitted `beside` the rest if that is given.
    Raises ConfigError for unusable cut points or names.
    """
    convention = names.of_config(settings.segments)
    by_hand = rfm.fixed_cuts(settings.cuts, settings.bins, measures)
    # In the order of the key, so that tables by customer keep one index throughout.
    ordered = customer_sums.sort_values("customer_id").reset_index(drop=True)
    customers = rfm.measured(ordered, as_of)
    scores = rfm.score(customers, settings.bins, by_hand)
    is_named = settings.bins == convention.bins
    named = scores if is_named else rfm.score(customers, convention.bins)
    customers = _named(customers, scores, named, convention, as_of, settings)

    kept = taste.of_scored(kept_units, customers)
    fitting = (beside or workers.Here()).submit(
        clusters.analyse,
        kept,
        customers[["customer_id", "monetary"]],
        lines=None if kept_lines is None else _line_by_line(kept, kept_lines, settings.seed),
        chosen=(settings.components, settings.clusters),
        others=pairs.EVERY if settings.is_every_pair and not settings.is_slice else (),
        seed=settings.seed,
        permutations=settings.permutations,
        subsamples=settings.subsamples,
        is_brief=settings.is_slice,
        previous=previous_centres,
    )
    tested = None
    moved: dict[str, pd.DataFrame] = {}
    if history is not None:
        tested = backtest.analyse(
            history.parts(),
            as_of=as_of,
            days=settings.backtest_days,
            cuts=by_hand if is_named else None,
            convention=convention,
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
    holds = tested.holds if tested else {}
    by_name = segments.table(customers, convention, named, measures, settings.actions, holds)
    once = {} if settings.is_slice else _of_everyone(customers, named, convention, measures)
    clustered = fitting.result()
    customers = _with_clusters(customers, clustered.members)
    tables = {
        "customers": customers,
        "rfm_cuts": rfm.cut_table(scores, measures),
        "rfm_grid": rfm.grid_table(customers, scores),
        "segments": by_name,
        "seven_levels": segments.levels(customers, names.SEVEN_LEVELS),
        "groups": segments.groups(customers),
        "units_by_customer": cluster_tables.units_by_customer(clusters.listed(kept, settings.seed)),
        **once,
        **clustered.tables,
        **(tested.tables if tested else {}),
        **moved,
        **_profiles(customers, kept, convention, history, settings.clusters),
        "segment_notes": sentences.table(
            rfm=sentences.of_scores(customers, scores, measures),
            segments=sentences.of_segments(by_name),
            clusters=clustered.sentences,
            backtest=tested.sentences if tested else [],
            movement=sentences.of_movement(moved, settings.lookback_months) if history else [],
        ),
    }
    return {name: frames.conform(table, KNOWN[name]) for name, table in tables.items()}


def with_tests(tables: Mapping[str, pd.DataFrame], tests: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `analyse` after the full test of all pairs (CLUSTER_TESTS, noise.all_pairs)."""
    if "cluster_fits" not in tables:
        return dict(tables)
    fits = verdict.judged(tables["cluster_fits"], tests)
    notes = tables["segment_notes"]
    others = notes[notes["topic"] != "clusters"]
    said = pd.concat([others, sentences.table(clusters=verdict.sentences(fits))])
    new = {"cluster_fits": fits, "segment_notes": said, "cluster_tests": tests}
    return {**tables, **{name: frames.conform(new[name], KNOWN[name]) for name in new}}


def _named(
    customers: pd.DataFrame,
    scores: rfm.Scores,
    named: rfm.Scores,
    convention: names.Convention,
    as_of: int,
    settings: Settings,
) -> pd.DataFrame:
    """Customers with scores, names and lifecycle."""
    quartiles = rfm.score(customers, names.SEVEN_LEVELS.bins)
    segment = convention.name(named.table)
    return customers.assign(
        age_band=customers.get("age_band", "Unknown"),
        lifecycle=segments.lifecycle(customers, as_of, settings.new_days, settings.gap_days),
        **scores.table,
        **named.table.add_suffix("5"),
        segment=segment.where(customers["group"] == "scored", customers["group"]),
        seven_level=names.SEVEN_LEVELS.name(quartiles.table),
    )


def _line_by_line(
    kept: taste.Basket, kept_lines: Callable[[pd.Index], pd.DataFrame], seed: int
) -> taste.Basket:
    some = clusters.sampled(kept, seed)
    return taste.line_by_line(kept_lines(some.customers), some)


def _with_clusters(customers: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Customers with cluster, x and y, missing for those who are in none."""
    joined = customers.merge(members, on="customer_id", how="left", validate="one_to_one")
    return joined.assign(cluster=joined["cluster"].astype("Int64"))


def _of_everyone(
    customers: pd.DataFrame, named: rfm.Scores, convention: names.Convention, measures: Measures
) -> dict[str, pd.DataFrame]:
    """What is said once, of all customers."""
    return {
        "next_steps": nextsteps.table(customers, named, convention),
        **crosswalk.analyse(customers, named, convention, 10**measures.money_scale),
    }


def _profiles(
    customers: pd.DataFrame,
    kept: taste.Basket,
    convention: names.Convention,
    history: History | None,
    most: int,
) -> dict[str, pd.DataFrame]:
    """What segments buy, and who is in segments and clusters; none when no one is scored."""
    scored = customers[customers["group"] == "scored"]
    if scored.empty:
        return {}

    channels = profiles.by_channel(history.parts()) if history else None

    def rows(group: str) -> profiles.Rows:
        bought = {} if channels is None else profiles.of_purchases(channels, scored, group)
        return {**profiles.of_customers(scored, group), **bought}

    segment = scored.set_index("customer_id")["segment"].reindex(kept.customers)
    bought = profiles.bought(kept, kept.matrix(), segment, convention.names)
    mixed = profiles.mix(rows("segment"), convention.names)
    tables = {
        "segment_profile": bought.rename(columns={"group": "segment"}),
        "segment_mix": mixed.rename(columns={"group": "segment"}),
    }
    if scored["cluster"].notna().any():
        by_cluster = {**rows("cluster"), "segment": (scored["cluster"], scored["segment"], None)}
        tables["cluster_mix"] = cluster_tables.mix(by_cluster, most)
        tables["segment_clusters"] = cluster_tables.by_segment(scored, convention.names, most)
    return tables
