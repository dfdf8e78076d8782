"""Customers with their RFM scores, the names that follow from these, and their lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from retail import frames
from retail.errors import ConfigError
from retail.schema.units import Units
from retail.segments import gaps, naming_conventions, rfm, segments
from retail.segments.gaps import Gaps

if TYPE_CHECKING:
    from retail.config import SegmentSettings


@dataclass(frozen=True)
class Scored:
    """Customers with scores, segment, seven_level and lifecycle, and what these were made by."""

    customers: pd.DataFrame
    scores: rfm.Scores
    named: rfm.Scores  # of as many bins as names come from
    by_hand: Mapping[str, tuple[Fraction, ...]]
    convention: naming_conventions.Convention


def score(
    customer_sums: pd.DataFrame,
    as_of: int,
    units: Units,
    settings: SegmentSettings,
    rhythm: Gaps = gaps.NONE,
) -> Scored:
    """CUSTOMER_SUMS -> scored and named customers, in the order of their ids.

    `customer_sums` may have an `age_band` column; without one everyone's is Unknown. `rhythm` are the gaps
    between orders of these customers, for the scheme "rhythm". Raises ConfigError for unusable cut points or
    names.
    """
    convention = naming_conventions.of_config(settings.segments)
    by_hand = rfm.fixed_cuts(settings.cuts, settings.bins, units)
    # In the order of the key, so that tables by customer keep one index throughout.
    customers = rfm.measured(frames.in_order(customer_sums, "customer_id"), as_of)
    cuts, longest = scheme_cuts(settings.scheme, settings.bins, by_hand, rhythm, customers)
    scores = rfm.score(customers, settings.bins, cuts, longest)
    is_named = settings.bins == convention.bins
    named = scores if is_named else rfm.score(customers, convention.bins)
    quartiles = rfm.score(customers, naming_conventions.SEVEN_LEVELS.bins)
    segment = convention.name(named.table)
    customers = customers.assign(
        age_band=customers.get("age_band", "Unknown"),
        lifecycle=segments.lifecycle(customers, as_of, settings.new_days),
        **scores.table,
        **named.table.add_suffix("5"),
        segment=segment.where(customers["group"] == "scored", customers["group"]),
        seven_level=naming_conventions.SEVEN_LEVELS.name(quartiles.table),
    )
    return Scored(customers, scores, named, by_hand, convention)


def scheme_cuts(
    scheme: str, bins: int, by_hand: rfm.Cuts, rhythm: Gaps, customers: pd.DataFrame
) -> tuple[rfm.Cuts, int | None]:
    """The cut points that do not follow from the customers' quantiles, and the longest recency there can be.

    In the scheme "rhythm" recency is cut at the gaps between orders, unless `by_hand` cuts it. `customers` have
    recency_days and first_purchase_day. Raises ConfigError for bins that the scheme does not have.
    """
    if scheme != "rhythm" or "recency" in by_hand:
        return by_hand, None
    if bins != len(gaps.SHARES) + 1:
        raise ConfigError(
            f'retail.toml: key rfm.bins: {bins}, but scheme = "rhythm" has {len(gaps.SHARES) + 1} scores of recency '
            '(cut at the median, 80, 90 and 95 % gap). Set bins = 5 or scheme = "quantiles".'
        )
    known = customers.dropna(subset=["recency_days"])
    if known.empty:
        return by_hand, None
    # The one who was first to come can have been away since then, and nobody longer.
    longest = int(
        (known["recency_days"] + known["last_kept_day"] - known["first_purchase_day"]).max()
    )
    return {**by_hand, "recency": gaps.recency_cuts(rhythm, longest)}, longest
