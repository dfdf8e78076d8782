"""Customers scored and named, and clusters that are fitted while the sales are summed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from retail import frames, workers, writing
from retail.schema.measures import Measures
from retail.segments import clusters, names, pairs, rfm, segments, taste


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
class Begun:
    """Customers scored and named, and their clusters, which may still be in the making."""

    customers: pd.DataFrame
    scores: rfm.Scores
    named: rfm.Scores  # of as many bins as names come from
    by_hand: Mapping[str, tuple[Fraction, ...]] | None
    convention: names.Convention
    kept: taste.Basket
    fitting: Future[clusters.Clustered]


def begin(
    customer_sums: pd.DataFrame,
    kept_units: pd.DataFrame | taste.Basket,
    *,
    as_of: int,
    measures: Measures,
    settings: Settings,
    previous_centres: pd.DataFrame | None = None,
    beside: Executor | None = None,
    kept_lines: Callable[[pd.Index], pd.DataFrame] | None = None,
) -> Begun:
    """CUSTOMER_SUMS and KEPT_UNITS -> scores, and clusters that are fitted `beside`.

    `kept_units` may be a basket with one entry per customer and subcategory; `kept_lines` then gives
    KEPT_UNITS of the customers of an index, for the tests.
    `customer_sums` may have an `age_band` column; without one everyone's is Unknown.
    `previous_centres` is the CLUSTER_CENTRES of the previous run. Without `beside` clusters are
    fitted at once. Raises ConfigError for unusable cut points or names.
    """
    convention = names.of_config(settings.segments)
    by_hand = rfm.fixed_cuts(settings.cuts, settings.bins, measures)
    # In the order of the key, so that tables by customer keep one index throughout.
    ordered = frames.in_order(customer_sums, "customer_id")
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
        form=writing.of(measures.locale),
    )
    return Begun(customers, scores, named, by_hand, convention, kept, fitting)


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
