"""Keys on customers: RFM, clusters, lifecycle; and their values as `retail.segments` takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from retail.config.section import Section


class Rfm(Section, frozen=True):
    """Scores by recency, frequency and monetary."""

    bins: Annotated[int, Meta(ge=3, le=10, description="scores run from 1 to this")] = 5
    scheme: Annotated[
        Literal["quantiles", "rhythm"],
        Meta(
            description="where recency is cut: at equal parts of the customers, or at the shop's own gaps between "
            "orders (median, 80, 90 and 95 %; needs bins = 5)"
        ),
    ] = "quantiles"
    cuts: Annotated[
        dict[Literal["recency", "frequency", "monetary"], tuple[float, ...]],
        Meta(
            description="cut points fixed by hand, ascending, one fewer than bins, such as "
            "{ frequency = [1, 2, 4, 8] }"
        ),
    ] = {}
    segments: Annotated[
        dict[str, dict[Literal["r", "f"], tuple[int, int]]],
        Meta(
            description="own names by R and F scores in 5 bins, instead of the built-in ones, such as "
            '{ "VIPs" = { r = [4, 5], f = [4, 5] } }'
        ),
    ] = {}
    actions: Annotated[
        dict[str, str],
        Meta(
            description="suggested action by segment, added to the built-in ones or in their place, such as "
            '{ Champions = "Ask them for a review" }'
        ),
    ] = {}
    backtest_days: Annotated[
        int, Meta(ge=1, description="days over which it is tested whether segments predict")
    ] = 90
    lookback_months: Annotated[
        int, Meta(ge=1, description="months that count for frequency and monetary in the movement")
    ] = 24
    history_months: Annotated[
        int, Meta(ge=1, le=60, description="months back to which the movement is shown")
    ] = 36


# By convention, not by evidence: shown only for a segment that predicts who buys.
ACTIONS = {
    "Champions": "Thank them and show them new things first; they need no discount.",
    "Loyal": "Offer what goes with their last purchases, and ask for a review.",
    "Potential loyalists": "Invite them to the loyalty programme and suggest a next purchase.",
    "Recent, few orders": "Welcome them, help with the first purchase, suggest a second one.",
    "Occasional": "Give them a reason to come by: what is new in what they bought.",
    "Need attention": "Make an offer with a date on what they usually buy.",
    "About to sleep": "Remind them with popular products before they are gone.",
    "Can't lose them": "Call or write in person, and ask what has changed.",
    "At risk": "Write in person and make it easy to come back.",
    "Hibernating": "Keep to cheap reminders; spend the budget elsewhere.",
}


class Clusters(Section, frozen=True):
    """PCA and K-means on what customers buy."""

    components: Annotated[int, Meta(ge=2, le=12, description="principal components")] = 2
    clusters: Annotated[int, Meta(ge=2, le=8, description="K-means clusters")] = 4
    seed: Annotated[int, Meta(ge=0, description="seed of everything random")] = 20
    permutations: Annotated[
        int, Meta(ge=0, le=999, description="permutations of the noise test")
    ] = 19
    subsamples: Annotated[
        int, Meta(ge=0, le=999, description="subsamples of the test of stability")
    ] = 20
    full_permutations: Annotated[
        int,
        Meta(
            ge=0,
            le=999,
            description="permutations of the test of every pair, cached; 99 is minutes, 0 none",
        ),
    ] = 0
    every_pair: Annotated[
        bool, Meta(description="fit 2-12 components x 2-8 clusters, to switch among on the page")
    ] = True


class Lifecycle(Section, frozen=True):
    """When a customer is new or reactivated."""

    new_days: Annotated[
        int, Meta(ge=1, description="first purchase within so many days of as-of")
    ] = 90
    gap_days: Annotated[
        int, Meta(ge=1, description="a purchase after a longer gap is a reactivation")
    ] = 365


@dataclass(frozen=True)
class SegmentSettings:
    """All that the analysis of customers needs of the config; see `Config.segment_settings`.

    A slice is analysed briefly: only the chosen pair, whose stability is tested where it beats noise;
    no mapping of conventions and no next steps.
    """

    bins: int
    scheme: str
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
