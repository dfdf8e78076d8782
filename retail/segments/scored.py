"""Customers with their RFM scores, the names that follow from these, and their lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from retail import frames
from retail.schema.units import Units
from retail.segments import naming_conventions, rfm, segments

if TYPE_CHECKING:
    from retail.config import SegmentSettings


@dataclass(frozen=True)
class Scored:
    """Customers with scores, segment, seven_level and lifecycle, and what these were made by."""

    customers: pd.DataFrame
    scores: rfm.Scores
    named: rfm.Scores  # of as many bins as names come from
    by_hand: Mapping[str, tuple[Fraction, ...]] | None
    convention: naming_conventions.Convention


def score(
    customer_sums: pd.DataFrame, as_of: int, units: Units, settings: SegmentSettings
) -> Scored:
    """CUSTOMER_SUMS -> scored and named customers, in the order of their ids.

    `customer_sums` may have an `age_band` column; without one everyone's is Unknown. Raises
    ConfigError for unusable cut points or names.
    """
    convention = naming_conventions.of_config(settings.segments)
    by_hand = rfm.fixed_cuts(settings.cuts, settings.bins, units)
    # In the order of the key, so that tables by customer keep one index throughout.
    customers = rfm.measured(frames.in_order(customer_sums, "customer_id"), as_of)
    scores = rfm.score(customers, settings.bins, by_hand)
    is_named = settings.bins == convention.bins
    named = scores if is_named else rfm.score(customers, convention.bins)
    quartiles = rfm.score(customers, naming_conventions.SEVEN_LEVELS.bins)
    segment = convention.name(named.table)
    customers = customers.assign(
        age_band=customers.get("age_band", "Unknown"),
        lifecycle=segments.lifecycle(customers, as_of, settings.new_days, settings.gap_days),
        **scores.table,
        **named.table.add_suffix("5"),
        segment=segment.where(customers["group"] == "scored", customers["group"]),
        seven_level=naming_conventions.SEVEN_LEVELS.name(quartiles.table),
    )
    return Scored(customers, scores, named, by_hand, convention)
