"""Backtest: segments as of some days ago, and the share of each that has bought since."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from retail import frames
from retail.locale import PLAIN, Locale
from retail.segments import past_states, rfm
from retail.segments.naming_conventions import Convention
from retail.segments.rfm import Cuts

CONFIDENT = 1.959963984540054  # standard errors on either side for 95 %
LEVEL = 0.01  # p-value up to which segments are said to differ
FEWEST = 50  # scored customers wanted


@dataclass(frozen=True)
class Backtest:
    """`tables`: backtest (by segment) and backtest_test (one row); `sentences` for the page."""

    tables: dict[str, pd.DataFrame]
    sentences: list[str]

    @property
    def holds(self) -> dict[str, bool]:
        """By segment: whether its share of buyers differs from that of all others; empty when untested."""
        if "backtest" not in self.tables:
            return {}
        table = self.tables["backtest"]
        return dict(zip(table["segment"], table["holds"].tolist(), strict=True))


def analyse(
    past: Iterable[tuple[pd.DataFrame, pd.DataFrame]],
    *,
    as_of: int,
    days: int,
    cuts: Cuts | None,
    convention: Convention,
    locale: Locale = PLAIN,
) -> Backtest:
    """Score the customers as of `days` before `as_of`, by what was known then, and look what came.

    `past` is PURCHASES and RETURN_LINES, in parts that each have some customers whole. Bought means
    a purchase within the following `days`. `cuts` are cut points fixed by hand.
    """
    scored_on = as_of - days
    states = []
    for purchases, return_lines in past:
        state = past_states.state_at(purchases, return_lines, scored_on)
        since = (purchases["day"] > scored_on) & (purchases["day"] <= as_of)
        buyers = purchases.loc[since, "customer_id"].drop_duplicates()
        states.append(state.assign(bought=frames.is_among(state["customer_id"], buyers)))
    then = rfm.measured(pd.concat(states, ignore_index=True), scored_on)
    then = then[then["group"] == "scored"].reset_index(drop=True)
    if len(then) < FEWEST:
        return Backtest(
            {},
            [
                f"Whether segments predict can't be said: {_only(len(then), locale)} scored {days} days "
                f"ago, and {FEWEST} are needed."
            ],
        )
    scores = rfm.score(then, convention.bins, cuts)
    customers = then.assign(segment=convention.name(scores.table))
    return compared(customers, convention, scored_on, as_of, days, locale)


def _only(customers: int, locale: Locale) -> str:
    if customers < 2:
        return f"{'only 1' if customers else 'no'} customer was"
    return f"only {locale.count(customers)} customers were"


@dataclass(frozen=True)
class Outcome:
    """One segment: who was in it, who of them bought since, and the same of everyone scored.

    promise: whether 'more' or 'fewer' are to be expected to buy than of all others; '' for neither.
    """

    segment: str
    customers: int
    bought: int
    everyone: int
    buyers: int
    promise: str = ""

    @property
    def share(self) -> float | None:
        """Share of its customers who bought; None when it has no customers."""
        return self.bought / self.customers if self.customers else None

    @property
    def others(self) -> float | None:
        """Share of all other customers who bought; None when there are no others."""
        rest = self.everyone - self.customers
        return (self.buyers - self.bought) / rest if rest else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % around the share."""
        return wilson(self.bought, self.customers) if self.customers else None

    @property
    def is_apart(self) -> bool:
        """True when the share of the others lies outside the confidence interval."""
        if self.interval is None or self.others is None:
            return False
        low, high = self.interval
        return not low <= self.others <= high

    @property
    def words(self) -> str:
        """Whether 'more' or 'fewer' of them have bought than of all others."""
        return "more" if (self.share or 0.0) > (self.others or 0.0) else "fewer"

    @property
    def is_kept(self) -> bool:
        """Whether they are set apart, and not the other way than their scores promise."""
        return self.is_apart and self.promise in ("", self.words)


