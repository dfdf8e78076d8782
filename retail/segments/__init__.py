"""One row per customer -> RFM scores, named segments, clusters: who buys how, and what.

`analyse` is the room's one door: it takes the tables of the waist and returns every table of
`retail.schema.segments`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from retail import frames
from retail.schema import segments as schema
from retail.schema.measures import Measures
from retail.segments import clusters, names, pairs, rfm, segments, sentences


@dataclass(frozen=True)
class Settings:
    """What the config says of this room; the defaults are there (`retail.config`)."""

    bins: int
    cuts: Mapping[str, Sequence[float]]
    new_days: int
    gap_days: int
    components: int
    clusters: int
    seed: int
    permutations: int
    subsamples: int = 20
    is_every_pair: bool = True


def analyse(
    customer_sums: pd.DataFrame,
    kept_units: pd.DataFrame,
    *,
    as_of: int,
    measures: Measures,
    settings: Settings,
) -> dict[str, pd.DataFrame]:
    """Every table of `schema.segments` from CUSTOMER_SUMS and KEPT_UNITS.

    `customer_sums` may have an `age_band` column; without one everyone's is Unknown.
    Raises ConfigError when cut points fixed by hand can't be used.
    """
    by_hand = rfm.fixed_cuts(settings.cuts, settings.bins, measures)
    customers = rfm.measured(customer_sums, as_of)
    scores = rfm.score(customers, settings.bins, by_hand)
    named = scores if settings.bins == names.DEFAULT.bins else rfm.score(customers, 5)
    quartiles = rfm.score(customers, names.SEVEN_LEVELS.bins)
    segment = names.DEFAULT.name(named.table)
    customers = customers.assign(
        age_band=customers.get("age_band", "Unknown"),
        lifecycle=segments.lifecycle(customer_sums, as_of, settings.new_days, settings.gap_days),
        **scores.table,
        **named.table.add_suffix("5"),
        segment=segment.where(customers["group"] == "scored", customers["group"]),
        seven_level=names.SEVEN_LEVELS.name(quartiles.table),
    )
    clustered = clusters.analyse(
        kept_units,
        customers,
        chosen=(settings.components, settings.clusters),
        others=pairs.EVERY if settings.is_every_pair else (),
        seed=settings.seed,
        permutations=settings.permutations,
        subsamples=settings.subsamples,
    )
    customers = customers.merge(
        clustered.members, on="customer_id", how="left", validate="one_to_one"
    )
    customers["cluster"] = customers["cluster"].astype("Int64")
    tables = {
        "customers": customers,
        "rfm_cuts": rfm.cut_table(scores, measures),
        "rfm_grid": rfm.grid_table(customers, scores),
        "segments": segments.table(customers, names.DEFAULT, named, measures),
        "seven_levels": segments.levels(customers, names.SEVEN_LEVELS),
        "groups": segments.groups(customers),
        **clustered.tables,
    }
    tables["segment_notes"] = sentences.table(
        rfm=sentences.of_scores(customers, scores, measures),
        segments=sentences.of_segments(tables["segments"]),
        clusters=clustered.sentences,
    )
    known = {table.name: table for table in schema.TABLES}
    return {name: frames.conform(table, known[name]) for name, table in tables.items()}