def compared(
    customers: pd.DataFrame,
    convention: Convention,
    scored_on: int,
    as_of: int,
    days: int,
    locale: Locale = PLAIN,
) -> Backtest:
    """The comparison of customers with their segment of then and whether they have bought since."""
    everyone, buyers = len(customers), int(customers["bought"].sum())
    found = []
    for rule in convention.rules:
        inside = customers.loc[customers["segment"] == rule.name, "bought"]
        promise = rule.promise(convention.bins)
        counts = len(inside), int(inside.sum()), everyone, buyers
        found.append(Outcome(rule.name, *counts, promise))
    p_value = chi_squared(found)
    differ = p_value is not None and p_value <= LEVEL
    rows = [
        {
            "segment": one.segment,
            "customers": one.customers,
            "bought": one.bought,
            "share": one.share,
            "low": one.interval[0] if one.interval else None,
            "high": one.interval[1] if one.interval else None,
            "share_of_others": one.others,
            "holds": differ and one.is_kept,
            "verdict": _verdict(one, differ, days, locale),
            "order": order,
        }
        for order, one in enumerate(found, 1)
    ]
    said = _sentence(differ, p_value, days, found, locale)
    test = {
        "scored_day": scored_on,
        "through_day": as_of,
        "customers": everyone,
        "bought": buyers,
        "share": buyers / everyone,
        "p_value": p_value,
        "do_segments_differ": differ,
        "verdict": said,
    }
    return Backtest({"backtest": pd.DataFrame(rows), "backtest_test": pd.DataFrame([test])}, [said])


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), without continuity correction."""
    z2 = CONFIDENT**2
    centre = successes + z2 / 2
    half = CONFIDENT * math.sqrt(successes * (trials - successes) / trials + z2 / 4)
    low, high = (centre - half) / (trials + z2), (centre + half) / (trials + z2)
    return max(low, 0.0), min(high, 1.0)


def chi_squared(found: Sequence[Outcome]) -> float | None:
    """Pearson's p-value that all segments buy alike; None when there is nothing to compare."""
    groups = [one for one in found if one.customers]
    if len(groups) < 2 or groups[0].buyers in (0, groups[0].everyone):
        return None
    share = groups[0].buyers / groups[0].everyone
    total = 0.0
    for one in groups:
        expected = one.customers * share
        total += (one.bought - expected) ** 2 / (expected * (1 - share))
    return chi_squared_above(total, len(groups) - 1)


def chi_squared_above(value: float, degrees: int) -> float:
    """The probability of a greater chi-squared (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5).

    scipy.special has it too, and takes longer to load than a run takes to look back.
    """
    half = value / 2
    if degrees % 2:
        found, step = math.erfc(math.sqrt(half)), 1.5
        term = math.exp(-half) * math.sqrt(half) / math.gamma(step)
    else:
        found, term, step = 0.0, math.exp(-half), 1.0
    for _ in range(degrees // 2):
        found += term
        term *= half / step
        step += 1
    return min(found, 1.0)


def _verdict(one: Outcome, differ: bool, days: int, locale: Locale) -> str:
    """One sentence for the page of a segment."""
    if one.share is None or one.interval is None:
        return f"No one was in this segment {days} days earlier."
    who = "customer who was" if one.customers == 1 else "customers who were"
    found = (
        f"{locale.percentage(one.share)} of the {locale.count(one.customers)} {who} in it {days} days "
        f"earlier ha{'s' if one.customers == 1 else 've'} bought since ({locale.percentage(0.95)} "
        f"interval {locale.percentage(one.interval[0])} to {locale.percentage(one.interval[1])})"
    )
    if one.others is None:
        return f"{found}; there is no one else to compare with."
    against = f"{locale.percentage(one.others)} of all others"
    if not differ:
        return f"{found}, against {against}."
    if not one.is_apart:
        return f"{found}, not clearly different from {against}."
    if not one.is_kept:
        return f"{found}, {one.words} than {against}: the opposite of what their scores promise."
    return f"{found}, {one.words} than {against}."


def _sentence(
    differ: bool, p_value: float | None, days: int, found: Sequence[Outcome], locale: Locale
) -> str:
    if p_value is None:
        return (
            f"Whether segments predict can't be said: all or none of the customers scored {days} "
            "days ago have bought since, or all are in one segment."
        )
    shown = f"below {locale.real(0.001, 3)}" if p_value < 0.001 else f"= {locale.real(p_value, 3)}"
    if not differ:
        return (
            f"Segments do not predict who buys here: those of {days} days ago do not differ in who "
            f"has bought since (chi-squared, p {shown}). Take them as a description of the past."
        )
    # Only segments that differ from all others, if several do: a few customers can have any share.
    apart = [one for one in found if one.is_apart]
    named = apart if len(apart) > 1 else [one for one in found if one.customers]
    shares = {one.segment: one.share or 0.0 for one in named}
    most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return (
        f"Segments predict: of who was scored {days} days ago, {locale.percentage(shares[most])} of “{most}” have "
        f"bought since and {locale.percentage(shares[least])} of “{least}” (chi-squared, p {shown})."
    )
